import { createHeadsFamily } from './heads-family.js';

/** Logistic regression of each model's quality, by the sparse solver. */
export const linearFamily = createHeadsFamily({
  name: 'linear',
  description: 'logistic regression for each model on up to 32,768 hashed n-grams',
  engine: 'sparse',
  fitHeads: (_, { modelCount, taskCount }) => ({
    bias: new Float32Array(modelCount),
    taskQuality: new Float32Array(taskCount * modelCount),
    headWeight: new Float32Array(taskCount * modelCount).fill(1),
    headSpread: 1,
  }),
});
