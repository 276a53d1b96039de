import { describe, expect, it } from 'vitest';
import {
  countLeakedGroups,
  countSharedGroups,
} from '../../../../src/learn/evaluate/verdict/held-out.js';

describe('counting groups on both sides of a split', () => {
  const groups = Int32Array.of(0, 0, 1, 1, 2);
  const rows = Int32Array.of(0, 2);

  it('counts what the scorer of a fold learned from, not what it could have', () => {
    const folds = [{ rows, trainingRows: Int32Array.of(3, 4) }];
    expect(countLeakedGroups({ groups, folds })).toBe(1);
    expect(countSharedGroups({ groups, folds })).toBe(2);
  });

  it('takes all other prompts for learned from where a fold does not list them', () => {
    expect(countLeakedGroups({ groups, folds: [{ rows }] })).toBe(2);
    expect(countLeakedGroups({ groups, folds: [{ rows: Int32Array.of(0, 1) }] })).toBe(0);
  });
});
