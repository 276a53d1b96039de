import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { makePlan } from '../../../../src/learn/evaluate/plan/make-plan.js';
import type { ObjectiveRequest } from '../../../../src/learn/evaluate/plan/objective-request.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildHeldOut } from '../../../support/held-out.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

const keep = { kind: 'keep_quality', name: 'keep', keepQuality: 0.98, lowest: 'cost' } as const;

interface SpecialistOptions {
  /** Mean cost in dollars, and latency in milliseconds. */
  readonly writer: readonly [number, number];
  /** Whether a row has an outcome of "writer". */
  readonly known?: (row: number) => boolean;
}

describe('an objective whose promise a single model keeps, too', () => {
  const coder = [0.01, 1000] as const;

  /** "coder" is the best single model, though not shown to be; "writer" is better at every third prompt. */
  function plan(request: ObjectiveRequest, { writer, known = () => true }: SpecialistOptions) {
    const random = createRandom(12);
    const grade = (rate: number): number => Number(random() < rate);
    const table = buildOutcomeTable(
      ['writer', 'coder'],
      Array.from({ length: 240 }, (_, row) => {
        const isMail = row % 3 === 0;
        const isKnown = known(row);
        const [own, other] = [grade(isMail ? 0.95 : 0.5), grade(isMail ? 0.4 : 0.86)];
        return {
          quality: [isKnown ? own : null, other],
          costUsd: [isKnown ? writer[0] : null, coder[0]],
          latencyMs: [isKnown ? writer[1] : null, coder[1]],
          task: isMail ? 'mail' : 'code',
        };
      }),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    const quality = table.quality.map((_, cell) =>
      cell % 6 < 2 ? (cell % 2 === 0 ? 0.95 : 0.4) : cell % 2 === 0 ? 0.5 : 0.92,
    );
    const of = (index: 0 | 1) =>
      table.quality.map((_, cell) => (cell % 2 === 0 ? writer[index] : coder[index]));
    const own = { ...estimates, quality, costUsd: of(0), latencyMs: of(1) };
    const rows = listRows(240);
    const made = makePlan({
      table,
      estimates: own,
      groups,
      taskOf,
      taskCount: 2,
      rows,
      requests: [{ kind: 'highest_quality', name: 'quality' }, request],
    });
    const heldOut = buildHeldOut(table, { estimates: own, folds: [{ rows, plan: made }] });
    return computeEvaluation(heldOut, 1, { plan: made });
  }

  const cap = { kind: 'limit_cost', name: 'keep', maxCostPerRequestUsd: 0.02 } as const;
  const fast = { ...keep, lowest: 'latency' } as const;

  it.each([
    ['costs more', keep, { writer: [0.014, 1000] }, false],
    ['costs as much', keep, { writer: [0.01, 1000] }, true],
    ['costs less', keep, { writer: [0.006, 1000] }, true],
    ['costs more, and latency counts', fast, { writer: [0.014, 600] }, true],
    ['takes longer', fast, { writer: [0.006, 1400] }, false],
    ['costs more, within the limit, and is better', cap, { writer: [0.014, 1000] }, true],
    [
      'costs more, as far as is known',
      keep,
      { writer: [0.014, 1000], known: (row: number) => row % 2 === 0 },
      false,
    ],
  ] as const)('routes or not where routing %s', (_, request, options, isRouted) => {
    const { objectives, advice } = plan(request, options);
    expect(objectives[1]?.constantModel).toBe(isRouted ? undefined : 'coder');
    // What is better at a higher cost is left to "quality".
    expect(advice).toMatchObject({
      kind: 'route',
      routed: isRouted ? ['quality', 'keep'] : ['quality'],
      unkept: [],
    });
  });

  it('has the quality of the model, and says nothing of routing', () => {
    const { strategies, objectives, verdict } = plan(keep, { writer: [0.014, 1000] });
    const routed = strategies.find(({ name }) => name === 'routed: keep');
    expect(routed?.costUsd).toBeCloseTo(0.01, 6);
    expect(objectives[1]?.description).toBe(
      "98 % of the best single model's quality at the lowest cost",
    );
    expect(verdict.evidence[1]).toMatchObject({ objective: 'keep', routes: false });
  });

  it('does not take routing of a lower quality under a limit that the model keeps', () => {
    const table = buildOutcomeTable(
      ['small', 'mid', 'large'],
      Array.from({ length: 600 }, (_, row) => ({
        quality: [row % 2 === 0 ? 0.8 : 0.2, 0.85, 0.9],
        costUsd: [0.001, 0.005, 0.05],
      })),
    );
    const { estimates, groups, taskOf } = buildHeldOut(table);
    // Estimates take "small" for better than "mid" on every second prompt.
    const quality = table.quality.map((value, cell) => (cell % 3 === 0 ? value + 0.15 : value));
    const { objectives, constants } = makePlan({
      table,
      estimates: { ...estimates, quality },
      groups,
      taskOf,
      taskCount: 0,
      rows: listRows(600),
      requests: [{ ...cap, maxCostPerRequestUsd: 0.006 }],
    });
    expect(constants).toEqual([1]);
    expect(objectives[0]).toMatchObject({ onlyModel: 1, promise: 'shown' });
  });
});
