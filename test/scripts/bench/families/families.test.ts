import { describe, expect, it } from 'vitest';
import { defaultFamily } from '../../../../src/learn/train/heads/default-family.js';
import { findFamily, modelFamilies } from '../../../../scripts/bench/families/families.js';
import { RoutesmithError } from '../../../../src/util/errors.js';

describe('the registry of families', () => {
  it('finds each by its name, once', () => {
    for (const family of modelFamilies) expect(findFamily(family.name)).toBe(family);
    expect(new Set(modelFamilies.map(({ name }) => name)).size).toBe(modelFamilies.length);
  });

  it('starts with the constant family and holds the default', () => {
    expect(modelFamilies[0]?.name).toBe('constant');
    expect(findFamily(defaultFamily).name).toBe('task_mixture');
  });

  it.each(['', 'forest', '__proto__', 'toString'])('names the known ones for "%s"', (name) => {
    expect(() => findFamily(name)).toThrow(RoutesmithError);
    expect(() => findFamily(name)).toThrow(/unknown model family.*task_mixture/s);
  });
});
