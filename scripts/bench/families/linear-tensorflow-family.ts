import { applyLinearMap } from '../../../src/learn/train/solver/apply-linear-map.js';
import { fitDense } from '../../../src/learn/train/solver/dense-solver.js';
import {
  computeFeatureMatrix,
  computeRowNovelty,
} from '../../../src/learn/train/features/feature-matrix.js';
import { learnTaskWords } from '../../../src/learn/train/features/learn-task-words.js';
import { fitFeatures } from '../../../src/learn/train/features/fit-features.js';
import { computePosterior } from '../../../src/learn/train/heads/fit-temperature.js';
import { computeSigmoid } from '../../../src/util/kernels.js';
import type { ModelFamily } from '../../../src/learn/train/heads/model-family.js';

/** As many n-grams as dense batches can take. */
const featureCount = 2048;

/** The objective of the linear family, minimised by TensorFlow.js on fewer features. */
export const linearTensorflowFamily: ModelFamily = {
  name: 'linear_tensorflow',
  description: `the linear family by TensorFlow.js, on ${featureCount} hashed n-grams`,
  engine: 'tensorflow',
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
      // The posterior serves the estimates of cost only, which do not need the last digit.
      { dataWeight: 3, epochs: 5, seed },
    );
    const headScores = applyLinearMap(heads, matrix, predictedRows);
    const taskScores = applyLinearMap(taskClassifier, matrix, predictedRows);
    const quality = new Float32Array(headScores.length);
    for (const row of predictedRows) {
      for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
        quality[cell] = computeSigmoid(headScores[cell] as number);
      }
    }
    return {
      predictions: {
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
        taskWords: learnTaskWords(data.counts, features, trainingRows, data.taskOf, taskCount),
        heads,
        bias: new Float32Array(modelCount),
        taskQuality: new Float32Array(taskCount * modelCount),
        headWeight: new Float32Array(data.tasks.length * modelCount).fill(1),
      },
    };
  },
};
