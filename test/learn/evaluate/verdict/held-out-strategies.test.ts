import { describe, expect, it } from 'vitest';
import { listHeldOutRows } from '../../../../src/learn/evaluate/verdict/held-out.js';
import {
  chooseForRow,
  type PlannedObjective,
} from '../../../../src/learn/evaluate/plan/trained-plan.js';
import { noModel } from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { computeStrategies } from '../../../../src/learn/evaluate/verdict/held-out-strategies.js';
import type { Strategy } from '../../../../src/learn/evaluate/strategies/compare-strategies.js';
import { nameStrategy } from '../../../../src/learn/evaluate/strategies/strategy-id.js';
import { buildHeldOut, buildPlan } from '../../../support/held-out.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildObjective } from '../../../support/routing-policy.js';

const table = buildOutcomeTable(
  ['cheap', 'good', 'dear'],
  [
    { task: 'x', quality: [1, 0, 0.5], costUsd: [1, 2, 4] },
    { task: 'x', quality: [0, 1, 1], costUsd: [1, 2, 4] },
    { task: 'y', quality: [0, 0, 1], costUsd: [1, 2, 4] },
    { quality: [0, 1, 0], costUsd: [1, 2, 4] },
  ],
);
const objectives = [
  buildObjective({ name: 'quality' }),
  buildObjective({ name: 'cost', costWeightPerUsd: 0.4 }),
];
const plan = buildPlan({
  baseline: 1,
  cheapest: 0,
  bestOfTask: Int32Array.of(0, 2),
  objectives,
  constants: [1, 0],
});
const heldOut = buildHeldOut(table, { folds: [{ rows: Int32Array.of(0, 1, 2, 3), plan }] });

function findStrategy(name: string, strategies = computeStrategies(heldOut)): Strategy {
  const found = strategies.find(({ id }) => nameStrategy(id) === name);
  if (found === undefined) throw new Error(`no strategy "${name}"`);
  return found;
}

describe('computeStrategies', () => {
  it('lists the policy under each objective, then what it is compared with', () => {
    expect(computeStrategies(heldOut).map(({ id }) => id)).toEqual([
      { kind: 'routed', objective: 'quality' },
      { kind: 'routed', objective: 'cost' },
      { kind: 'without_routing' },
      { kind: 'cheapest' },
      { kind: 'random' },
      { kind: 'task_table', tasks: 'labels' },
      { kind: 'oracle' },
    ]);
  });

  it('names no cheapest model where the plan of a fold knows none', () => {
    const { cheapest: _, ...unpriced } = plan;
    const folds = [
      { rows: Int32Array.of(2, 0), plan },
      { rows: Int32Array.of(3, 1), plan: unpriced },
    ];
    const strategies = computeStrategies(buildHeldOut(table, { folds }));
    expect(strategies.map(({ id }) => id.kind)).not.toContain('cheapest');
  });

  it.each([
    // Of row 1 both "good" and "dear" are right; nothing beats the baseline "good" there.
    ['routed: quality', [0, 1, 2, 1], [1, 1, 1, 1], [1, 2, 4, 2]],
    // Utilities of row 1: -.4, .2, -.6; of row 2: -.4, -.8, -.6.
    ['routed: cost', [0, 1, 0, 1], [1, 1, 0, 1], [1, 2, 1, 2]],
    ['best single', [1, 1, 1, 1], [0, 1, 0, 1], [2, 2, 2, 2]],
    ['cheapest', [0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1]],
    // A prompt without a label goes to the baseline.
    ['per-task table (true label)', [0, 0, 2, 1], [1, 0, 1, 1], [1, 1, 4, 2]],
    ['oracle', [0, 1, 2, 1], [1, 1, 1, 1], [1, 2, 4, 2]],
  ])('chooses for "%s" as by hand', (name, choices, quality, costUsd) => {
    const strategy = findStrategy(name);
    expect([...(strategy.choices ?? [])]).toEqual(choices);
    expect([...strategy.outcomes.quality]).toEqual(quality);
    expect([...strategy.outcomes.costUsd]).toEqual(costUsd);
  });

  it('sends what is beyond a model of the task table to the best that can take it', () => {
    const feasible = new Uint8Array(12).fill(1);
    // Of task x, the first prompt is beyond "cheap", and the second beyond "cheap" and "good".
    feasible.set([0, 1, 1, 0, 0, 1]);
    const folds = [
      { rows: Int32Array.of(0, 1, 2, 3), plan: { ...plan, fallbackOrder: [1, 2, 0] } },
    ];
    const estimates = { ...heldOut.estimates, feasible };
    const strategies = computeStrategies(buildHeldOut(table, { estimates, folds }));
    const { choices } = findStrategy('per-task table (true label)', strategies);
    expect([...(choices ?? [])]).toEqual([1, 2, 2, 1]);
    expect([...findStrategy('random', strategies).outcomes.quality].slice(0, 2)).toEqual([0.25, 1]);
  });

  it('averages over all models for chance', () => {
    const { outcomes, choices } = findStrategy('random');
    expect(choices).toBeUndefined();
    expect([...outcomes.quality]).toEqual(
      [0.5, 2 / 3, 1 / 3, 1 / 3].map((x) => expect.closeTo(x, 7) as number),
    );
  });

  it('follows the plan of each fold, on the rows of that fold', () => {
    const folds = [
      { rows: Int32Array.of(2, 0), plan: { ...plan, baseline: 2 } },
      { rows: Int32Array.of(3, 1), plan: { ...plan, baseline: 0 } },
    ];
    const folded = buildHeldOut(table, { folds });
    expect([...listHeldOutRows(folded)]).toEqual([2, 0, 3, 1]);
    const single = findStrategy('best single', computeStrategies(folded));
    expect([...(single.choices ?? [])]).toEqual([2, 2, 0, 0]);
    expect([...single.outcomes.quality]).toEqual([1, 0.5, 0, 0]);
  });
});

describe('chooseForRow', () => {
  it('leaves a novel prompt to the baseline', () => {
    const estimates = { ...heldOut.estimates, novelty: Float32Array.of(0.6, 0.4, 0, 0) };
    const choose = (row: number): number =>
      chooseForRow(
        estimates,
        row,
        { baseline: 1, noveltyLimit: 0.5, fallbackOrder: [1, 2, 0] },
        buildObjective(),
      );
    expect(choose(0)).toBe(1);
    expect(chooseForRow(heldOut.estimates, 0, plan, buildObjective())).toBe(0);
    expect(choose(2)).toBe(2);
  });

  describe('among the models that the runtime may choose', () => {
    /** Row 2, where "dear" is best and "good" is the baseline. */
    const choose = (
      feasible: readonly number[],
      changes: Partial<PlannedObjective> = {},
      novelty = 0,
    ): number => {
      const cells = new Uint8Array(12).fill(1);
      cells.set(feasible, 6);
      const estimates = {
        ...heldOut.estimates,
        feasible: cells,
        novelty: Float32Array.of(0, 0, novelty, 0),
      };
      const guard = { baseline: 1, noveltyLimit: 0.5, fallbackOrder: [2, 0, 1] };
      return chooseForRow(estimates, 2, guard, buildObjective(changes));
    };

    it.each([
      ['the best one', [1, 1, 1], 2],
      ['the baseline where the best is excluded and nothing beats it', [1, 1, 0], 1],
      ['the best of the others', [1, 0, 0], 0],
      ['none where all are excluded', [0, 0, 0], noModel],
    ])('takes %s', (_, feasible, expected) => {
      expect(choose(feasible)).toBe(expected);
    });

    it('follows the order of means where a novel prompt is left to an excluded baseline', () => {
      expect(choose([1, 1, 1], {}, 0.9)).toBe(1);
      expect(choose([1, 0, 1], {}, 0.9)).toBe(2);
      expect(choose([1, 0, 0], {}, 0.9)).toBe(0);
      expect(choose([0, 0, 0], {}, 0.9)).toBe(noModel);
    });

    it('replaces the one model of an objective only where it is excluded', () => {
      expect(choose([1, 1, 1], { onlyModel: 0 })).toBe(0);
      expect(choose([0, 1, 1], { onlyModel: 0 })).toBe(2);
      expect(choose([0, 0, 0], { onlyModel: 0 })).toBe(noModel);
    });
  });

  it('stays in its row where no cost is known', () => {
    const costUsd = new Float32Array(12).fill(Number.NaN);
    const objective = buildObjective({ costWeightPerUsd: 1 });
    expect(chooseForRow({ ...heldOut.estimates, costUsd }, 1, plan, objective)).toBe(1);
  });
});
