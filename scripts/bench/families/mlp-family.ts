import { structuralClip } from '../../../src/policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../src/policy/features/structural-features.js';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { computePosterior } from '../../../src/learn/train/heads/fit-temperature.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { computeSigmoid } from '../../../src/util/kernels.js';
import { createPredictions } from '../../../src/learn/train/heads/predictions.js';
import { embedPrompts, type EmbeddedPrompts } from './embed-prompts.js';
import { fitMlp, type MlpNetwork, type MlpProblem } from './fit-mlp.js';
import type { FamilyInput, ModelFamily } from '../../../src/learn/train/heads/model-family.js';
import { computeLogLoss } from '../../../src/learn/train/heads/score-predictions.js';

/** A fifth of the training rows decides how long to train; after so many epochs without gain it has. */
const stoppingFolds = 5;
const maxEpochs = 30;

/** A small neural network on the projected prompts and their structure. */
export const mlpFamily: ModelFamily = {
  name: 'mlp',
  description: 'neural network of one hidden layer on a projection of the n-grams, stopped early',
  engine: 'tensorflow',
  async fit(input) {
    const { engine, data, trainingRows, predictedRows, seed } = input;
    const embedded = embedPrompts(data, trainingRows, predictedRows, seed);
    const problem = createProblem(data, embedded, trainingRows);
    const epochs = chooseEpochs(input, problem);
    const network = fitMlp(engine, problem, trainingRows, { epochs, seed });
    const predictions = createPredictions(data);
    predictInto(predictions, network, data, predictedRows);
    network.dispose();
    const taskPosterior = computePosterior(
      predictions.taskPosterior,
      predictedRows,
      data.tasks.length,
      1,
    );
    return { predictions: { ...predictions, taskPosterior, novelty: embedded.novelty } };
  },
};

/** Epochs after which the held-out log loss of quality was lowest; 0 where training never helped. */
function chooseEpochs(
  { engine, data, trainingRows, seed }: FamilyInput,
  problem: MlpProblem,
): number {
  const folds = assignFolds(
    trainingRows.map((row) => data.groups[row] as number),
    stoppingFolds,
    { seed, labels: Array.from(trainingRows, (row) => data.table.prompts[row]?.task) },
  );
  const heldOut = trainingRows.filter((_, index) => folds[index] === 0);
  const fitted = trainingRows.filter((_, index) => folds[index] !== 0);
  const predictions = createPredictions(data);
  let best = 0;
  let lowestLoss = Infinity;
  fitMlp(engine, problem, fitted, {
    epochs: maxEpochs,
    seed,
    onEpoch(epoch, network) {
      predictInto(predictions, network, data, heldOut);
      const loss = computeLogLoss(data.table, heldOut, predictions.quality);
      if (loss < lowestLoss) {
        best = epoch;
        lowestLoss = loss;
      }
    },
  }).dispose();
  return best;
}

/** Writes qualities, and scores (not yet shares) of tasks, into these rows. */
function predictInto(
  {
    quality,
    taskPosterior,
  }: { readonly quality: Float32Array; readonly taskPosterior: Float32Array },
  network: MlpNetwork,
  { table, tasks }: TrainingData,
  rows: Int32Array,
): void {
  const modelCount = table.models.length;
  const width = modelCount + tasks.length;
  const outputs = network.predict(rows);
  rows.forEach((row, index) => {
    const own = outputs.subarray(index * width, (index + 1) * width);
    quality.set(own.subarray(0, modelCount).map(computeSigmoid), row * modelCount);
    taskPosterior.set(own.subarray(modelCount), row * tasks.length);
  });
}

/**
 * Inputs of about unit size: the embedding, scaled as a whole so that its first directions stay the
 * strongest, and the standardised structural features.
 */
function createProblem(
  data: TrainingData,
  { vectors, dimensionCount }: EmbeddedPrompts,
  trainingRows: Int32Array,
): MlpProblem {
  const { counts, table, tasks, taskOf, weights } = data;
  const inputCount = dimensionCount + structuralFeatureCount;
  const inputs = new Float32Array(counts.rowCount * inputCount);
  let squares = 0;
  for (const row of trainingRows) {
    for (let cell = row * dimensionCount; cell < (row + 1) * dimensionCount; cell++) {
      squares += (vectors[cell] as number) ** 2;
    }
  }
  const scale = Math.sqrt((trainingRows.length * dimensionCount) / (squares || 1));
  for (let row = 0; row < counts.rowCount; row++) {
    for (let column = 0; column < dimensionCount; column++) {
      inputs[row * inputCount + column] =
        scale * (vectors[row * dimensionCount + column] as number);
    }
  }
  for (let feature = 0; feature < structuralFeatureCount; feature++) {
    const at = (row: number): number =>
      counts.structural[row * structuralFeatureCount + feature] as number;
    const { mean, deviation } = computeMoments(trainingRows, at);
    if (deviation < 1e-4) continue;
    for (let row = 0; row < counts.rowCount; row++) {
      const standardised = (at(row) - mean) / deviation;
      inputs[row * inputCount + dimensionCount + feature] = Math.max(
        -structuralClip,
        Math.min(structuralClip, standardised),
      );
    }
  }
  return {
    inputs,
    inputCount,
    quality: table.quality,
    modelCount: table.models.length,
    taskOf,
    taskCount: tasks.length,
    weights,
  };
}

function computeMoments(
  rows: Int32Array,
  at: (row: number) => number,
): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const row of rows) sum += at(row);
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (at(row) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / rows.length) };
}
