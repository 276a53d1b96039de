import { structuralClip } from '../../../src/policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../../src/policy/features/structural-features.js';
import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { computePosterior } from '../../../src/learn/train/projection/fit-temperature.js';
import { splitAtFold } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { at, intAt } from '../../../src/util/numeric-arrays.js';
import { computeSigmoid } from '../../../src/util/kernels.js';
import { createRowScores, type RowScores } from '../../../src/learn/row-scores.js';
import { embedPrompts, type EmbeddedPrompts } from './embed-prompts.js';
import { fitMlp, type MlpNetwork, type MlpProblem } from './fit-mlp.js';
import type { FamilyInput, ModelFamily } from './model-family.js';
import { computeLogLoss } from './score-estimates.js';

/** A fifth of the training rows decides after which epoch to stop. */
const stoppingFolds = 5;
const maxEpochs = 30;

/** A neural network of one hidden layer on embedded prompts and their structure, stopped early. */
export const mlpFamily: ModelFamily = {
  name: 'mlp',
  async fit(input) {
    const { engine, data, trainingRows, predictedRows, seed } = input;
    const embedded = embedPrompts(data, input, seed);
    const problem = createProblem(data, embedded, trainingRows);
    const epochs = chooseEpochs(input, problem);
    const network = fitMlp(engine, problem, trainingRows, { epochs, seed });
    const predictions = createRowScores(data);
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
    trainingRows.map((row) => intAt(data.groups, row)),
    stoppingFolds,
    { seed, labels: Array.from(trainingRows, (row) => data.table.prompts[row]?.task) },
  );
  const { trainingRows: fitted, predictedRows: heldOut } = splitAtFold(trainingRows, folds, 0);
  const predictions = createRowScores(data);
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
  { quality, taskPosterior }: RowScores,
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
 * strongest, and the standardized structural features.
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
      squares += at(vectors, cell) ** 2;
    }
  }
  const scale = Math.sqrt((trainingRows.length * dimensionCount) / (squares || 1));
  for (let row = 0; row < counts.rowCount; row++) {
    for (let column = 0; column < dimensionCount; column++) {
      inputs[row * inputCount + column] = scale * at(vectors, row * dimensionCount + column);
    }
  }
  for (let feature = 0; feature < structuralFeatureCount; feature++) {
    const valueOf = (row: number): number =>
      at(counts.structural, row * structuralFeatureCount + feature);
    const { mean, deviation } = computeMoments(trainingRows, valueOf);
    if (deviation < 1e-4) continue;
    for (let row = 0; row < counts.rowCount; row++) {
      const standardized = (valueOf(row) - mean) / deviation;
      inputs[row * inputCount + dimensionCount + feature] = Math.max(
        -structuralClip,
        Math.min(structuralClip, standardized),
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
  valueOf: (row: number) => number,
): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const row of rows) sum += valueOf(row);
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (valueOf(row) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / rows.length) };
}
