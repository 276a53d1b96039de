import { describe, expect, it } from 'vitest';
import { compareProduction } from '../../../src/review/audit/compare-production.js';
import { createRandom } from '../../../src/util/random.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

const tasks = ['chat', 'code', 'sql', 'sums'];

function buildTraining(counts: Readonly<Record<string, number>>): {
  readonly prompts: ReturnType<typeof buildOutcomeTable>['prompts'];
} {
  return buildOutcomeTable(
    ['a', 'b'],
    Object.entries(counts).flatMap(([task, count]) =>
      Array.from({ length: count }, () => ({ task, quality: [0, 1] })),
    ),
  );
}

const even = { chat: 100, code: 100, sql: 100, sums: 100 };

describe('comparing production with the training prompts', () => {
  it('finds a new task, and lists what training lacks most first', () => {
    const production = { tasks: { chat: 0.3, code: 0.3, contracts: 0.4 }, novelty: 0.2 };
    const shift = compareProduction({ production, logged: 1000 }, buildTraining(even));
    expect(shift).toMatchObject({ differs: true, novelty: 0.2 });
    expect(shift?.tasks[0]).toEqual({ task: 'contracts', production: 0.4, training: 0 });
    expect(shift?.totalVariation).toBeCloseTo(0.5, 12);
  });

  it('seldom finds a difference where both are drawn from the same mix', () => {
    const random = createRandom(5);
    const draw = (count: number): Record<string, number> => {
      const counts: Record<string, number> = { chat: 0, code: 0, sql: 0, sums: 0 };
      for (let index = 0; index < count; index++) {
        const task = tasks[Math.floor(random() * tasks.length)] as string;
        counts[task] = (counts[task] ?? 0) + 1;
      }
      return counts;
    };
    let alarms = 0;
    for (let trial = 0; trial < 300; trial++) {
      const logged = draw(500);
      const shares = Object.entries(logged).map(([task, count]) => [task, count / 500] as const);
      const production = { tasks: Object.fromEntries(shares), novelty: 0 };
      const shift = compareProduction({ production, logged: 500 }, buildTraining(draw(300)));
      alarms += shift?.differs === true ? 1 : 0;
    }
    expect(alarms).toBeLessThanOrEqual(3);
  });

  it('is as sure as the training prompts are many, whatever their weights sum to', () => {
    const differs = (shares: Record<string, number>, weightOf: (row: number) => number) => {
      const { prompts } = buildTraining(even);
      const weighted = prompts.map((one, row) => ({ ...one, weight: weightOf(row) }));
      const production = { tasks: shares, novelty: 0 };
      return compareProduction({ production, logged: 1000 }, { prompts: weighted })?.differs;
    };
    const far = { chat: 0.4, code: 0.2, sql: 0.2, sums: 0.2 };
    const near = { chat: 0.31, code: 0.23, sql: 0.23, sums: 0.23 };
    for (const unit of [1 / 400, 1, 1000]) {
      expect(differs(far, () => unit)).toBe(true);
      expect(differs(near, () => unit)).toBe(false);
    }
    // A few prompts with nearly all of the weight say little.
    expect(differs(far, (row) => (row % 100 === 0 ? 1000 : 1))).toBe(false);
  });

  it('says nothing where the training prompts have no labels', () => {
    const unlabeled = buildOutcomeTable(['a', 'b'], [{ quality: [0, 1] }]);
    const production = { tasks: { chat: 1 }, novelty: 0 };
    expect(compareProduction({ production, logged: 10 }, unlabeled)).toBeUndefined();
  });

  it('says nothing where the policy recognized none of the tasks', () => {
    const production = { tasks: { all: 1 }, novelty: 0 };
    expect(compareProduction({ production, logged: 10 }, buildTraining(even))).toBeUndefined();
  });
});
