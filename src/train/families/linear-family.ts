import { computeSigmoid } from './base-rates.js';
import { fitCalibratedProjection } from './fit-calibrated-projection.js';
import type { ModelFamily } from './model-family.js';

/** Logistic regression of each model's quality, by the sparse solver. */
export const linearFamily: ModelFamily = {
  name: 'linear',
  description: 'logistic regression for each model on up to 32,768 hashed n-grams',
  engine: 'sparse',
  fit({ data, trainingRows, predictedRows, seed }) {
    const { projection, temperature, taskPosterior, headScores, novelty } = fitCalibratedProjection(
      data,
      trainingRows,
      predictedRows,
      seed,
    );
    const modelCount = data.table.models.length;
    const quality = new Float32Array(headScores.length);
    for (const row of predictedRows) {
      for (let cell = row * modelCount; cell < (row + 1) * modelCount; cell++) {
        quality[cell] = computeSigmoid(headScores[cell] as number);
      }
    }
    return {
      predictions: { quality, taskPosterior, novelty },
      model: {
        kind: 'task_mixture',
        tasks: data.tasks,
        temperature,
        ...projection,
        bias: new Float32Array(modelCount),
        taskQuality: new Float32Array(data.tasks.length * modelCount),
        headWeight: new Float32Array(data.tasks.length * modelCount).fill(1),
      },
    };
  },
};
