import { describe, expect, it } from 'vitest';
import { standardObjectives } from '../../../../src/learn/evaluate/plan/objective-request.js';
import { findOfferedRequests } from '../../../../src/learn/evaluate/plan/offered-requests.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

function offer(knowsCost: (row: number) => boolean, parts: readonly Int32Array[] = []) {
  const table = buildOutcomeTable(
    ['small', 'large'],
    Array.from({ length: 40 }, (_, row) => ({
      quality: [0, 1],
      costUsd: [1, knowsCost(row) ? 2 : null],
      latencyMs: [10, 20],
    })),
  );
  const { offered, leftOut } = findOfferedRequests(table, standardObjectives, parts);
  return { names: offered.map(({ name }) => name), leftOut };
}

describe('the objectives of an evaluation', () => {
  it('are all where costs and latencies are known', () => {
    expect(offer(() => true)).toEqual({
      names: ['quality', 'balanced', 'cost', 'fast'],
      leftOut: [],
    });
  });

  it('leave out by name what a model has too few costs for', () => {
    expect(offer((row) => row < 12)).toEqual({
      names: ['quality', 'fast'],
      leftOut: [
        'No objectives "balanced" and "cost": the cost of large is known for only 12 of 40 outcomes.',
      ],
    });
  });

  it('leave out what cannot be planned in one of the training parts', () => {
    const known = (row: number): boolean => row < 24;
    expect(offer(known).leftOut).toEqual([]);
    const { names, leftOut } = offer(known, [listRows(40), listRows(40).slice(10)]);
    expect(names).toEqual(['quality', 'fast']);
    expect(leftOut.join()).toContain('14 of 30 outcomes that a fold trains on');
  });
});
