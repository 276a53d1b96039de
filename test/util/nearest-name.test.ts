import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/util/nearest-name.js';

const known = ['exact', 'numeric', 'contains'];

describe('nearestName', () => {
  it.each([
    ['numerc', 'numeric'],
    ['Exact', 'exact'],
    ['contain', 'contains'],
    ['conatins', 'contains'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  it.each(['judge', '', 'x', 'y'.repeat(1000)])('finds nothing near %j', (name) => {
    expect(nearestName(name, known)).toBeUndefined();
  });
});
