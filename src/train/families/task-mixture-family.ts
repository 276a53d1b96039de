import { fitTaskMixture } from '../fit-task-mixture.js';
import type { ModelFamily } from './model-family.js';

/** The default: see `fitTaskMixture`. */
export const taskMixtureFamily: ModelFamily = {
  name: 'task_mixture',
  description: 'tasks and linear heads on hashed n-grams, combined by cross-fitted dense heads',
  engine: 'tensorflow',
  fit({ engine, data, trainingRows, predictedRows, seed }) {
    return fitTaskMixture(engine, data, trainingRows, predictedRows, { seed });
  },
};
