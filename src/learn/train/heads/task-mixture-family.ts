import { fitSpreadHeads } from './fit-spread-heads.js';
import { createHeadsFamily } from './heads-family.js';

/** The default: what the task says and what the prompt says, weighed for each task. */
export const taskMixtureFamily = createHeadsFamily({
  name: 'task_mixture',
  description: 'tasks and linear heads on hashed n-grams, combined by cross-fitted dense heads',
  engine: 'tensorflow',
  fitHeads: fitSpreadHeads,
});
