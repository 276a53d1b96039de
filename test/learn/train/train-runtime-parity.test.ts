import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { featureBlocks } from '../../../src/policy/features/feature-spec.js';
import { computeConfidence } from '../../../src/policy/features/task-words.js';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import type {
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../../../src/policy/file/routing-model.js';
import { importOutcomes } from '../../../src/measure/outcomes/importers/import-outcomes.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createPromptScorer } from '../../../src/policy/decide/score-prompt.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import {
  fitRoutingModel,
  type FittedRoutingModel,
} from '../../../src/learn/train/fit-routing-model.js';
import { createProjectionFitter } from '../../../src/learn/train/projection/projection-fitter.js';
import { roundWeights } from '../../../src/learn/train/assemble-policy.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../../src/learn/train/training-data.js';
import { listRows } from '../../support/outcome-table.js';
import { buildPlantedOutcomes, buildPlantedRequests } from '../../support/planted-outcomes.js';
import { hasRecordedData, recordedDataFolder } from '../../support/recorded-data.js';
import { isLongRun } from '../../support/test-run.js';

interface Fitted {
  readonly data: TrainingData;
  readonly predictedRows: Int32Array;
  readonly mixture: FittedRoutingModel;
}

async function fit(table: OutcomeTable, trainingCount: number): Promise<Fitted> {
  const data = computeTrainingData(table);
  const rows = listRows(table.prompts.length);
  const predictedRows = rows.slice(trainingCount);
  const engine = await sharedTensorFlowEngine();
  const projections = createProjectionFitter(selectProjectionProblem(data), 0);
  const mixture = await fitRoutingModel(
    { engine, projections, data },
    { trainingRows: rows.slice(0, trainingCount), predictedRows },
    { seed: 1, family: 'task_mixture' },
  );
  return { data, predictedRows, mixture };
}

/** Every `step`-th prompt of a table. */
function thinTable(table: OutcomeTable, step: number): OutcomeTable {
  const rows = listRows(table.prompts.length).filter((row) => row % step === 0);
  const width = table.models.length;
  const pick = (matrix: Float32Array): Float32Array =>
    Float32Array.from(
      [...rows].flatMap((row) => [...matrix.subarray(row * width, (row + 1) * width)]),
    );
  return {
    ...table,
    prompts: Array.from(rows, (row) => table.prompts[row] as OutcomeTable['prompts'][number]),
    quality: pick(table.quality),
    costUsd: pick(table.costUsd),
    latencyMs: pick(table.latencyMs),
    ttftMs: pick(table.ttftMs),
    inputTokens: pick(table.inputTokens),
    outputTokens: pick(table.outputTokens),
  };
}

/** Largest differences between what the trainer predicted and what the runtime computes. */
function compareWithRuntime(
  { data, predictedRows, mixture }: Fitted,
  model: TaskMixtureModel | RoundedTaskMixtureModel,
) {
  const score = createPromptScorer(model);
  const { predictions } = mixture;
  const [modelCount, taskCount] = [data.table.models.length, data.tasks.length];
  const largest = { quality: 0, posterior: 0, novelty: 0, confidence: 0 };
  let equalChoices = 0;
  for (const row of predictedRows) {
    const prompt = data.table.prompts[row]?.prompt ?? '';
    const scores = score(splitPromptFields(prompt));
    const quality = predictions.quality.subarray(row * modelCount, (row + 1) * modelCount);
    const posterior = predictions.taskPosterior.subarray(row * taskCount, (row + 1) * taskCount);
    const differenceOf = (own: Float32Array, other: Float32Array): number =>
      own.reduce((most, value, index) => Math.max(most, Math.abs(value - (other[index] ?? 9))), 0);
    largest.quality = Math.max(largest.quality, differenceOf(quality, scores.quality));
    largest.posterior = Math.max(largest.posterior, differenceOf(posterior, scores.taskPosterior));
    const novelty = predictions.novelty[row] as number;
    largest.novelty = Math.max(largest.novelty, Math.abs(novelty - scores.novelty));
    const confidence = computeConfidence(
      Math.max(...posterior),
      predictions.familiarity[row] as number,
    );
    largest.confidence = Math.max(largest.confidence, Math.abs(confidence - scores.confidence));
    const best = (values: Float32Array): number => values.indexOf(Math.max(...values));
    if (best(quality) === best(scores.quality)) equalChoices += 1;
  }
  return { ...largest, equalShare: equalChoices / predictedRows.length };
}

/** @returns what was fitted, once the tests run */
function describeParity(makeFitted: () => Promise<Fitted>): () => Fitted {
  let fitted: Fitted;
  beforeAll(async () => {
    fitted = await makeFitted();
  });

  it('scores in the runtime as in training, to 1e-5', () => {
    const { quality, posterior, novelty, confidence } = compareWithRuntime(
      fitted,
      fitted.mixture.model,
    );
    expect(quality).toBeLessThan(1e-5);
    expect(posterior).toBeLessThan(1e-5);
    expect(novelty).toBeLessThan(1e-6);
    expect(confidence).toBeLessThan(1e-5);
  });

  it('chooses the same model for 99.9 % of the prompts after its weights are rounded', () => {
    const rounded = compareWithRuntime(fitted, roundWeights(fitted.mixture.model));
    expect(rounded.equalShare).toBeGreaterThanOrEqual(0.999);
    expect(rounded.quality).toBeLessThan(0.05);
  });

  it('says different things of different prompts', () => {
    const { data, predictedRows, mixture } = fitted;
    const width = data.table.models.length;
    const first = Array.from(predictedRows, (row) => mixture.predictions.quality[row * width]);
    expect(new Set(first).size).toBeGreaterThan(0.5 * predictedRows.length);
  });
  return () => fitted;
}

describe('a task mixture fitted to planted outcomes', () => {
  const trainingCount = 400;
  const predictedCount = isLongRun ? 3000 : 1000;
  const readFitted = describeParity(() =>
    fit(buildPlantedOutcomes(trainingCount + predictedCount, { seed: 1 }), trainingCount),
  );

  it('knows the best model of each task', () => {
    const { data, predictedRows, mixture } = readFitted();
    const right = predictedRows.filter((row) => {
      const quality = mixture.predictions.quality.subarray(3 * row, 3 * row + 3);
      return quality.indexOf(Math.max(...quality)) === (data.taskOf[row] as number) % 3;
    });
    expect(right.length / predictedRows.length).toBeGreaterThan(0.9);
  });
});

describe('a task mixture fitted to requests with system prompts and tools', () => {
  const readFitted = describeParity(() => fit(buildPlantedRequests(700, { seed: 2 }), 400));

  it('reads both', () => {
    const { buckets, spec } = readFitted().mixture.model.features;
    const blocks = new Set(Array.from(buckets, (bucket) => bucket >>> spec.bucketBits));
    expect(blocks).toContain(featureBlocks.context);
  });
});

describe.skipIf(!hasRecordedData('routellm/mmlu'))('a task mixture fitted to RouteLLM MMLU', () => {
  describeParity(async () => {
    const { table } = await importOutcomes({
      format: 'routellm',
      files: [resolve(recordedDataFolder, 'routellm/mmlu')],
    });
    const thinned = thinTable(table, isLongRun ? 3 : 9);
    return fit(thinned, thinned.prompts.length - (isLongRun ? 3000 : 1000));
  });
});
