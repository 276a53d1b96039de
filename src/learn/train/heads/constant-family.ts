import { computeBaseRates } from '../solver/linear-map.js';
import { createPredictions } from '../row-scores.js';
import { computeDataRates } from './base-rates.js';
import type { HeadsFamily } from './heads-family.js';

/** Every prompt gets each model's mean quality: what any other family has to beat. */
export const constantFamily: HeadsFamily = {
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
    return Promise.resolve({ predictions, model: { kind: 'constant', quality } });
  },
  fitHeads(_, { quality, weights, rowCount, taskCount, modelCount }) {
    const rows = Int32Array.from({ length: rowCount }, (_row, index) => index);
    return {
      bias: computeBaseRates(
        { kind: 'probabilities', probabilities: quality, outputCount: modelCount, weights },
        rows,
      ),
      taskQuality: new Float32Array(taskCount * modelCount),
      headWeight: new Float32Array(taskCount * modelCount),
      headSpread: 1,
    };
  },
};
