import type { FamilyName } from './model-family.js';

/** The family of policies, unless another is asked for or does better. */
export const defaultFamily = 'task_mixture' satisfies FamilyName;
