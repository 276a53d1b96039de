import { computeDataRates, createPredictions } from './base-rates.js';
import type { ModelFamily } from './model-family.js';

/** Every prompt gets each model's mean quality: what any other family has to beat. */
export const constantFamily: ModelFamily = {
  name: 'constant',
  description: 'mean quality of each model, whatever the prompt',
  engine: 'none',
  fit({ data, trainingRows, predictedRows }) {
    const { quality, taskShares } = computeDataRates(data, trainingRows);
    const predictions = createPredictions(data);
    for (const row of predictedRows) {
      predictions.quality.set(quality, row * quality.length);
      predictions.taskPosterior.set(taskShares, row * taskShares.length);
    }
    return { predictions, model: { kind: 'constant', quality } };
  },
};
