import { createRowScores } from '../../../src/learn/row-scores.js';
import { computeDataRates } from './base-rates.js';
import type { ModelFamily } from './model-family.js';

/** Mean quality of each model for every prompt: the same as the constant heads, but no projection. */
export const constantFamily: ModelFamily = {
  name: 'constant',
  async fit({ data, trainingRows, predictedRows }) {
    const { quality, taskShares } = computeDataRates(data, trainingRows);
    const predictions = createRowScores(data);
    for (const row of predictedRows) {
      predictions.quality.set(quality, row * quality.length);
      predictions.taskPosterior.set(taskShares, row * taskShares.length);
    }
    return { predictions };
  },
};
