import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/util/json.js';

describe('isJsonObject', () => {
  it('is true for objects only', () => {
    expect([{}, { a: 1 }].map(isJsonObject)).toEqual([true, true]);
    expect([null, [], 'x', 1, true, undefined].some(isJsonObject)).toBe(false);
  });
});
