import { afterEach, describe, expect, it, vi } from 'vitest';
import { printComparison } from '../../../src/cli/print/print-evaluation.js';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import type { Delivery } from '../../../src/learn/evaluate/delivery/compute-delivery.js';
import { buildHeldOut, buildPlan } from '../../support/held-out.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { buildObjective } from '../../support/routing-policy.js';
import { listRows } from '../../support/outcome-table.js';

function capture(run: () => void): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  run();
  return write.mock.calls
    .map(([text]) => String(text))
    .join('')
    .replaceAll(/\s+/g, ' ');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the models that routing chose', () => {
  const plan = buildPlan({
    objectives: [buildObjective(), buildObjective({ name: 'cost', costWeightPerUsd: 100 })],
    constants: [0, 0],
    bestOfTask: new Int32Array(4),
  });
  const { strategies } = computeEvaluation(
    buildHeldOut(buildPlantedOutcomes(200, { seed: 1 }), {
      folds: [{ rows: listRows(200), plan }],
    }),
    1,
  );
  const delivery = {
    baseline: 'north',
    objectives: [
      { objective: 'quality', model: null, promptsBeyondModel: 0 },
      { objective: 'cost', model: 'south', promptsBeyondModel: 0 },
    ],
  } as unknown as Delivery;

  it('are those of the test, which is said where the file uses one model', () => {
    const text = capture(() => printComparison({ strategies, delivery }));
    expect(text).toMatch(/routed: cost: [^()]* % \(as tested; the file uses only south\)/);
    expect(text).toMatch(/routed: quality: [^()]* % routed: cost/);
  });

  it('are beside one model that the file does not use for every prompt', () => {
    const objectives = delivery.objectives.map((own) => ({ ...own, promptsBeyondModel: 5 }));
    const text = capture(() =>
      printComparison({ strategies, delivery: { ...delivery, objectives } }),
    );
    expect(text).toContain('the file uses south wherever that can answer)');
  });

  it('have no such note where no file has the plan', () => {
    expect(capture(() => printComparison({ strategies, delivery: null }))).not.toContain(
      'as tested',
    );
  });
});
