/**
 * Compares what the trainer predicts with what the runtime computes, on recorded prompts: scores
 * before rounding, choices after it, and what rounding costs in recorded quality.
 *
 *     npm run check:parity -- DIR [--only NAME] [--json FILE]
 */
import assert from 'node:assert/strict';
import Table from 'cli-table3';
import { splitPromptFields } from '../../src/policy/features/prompt-fields.js';
import type {
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../../src/policy/file/routing-model.js';
import { createPromptScorer } from '../../src/policy/decide/score-prompt.js';
import { selectProjectionProblem } from '../../src/learn/train/projection/fit-projection.js';
import { fitRoutingModel } from '../../src/learn/train/fit-routing-model.js';
import {
  chooseThreadCount,
  createProjectionFitter,
} from '../../src/learn/train/projection/projection-fitter.js';
import { roundWeights } from '../../src/learn/train/assemble-policy.js';
import { createTensorFlowEngine } from '../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../src/learn/train/training-data.js';
import { readBenchArguments } from '../bench/arguments.js';
import { compactTable } from '../bench/compact-table.js';
import { findRoutingDataSets } from '../bench/routing/data-sets.js';

const maxDifference = 1e-5;
const leastEqual = 0.999;
const maxLoss = 0.001;

const { positionals, only, writeResults } = readBenchArguments();
const [folder] = positionals;
assert.ok(folder !== undefined, 'name the folder of recorded outcomes');

const engine = await createTensorFlowEngine();
const results: Record<string, Record<string, number>> = {};
const table = new Table({
  head: ['data', 'prompts', 'largest difference', 'equal choices', 'quality lost by rounding'],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [] },
  chars: compactTable,
});
let prompts = 0;
let equal = 0;
for (const dataSet of findRoutingDataSets(folder)) {
  // Sets that hold out whole tasks hold the same prompts as others.
  if (dataSet.taskFolds !== undefined) continue;
  if (only.length > 0 && !only.includes(dataSet.name)) continue;
  const data = computeTrainingData((await dataSet.read()).table);
  const rows = Int32Array.from({ length: data.table.prompts.length }, (_, row) => row);
  // Learned from every second prompt, and compared on all.
  const trainingRows = rows.filter((row) => row % 2 === 0);
  const threads = chooseThreadCount(trainingRows.length);
  const projections = createProjectionFitter(selectProjectionProblem(data), threads);
  const { model, predictions } = await fitRoutingModel(
    { engine, projections, data },
    { trainingRows, predictedRows: rows },
    { seed: 1, family: 'task_mixture' },
  ).finally(() => projections.close());
  const exact = scoreAll(data, model);
  const rounded = scoreAll(data, roundWeights(model));
  const difference = exact.reduce(
    (most, value, cell) => Math.max(most, Math.abs(value - (predictions.quality[cell] as number))),
    0,
  );
  const [before, after] = [chooseAll(data, predictions.quality), chooseAll(data, rounded)];
  const equalHere = before.filter((choice, row) => choice === after[row]).length;
  const lost = computeMeanQuality(data, before) - computeMeanQuality(data, after);
  prompts += rows.length;
  equal += equalHere;
  results[dataSet.name] = {
    prompts: rows.length,
    maxDifference: difference,
    equalShare: equalHere / rows.length,
    qualityLost: lost,
  };
  table.push([
    dataSet.name,
    rows.length,
    difference.toExponential(1),
    `${((100 * equalHere) / rows.length).toFixed(3)} %`,
    lost.toFixed(5),
  ]);
  assert.ok(difference <= maxDifference, `${dataSet.name}: scores differ by ${difference}`);
  assert.ok(lost <= maxLoss, `${dataSet.name}: rounding costs ${lost} of quality`);
}
console.log(table.toString());
console.log(`${prompts} prompts, ${((100 * equal) / prompts).toFixed(3)} % of choices equal`);
assert.ok(equal / prompts >= leastEqual, 'rounding changes too many choices');
results['all'] = { prompts, equalShare: equal / prompts };
writeResults(results);

/** Row-major prompts x models. */
function scoreAll(
  { table: { prompts: all, models } }: TrainingData,
  model: TaskMixtureModel | RoundedTaskMixtureModel,
): Float32Array {
  const score = createPromptScorer(model);
  const quality = new Float32Array(all.length * models.length);
  all.forEach(({ prompt }, row) =>
    quality.set(score(splitPromptFields(prompt)).quality, row * models.length),
  );
  return quality;
}

function chooseAll({ table: { prompts: all, models } }: TrainingData, quality: Float32Array) {
  return Int32Array.from(all, (_, row) => {
    const own = quality.subarray(row * models.length, (row + 1) * models.length);
    return own.indexOf(Math.max(...own));
  });
}

/** Of the chosen models, where it was recorded. */
function computeMeanQuality({ table: { quality, models } }: TrainingData, choices: Int32Array) {
  const known = Array.from(
    choices,
    (model, row) => quality[row * models.length + model] as number,
  ).filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
