import { createRowScores } from '../../../src/learn/row-scores.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { at, intAt } from '../../../src/util/numeric-arrays.js';
import { createRandom, shuffle } from '../../../src/util/random.js';
import { computeDataRates } from './base-rates.js';
import { embedPrompts } from './embed-prompts.js';
import { findNeighbors, type Neighbors } from './find-neighbors.js';
import type { FamilyInput, ModelFamily } from './model-family.js';
import { computeLogLoss } from './score-estimates.js';

interface KnnSettings {
  readonly neighborCount: number;
  /** Weight of the mean over all prompts, in neighbors of similarity 1. */
  readonly priorWeight: number;
}

const triedSettings: readonly KnnSettings[] = [10, 30, 80].flatMap((neighborCount) =>
  [2, 8, 32].map((priorWeight) => ({ neighborCount, priorWeight })),
);
const maxNeighbors = 80;

/** Number of training prompts on which the settings are chosen. */
const tuningRowCount = 1500;

/** Outcomes of the most similar prompts, by cosine on a projection of the n-grams. */
export const knnFamily: ModelFamily = {
  name: 'knn',
  async fit(input) {
    const { engine, data, trainingRows, predictedRows, seed } = input;
    const { vectors, dimensionCount, novelty } = embedPrompts(data, input, seed);
    const rates = computeDataRates(data, trainingRows);
    const find = (queries: Int32Array): Neighbors =>
      findNeighbors(engine, {
        vectors,
        dimensionCount,
        queries,
        candidates: trainingRows,
        limit: maxNeighbors,
        // A tuning prompt is a training prompt: it and its near-duplicates must not answer.
        isAllowed: (query, candidate) => data.groups[query] !== data.groups[candidate],
      });
    const { weights } = data;
    const outcomes = { values: data.table.quality, priorMeans: rates.quality, weights };
    const tasks = {
      values: computeTaskIndicators(data, trainingRows),
      priorMeans: rates.taskShares,
      weights,
    };
    const settings = chooseSettings(input, outcomes, find);
    const neighbors = find(predictedRows);
    const predictions = createRowScores(data);
    averageNeighbors(outcomes, neighbors, settings, predictions.quality);
    averageNeighbors(tasks, neighbors, settings, predictions.taskPosterior);
    return { predictions: { ...predictions, novelty } };
  },
};

/** What is averaged over neighbors. */
interface NeighborValues {
  /** Row-major over all rows of the data; NaN where unknown. */
  readonly values: Float32Array;
  /** Mean of each column over the training rows. */
  readonly priorMeans: Float32Array;
  /** How many prompts each row stands for. */
  readonly weights: Float64Array;
}

function chooseSettings(
  { data, trainingRows, seed }: FamilyInput,
  outcomes: NeighborValues,
  find: (queries: Int32Array) => Neighbors,
): KnnSettings {
  const drawn = shuffle(trainingRows, createRandom(seed)).slice(0, tuningRowCount);
  const queries = Int32Array.from(drawn).sort();
  const neighbors = find(queries);
  const { quality } = createRowScores(data);
  let best = triedSettings[0] as KnnSettings;
  let lowestLoss = Infinity;
  for (const settings of triedSettings) {
    averageNeighbors(outcomes, neighbors, settings, quality);
    const loss = computeLogLoss(data.table, queries, quality);
    if (loss < lowestLoss) {
      best = settings;
      lowestLoss = loss;
    }
  }
  return best;
}

/** 1 in the column of a row's task; NaN in the whole row where the task is unknown. */
function computeTaskIndicators(
  { tasks, taskOf, counts }: TrainingData,
  rows: Int32Array,
): Float32Array {
  const indicators = new Float32Array(counts.rowCount * tasks.length).fill(Number.NaN);
  for (const row of rows) {
    const task = intAt(taskOf, row);
    if (task < 0) continue;
    indicators.fill(0, row * tasks.length, (row + 1) * tasks.length);
    indicators[row * tasks.length + task] = 1;
  }
  return indicators;
}

/**
 * Writes the means over the neighbors of each query into `result`, weighted by similarity and prompt
 * weight and shrunk to the prior mean. Values that are NaN are skipped, and so are neighbors whose
 * similarity is not positive.
 */
function averageNeighbors(
  { values, priorMeans, weights }: NeighborValues,
  neighbors: Neighbors,
  { neighborCount, priorWeight }: KnnSettings,
  result: Float32Array,
): void {
  const { limit, queries, candidates, positions, similarities } = neighbors;
  const width = priorMeans.length;
  queries.forEach((query, index) => {
    for (let column = 0; column < width; column++) {
      let weightSum = priorWeight;
      let sum = priorWeight * at(priorMeans, column);
      for (let place = index * limit; place < index * limit + neighborCount; place++) {
        const position = intAt(positions, place);
        const similarity = at(similarities, place);
        if (position < 0 || similarity <= 0) break;
        const candidate = intAt(candidates, position);
        const value = at(values, candidate * width + column);
        if (Number.isNaN(value)) continue;
        const weight = similarity * at(weights, candidate);
        weightSum += weight;
        sum += weight * value;
      }
      result[query * width + column] = sum / weightSum;
    }
  });
}
