import { mean } from 'simple-statistics';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import { modelFamilies } from '../../../../scripts/bench/families/families.js';
import type { FamilyFit, ModelFamily } from '../../../../scripts/bench/families/model-family.js';
import {
  computeLogLoss,
  findBestModel,
} from '../../../../scripts/bench/families/score-estimates.js';
import {
  sharedTensorFlowEngine,
  type TensorFlowEngine,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import {
  computeTrainingData,
  type TrainingData,
} from '../../../../src/learn/train/training-data.js';
import { listRows } from '../../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

let engine: TensorFlowEngine;
beforeAll(async () => {
  engine = await sharedTensorFlowEngine();
});

/** Fewer buckets than by default, which takes a fraction of the time. */
function prepare(table: OutcomeTable): TrainingData {
  return computeTrainingData(table, { ...defaultFeatureSpec, bucketBits: 10 });
}

const promptCount = 200;
const isPredicted = (row: number): boolean => row % 5 === 4;
const trainingRows = listRows(promptCount).filter((row) => !isPredicted(row));
const predictedRows = listRows(promptCount).filter(isPredicted);
const planted = buildPlantedOutcomes(promptCount, { seed: 4 });
const plantedData = prepare(planted);
const modelCount = planted.models.length;
const constantFamily = modelFamilies[0] as ModelFamily;

// Every family is fitted to the same data, which are prepared once.
const shuffled = buildPlantedOutcomes(promptCount, { seed: 9, shuffled: true });
const shuffledData = prepare(shuffled);
const gradedData = prepare(change(planted, (value) => 0.25 + 0.5 * value));
const unlabeledData = prepare(relabel(planted, () => undefined));
const partlyLabeledData = prepare(
  relabel(planted, (task, row) => (row % 3 === 0 ? undefined : task)),
);
let constantFit: FamilyFit;
let constantShuffledFit: FamilyFit;
beforeAll(async () => {
  constantFit = await fit(constantFamily, plantedData);
  constantShuffledFit = await fit(constantFamily, shuffledData);
});

/** The same outcomes with other task labels. */
function relabel(
  table: OutcomeTable,
  label: (task: string | undefined, row: number) => string | undefined,
): OutcomeTable {
  const prompts = table.prompts.map((prompt, row) => ({
    ...prompt,
    task: label(prompt.task, row),
  }));
  return { ...table, prompts };
}

function fit(family: ModelFamily, data: TrainingData, seed = 1): Promise<FamilyFit> {
  return family.fit({ engine, data, trainingRows, predictedRows, seed });
}

function change(
  table: OutcomeTable,
  quality: (value: number, cell: number) => number,
): OutcomeTable {
  return { ...table, quality: table.quality.map(quality) };
}

/** Estimates in [0, 1] and posteriors that are shares, in the predicted rows. */
function expectValid({ predictions }: FamilyFit, data: TrainingData): void {
  const taskCount = data.tasks.length;
  expect(predictions.quality).toHaveLength(promptCount * modelCount);
  for (const row of predictedRows) {
    for (const quality of predictions.quality.subarray(row * modelCount, (row + 1) * modelCount)) {
      expect(quality).toBeGreaterThanOrEqual(0);
      expect(quality).toBeLessThanOrEqual(1);
    }
    const posterior = predictions.taskPosterior.subarray(row * taskCount, (row + 1) * taskCount);
    expect(Math.min(...posterior)).toBeGreaterThanOrEqual(0);
    expect(posterior.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    expect(predictions.novelty[row]).toBeGreaterThanOrEqual(0);
    expect(predictions.novelty[row]).toBeLessThanOrEqual(1);
  }
}

function computeArgmaxQuality({ predictions }: FamilyFit, table: OutcomeTable): number {
  const gained = Array.from(
    predictedRows,
    (row) =>
      table.quality[
        row * modelCount + findBestModel(predictions.quality, row, modelCount)
      ] as number,
  );
  return gained.reduce((sum, quality) => sum + quality, 0) / gained.length;
}

describe.each(modelFamilies.map((family) => [family.name, family] as const))('%s', (_, family) => {
  let fitted: FamilyFit;
  beforeAll(async () => {
    fitted = await fit(family, plantedData);
  });

  it('estimates qualities in [0, 1], and shares of tasks', () => {
    expectValid(fitted, plantedData);
  });

  it('gives the same for the same seed, and leaves no tensor behind', async () => {
    const before = engine.tf.memory().numTensors;
    expect((await fit(family, plantedData)).predictions).toEqual(fitted.predictions);
    expect(engine.tf.memory().numTensors).toBe(before);
  });

  it('does not look at the outcomes and labels of the predicted rows', async () => {
    const quality = planted.quality.map((value, cell) =>
      isPredicted(Math.floor(cell / modelCount)) ? 1 - value : value,
    );
    const taskOf = plantedData.taskOf.map((task, row) => (isPredicted(row) ? 0 : task));
    const data = { ...plantedData, taskOf, table: { ...planted, quality } };
    expect((await fit(family, data)).predictions).toEqual(fitted.predictions);
  });

  it('is no worse than the constant family where tasks decide', () => {
    const loss = ({ predictions }: FamilyFit): number =>
      computeLogLoss(planted, predictedRows, predictions.quality);
    expect(loss(fitted)).toBeLessThanOrEqual(loss(constantFit));
    expect(computeArgmaxQuality(fitted, planted)).toBeGreaterThanOrEqual(
      computeArgmaxQuality(constantFit, planted),
    );
  });

  it('learns the planted skills, unless it is constant', () => {
    const isConstant = family.name === 'constant';
    const chosen = Array.from(predictedRows, (row) =>
      findBestModel(fitted.predictions.quality, row, modelCount),
    );
    // Tasks go round in fours, and task `t` is the skill of model `t` modulo 3.
    const right = chosen.filter((model, index) => model === ((predictedRows[index] ?? 0) % 4) % 3);
    if (isConstant) expect(new Set(chosen).size).toBe(1);
    else expect(right.length / chosen.length).toBeGreaterThan(0.8);
  });

  it('is close to the means where no prompt tells anything', async () => {
    const constant = constantShuffledFit.predictions.quality;
    const { quality } = (await fit(family, shuffledData)).predictions;
    expect(computeLogLoss(shuffled, predictedRows, quality)).toBeLessThan(
      computeLogLoss(shuffled, predictedRows, constant) + 0.05,
    );
  });

  it('skips missing outcomes, also all of a model in training, and learns from unlabeled rows', async () => {
    // In a fold, a model can lack every outcome of the training prompts.
    const table = change(partlyLabeledData.table, (value, cell) =>
      cell % modelCount === 2 || cell % 7 === 0 ? Number.NaN : value,
    );
    const data = { ...partlyLabeledData, table };
    const result = await fit(family, data);
    expectValid(result, data);
    const estimates = Array.from(
      predictedRows,
      (row) => result.predictions.quality[row * modelCount + 2] as number,
    );
    // Half, or what it is lowered to because nothing is known of it.
    expect(mean(estimates)).toBeLessThan(0.65);
    expect(mean(estimates)).toBeGreaterThan(0.2);
  });

  it('learns from graded quality as from shares of successes', async () => {
    const result = await fit(family, gradedData);
    expectValid(result, gradedData);
    const means = Array.from(predictedRows, (row) => result.predictions.quality[row * modelCount]);
    expect(Math.min(...(means as number[]))).toBeGreaterThan(0.2);
    expect(Math.max(...(means as number[]))).toBeLessThan(0.8);
  });

  it('needs no task labels at all', async () => {
    const result = await fit(family, unlabeledData);
    expectValid(result, unlabeledData);
    expect(unlabeledData.tasks[0]).toBe('latent-1');
  });
});
