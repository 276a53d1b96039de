import { describe, expect, it } from 'vitest';
import {
  applyObjective,
  computeKnownQuality,
} from '../../../../src/learn/evaluate/plan/apply-objective.js';
import { raiseMargin } from '../../../../src/learn/evaluate/plan/raise-margin.js';
import type { TableEstimates } from '../../../../src/learn/evaluate/plan/trained-plan.js';
import { buildHeldOut } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';
import { buildObjective } from '../../../support/routing-policy.js';

const count = 400;
const guard = { baseline: 0, noveltyLimit: 1, fallbackOrder: [0, 1] };
const routing = buildObjective({ costWeightPerUsd: 0, latencyWeightPerSecond: 0, margin: 0 });

/**
 * The second model is better than the baseline by 0.2 on every second prompt, as is known; on the
 * others it is worse by 0.2. There, scorers that have not seen the task believe that it is better
 * by `believed`.
 */
function buildInput({ known = 0.2, believed }: { known?: number; believed: number }) {
  const isBetter = (row: number): boolean => row % 2 === 0;
  const table = buildOutcomeTable(
    ['baseline', 'other'],
    Array.from({ length: count }, (_, row) => ({
      quality: [0.7, isBetter(row) ? 0.9 : 0.5],
      task: isBetter(row) ? 'known' : 'unseen',
    })),
  );
  const { estimates, groups, taskOf } = buildHeldOut(table);
  const estimate = (gain: (row: number) => number): TableEstimates => ({
    ...estimates,
    quality: Float32Array.from(table.quality, (_, cell) =>
      cell % 2 === 0 ? 0.7 : 0.7 + gain(Math.floor(cell / 2)),
    ),
  });
  const rows = listRows(count);
  return {
    table,
    groups,
    taskOf,
    taskCount: 2,
    rows,
    estimates: estimate((row) => (isBetter(row) ? known : -0.2)),
    leftOut: {
      rows: rows.filter((row) => !isBetter(row)),
      estimates: estimate(() => believed),
    },
  };
}

describe('the margin of an objective for quality', () => {
  it('is raised until unseen tasks do as well as with the baseline', () => {
    const input = buildInput({ believed: 0.0525 });
    const raised = raiseMargin(routing, routing, input, guard);
    expect(raised).toEqual({ ...routing, margin: 0.055 });
    expect(computeKnownQuality(applyObjective(input, guard, raised))).toBeCloseTo(0.8, 6);
    const unseen = { table: input.table, ...input.leftOut };
    expect(computeKnownQuality(applyObjective(unseen, guard, routing))).toBeCloseTo(0.5, 6);
    expect(computeKnownQuality(applyObjective(unseen, guard, raised))).toBeCloseTo(0.7, 6);
  });

  it('is not raised where unseen tasks lose nothing', () => {
    const input = buildInput({ believed: -0.1 });
    expect(raiseMargin(routing, routing, input, guard)).toBe(routing);
  });

  it('is not raised where that would cost known tasks what routing gains', () => {
    const input = buildInput({ known: 0.04, believed: 0.0525 });
    expect(raiseMargin(routing, routing, input, guard)).toBe(routing);
  });

  it('is not raised for a difference within its standard error', () => {
    const input = buildInput({ believed: 0.0525 });
    const { quality } = input.table;
    // One prompt of many is worse, by chance.
    input.leftOut.rows.forEach((row, index) => (quality[2 * row + 1] = index === 0 ? 0.5 : 0.7));
    expect(raiseMargin(routing, routing, input, guard)).toBe(routing);
  });

  it('is not raised without estimates for unseen tasks', () => {
    const { leftOut: _, ...input } = buildInput({ believed: 0.0525 });
    expect(raiseMargin(routing, routing, input, guard)).toBe(routing);
  });
});
