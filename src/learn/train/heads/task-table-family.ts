import { createHeadsFamily } from './heads-family.js';

/** Which task is it, and how good is each model at that? No prompt is harder than its task. */
export const taskTableFamily = createHeadsFamily({
  name: 'task_table',
  description: 'task classifier on hashed n-grams, and the shrunken mean quality of each task',
  engine: 'sparse',
  fitHeads: (_, { modelCount, taskCount, taskQuality }) => ({
    bias: new Float32Array(modelCount),
    taskQuality: taskQuality.map((quality) => Math.log(quality / (1 - quality))),
    headWeight: new Float32Array(taskCount * modelCount),
    headSpread: 1,
  }),
});
