import { applyLinearMap } from '../../../src/learn/train/solver/linear-map.js';
import { fitDense } from './fit-dense.js';
import { computeFeatureMatrix } from '../../../src/learn/train/features/feature-matrix.js';
import {
  computeRowNovelty,
  learnTaskWords,
} from '../../../src/learn/train/features/known-words.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import { computePosterior } from '../../../src/learn/train/projection/fit-temperature.js';
import { createRowScores } from '../../../src/learn/row-scores.js';
import { at } from '../../../src/util/numeric-arrays.js';
import { computeSigmoid } from '../../../src/util/kernels.js';
import type { ModelFamily } from './model-family.js';

/** Number of n-grams: dense batches cannot take more. */
const featureCount = 2048;

/** The objective of the linear family, minimized by TensorFlow.js on fewer hashed n-grams. */
export const linearTensorflowFamily: ModelFamily = {
  name: 'linear_tensorflow',
  async fit({ engine, data, trainingRows, predictedRows, seed }) {
    const modelCount = data.table.models.length;
    const taskCount = data.tasks.length;
    const features = fitFeatures(data.counts, trainingRows, { maxFeatures: featureCount });
    const matrix = computeFeatureMatrix(data.counts, features);
    const heads = fitDense(
      engine,
      matrix,
      trainingRows,
      {
        kind: 'probabilities',
        probabilities: data.table.quality,
        outputCount: modelCount,
        weights: data.weights,
      },
      { dataWeight: 0.3, seed },
    );
    const taskClassifier = fitDense(
      engine,
      matrix,
      taskCount === 1 ? new Int32Array(0) : trainingRows,
      { kind: 'classes', classes: data.taskOf, classCount: taskCount, weights: data.weights },
      // Only the estimates of cost use the posterior, and they do not need the last digit.
      { dataWeight: 3, epochs: 5, seed },
    );
    const headScores = applyLinearMap(heads, matrix, predictedRows);
    const taskScores = applyLinearMap(taskClassifier, matrix, predictedRows);
    const quality = new Float32Array(headScores.length);
    for (const row of predictedRows) {
      for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
        quality[cell] = computeSigmoid(at(headScores, cell));
      }
    }
    return {
      predictions: {
        ...createRowScores(data),
        quality,
        taskPosterior: computePosterior(taskScores, predictedRows, taskCount, 1),
        novelty: computeRowNovelty(data.counts, features, predictedRows),
      },
      model: {
        kind: 'task_mixture',
        tasks: data.tasks,
        features,
        taskFeatureCount: features.buckets.length,
        taskClassifier,
        temperature: 1,
        taskWords: learnTaskWords(data.counts, features, trainingRows, {
          taskOf: data.taskOf,
          taskCount,
        }),
        heads,
        bias: new Float32Array(modelCount),
        taskQuality: new Float32Array(taskCount * modelCount),
        headWeight: new Float32Array(data.tasks.length * modelCount).fill(1),
      },
    };
  },
};
