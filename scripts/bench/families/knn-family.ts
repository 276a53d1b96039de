import { createRandom, shuffle } from '../../../src/util/random.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { computeDataRates, type BaseRates } from '../../../src/learn/train/heads/base-rates.js';
import { createPredictions } from '../../../src/learn/train/row-scores.js';
import { computeLogLoss } from '../../../src/learn/train/heads/score-predictions.js';
import { embedPrompts } from './embed-prompts.js';
import { findNeighbours, type Neighbours } from './find-neighbours.js';
import type { ModelFamily } from '../../../src/learn/train/heads/model-family.js';

interface KnnSettings {
  readonly neighbourCount: number;
  /** Weight of the mean over all prompts, in neighbours of similarity 1. */
  readonly priorWeight: number;
}

const settingsTried: readonly KnnSettings[] = [10, 30, 80].flatMap((neighbourCount) =>
  [2, 8, 32].map((priorWeight) => ({ neighbourCount, priorWeight })),
);
const maxNeighbours = 80;

/** Training prompts on which the settings are chosen. */
const tuningRowCount = 1500;

/** How well did each model answer the prompts most like this one? */
export const knnFamily: ModelFamily = {
  name: 'knn',
  description: 'outcomes of the most similar prompts, by cosine on a projection of the n-grams',
  engine: 'tensorflow',
  async fit({ engine, data, trainingRows, predictedRows, seed }) {
    const { vectors, dimensionCount, novelty } = embedPrompts(
      data,
      trainingRows,
      predictedRows,
      seed,
    );
    const rates = computeDataRates(data, trainingRows);
    const find = (queries: Int32Array): Neighbours =>
      findNeighbours(
        engine,
        vectors,
        dimensionCount,
        queries,
        trainingRows,
        maxNeighbours,
        // A tuning prompt is a training prompt: neither it nor its near-duplicates may answer.
        (query, candidate) => data.groups[query] !== data.groups[candidate],
      );
    const settings = chooseSettings(data, trainingRows, rates, find, seed);
    const predictions = createPredictions(data);
    const neighbours = find(predictedRows);
    averageNeighbours(
      data.table.quality,
      data.weights,
      rates.quality,
      predictedRows,
      trainingRows,
      neighbours,
      settings,
      predictions.quality,
    );
    averageNeighbours(
      computeTaskIndicators(data, trainingRows),
      data.weights,
      rates.taskShares,
      predictedRows,
      trainingRows,
      neighbours,
      settings,
      predictions.taskPosterior,
    );
    return { predictions: { ...predictions, novelty } };
  },
};

function chooseSettings(
  data: TrainingData,
  trainingRows: Int32Array,
  rates: BaseRates,
  find: (queries: Int32Array) => Neighbours,
  seed: number,
): KnnSettings {
  const drawn = shuffle(trainingRows, createRandom(seed)).slice(0, tuningRowCount);
  const queries = Int32Array.from(drawn).sort();
  const neighbours = find(queries);
  const { quality } = createPredictions(data);
  let best = settingsTried[0] as KnnSettings;
  let lowestLoss = Infinity;
  for (const settings of settingsTried) {
    averageNeighbours(
      data.table.quality,
      data.weights,
      rates.quality,
      queries,
      trainingRows,
      neighbours,
      settings,
      quality,
    );
    const loss = computeLogLoss(data.table, queries, quality);
    if (loss < lowestLoss) {
      best = settings;
      lowestLoss = loss;
    }
  }
  return best;
}

/** One in the column of a row's task; NaN throughout where the task is unknown. */
function computeTaskIndicators(
  { tasks, taskOf, counts }: TrainingData,
  rows: Int32Array,
): Float32Array {
  const indicators = new Float32Array(counts.rowCount * tasks.length).fill(Number.NaN);
  for (const row of rows) {
    const task = taskOf[row] as number;
    if (task < 0) continue;
    indicators.fill(0, row * tasks.length, (row + 1) * tasks.length);
    indicators[row * tasks.length + task] = 1;
  }
  return indicators;
}

/**
 * Means over the neighbours, weighted by similarity and weight, and shrunk to the prior mean. Values that are
 * NaN, and neighbours that are no more like the query than chance, are skipped.
 */
function averageNeighbours(
  values: Float32Array,
  weights: Float64Array,
  priorMeans: Float32Array,
  queries: Int32Array,
  candidates: Int32Array,
  { limit, positions, similarities }: Neighbours,
  { neighbourCount, priorWeight }: KnnSettings,
  result: Float32Array,
): void {
  const width = priorMeans.length;
  queries.forEach((query, index) => {
    for (let column = 0; column < width; column++) {
      let weightSum = priorWeight;
      let sum = priorWeight * (priorMeans[column] as number);
      for (let place = index * limit; place < index * limit + neighbourCount; place++) {
        const position = positions[place] as number;
        const similarity = similarities[place] as number;
        if (position < 0 || similarity <= 0) break;
        const candidate = candidates[position] as number;
        const value = values[candidate * width + column] as number;
        if (Number.isNaN(value)) continue;
        const weight = similarity * (weights[candidate] as number);
        weightSum += weight;
        sum += weight * value;
      }
      result[query * width + column] = sum / weightSum;
    }
  });
}
