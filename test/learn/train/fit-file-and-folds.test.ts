import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/learn/evaluate/cross-validate.js';
import { countHeldOutFolds } from '../../../src/learn/train/hold-out.js';
import { fitFileAndFolds } from '../../../src/learn/train/fit-file-and-folds.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy } from '../../../src/learn/train/train-policy.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildImportedRun } from '../../support/imported-run.js';
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
    const shared = heldOut.folds[0]?.plan;
    expect(heldOut.folds.every((fold) => fold.plan === shared)).toBe(true);
    expect(heldOut.refits?.plan).toBe(plan);
    // But for the limits of confidence, which are those of the scorer.
    const dropLimits = (own = plan) => ({
      ...own,
      objectives: own.objectives.map((objective) => {
        const { confidenceLimit: _, ...others } = objective;
        return others;
      }),
    });
    expect(dropLimits(shared)).toEqual(dropLimits());
    expect(heldOut.refits?.folds.length).toBe(3);
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
