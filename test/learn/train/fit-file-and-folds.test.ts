import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/learn/evaluate/cross-validate.js';
import { computeStrategies } from '../../../src/learn/evaluate/verdict/held-out-strategies.js';
import { countHeldOutFolds } from '../../../src/learn/train/hold-out.js';
import { fitFileAndFolds } from '../../../src/learn/train/fit-file-and-folds.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../../src/learn/train/train-policy.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { createRandom } from '../../../src/util/random.js';
import { buildImportedRun } from '../../support/imported-run.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

const table = buildPlantedOutcomes(120, { seed: 6 });
const family = 'task_table';
const run = buildImportedRun(table);

describe('a policy file and its held-out results', () => {
  it('share one plan, made from the predictions of all held-out prompts', async () => {
    const engine = await sharedTensorFlowEngine();
    const data = computeTrainingData(table);
    const options = { seed: 1, folds: 3, family } as const;
    const { plan, heldOut } = await fitFileAndFolds(engine, data, options);
    expect(heldOut.refits?.plan).toBe(plan);
    // But for the limits of confidence, which are those of the scorer, and the tables of tasks.
    const dropLimits = (own = plan) => ({
      ...own,
      bestOfTask: undefined,
      objectives: own.objectives.map((objective) => {
        const { confidenceLimit: _, ...others } = objective;
        return others;
      }),
    });
    for (const fold of heldOut.folds) expect(dropLimits(fold.plan)).toEqual(dropLimits());
    expect(heldOut.refits?.folds.length).toBe(3);
  });

  it('choose the best model of a task without the prompts that they hold out', async () => {
    // No model is better than another: all that a table of many tasks can gain is hindsight.
    const random = createRandom(4);
    const noise = buildOutcomeTable(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      Array.from({ length: 300 }, (_, row) => ({
        prompt: `prompt ${row} about ${row % 30}`,
        task: `task ${row % 30}`,
        quality: Array.from({ length: 6 }, () => (random() < 0.5 ? 1 : 0)),
      })),
    );
    const engine = await sharedTensorFlowEngine();
    const { heldOut } = await fitFileAndFolds(engine, computeTrainingData(noise), {
      seed: 1,
      folds: 3,
      family,
    });
    const table = computeStrategies(heldOut).find(({ id }) => id.kind === 'task_table');
    const quality = [...(table?.outcomes.quality ?? [])];
    expect(quality.length).toBe(300);
    expect(quality.reduce((sum, value) => sum + value, 0) / 300).toBeLessThan(0.58);
  });

  it('agree on what the file does and delivers, in training and in cross-validation', async () => {
    const options = { seed: 3, family } as const;
    const trained = await trainPolicy(await sharedTensorFlowEngine(), run, {
      ...options,
      createdBy: 'routesmith test',
    });
    const evaluation = await crossValidate(run, { ...options, unseenTasks: false });
    expect(evaluation.delivery).toEqual(trained.evaluation.delivery);
    const { policy } = trained;
    expect(evaluation.delivery?.baseline).toBe(policy.baseline);
    expect(
      evaluation.delivery?.objectives.map(({ objective, model }) => [objective, model]),
    ).toEqual(policy.objectives.map(({ name, constantModel }) => [name, constantModel ?? null]));
  });

  it('are not claimed to agree where the folds are not those of training', async () => {
    const options = { seed: 3, family, folds: 2, unseenTasks: false } as const;
    expect((await crossValidate(run, options)).delivery).toBeNull();
  });
});

describe('the number of folds that are held out', () => {
  it('is all of them, unless fewer have enough prompts', () => {
    const counts = [600, 6000, 7500, 10_000, 30_000, 200_000].map(countHeldOutFolds);
    expect(counts).toEqual([5, 5, 4, 3, 1, 1]);
  });
});
