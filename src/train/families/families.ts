import { RoutesmithError } from '../../util/errors.js';
import { constantFamily } from './constant-family.js';
import { knnFamily } from './knn-family.js';
import { linearFamily } from './linear-family.js';
import { linearTensorflowFamily } from './linear-tensorflow-family.js';
import { mlpFamily } from './mlp-family.js';
import type { HeadsFamily } from './heads-family.js';
import type { ModelFamily } from './model-family.js';
import { taskMixtureFamily } from './task-mixture-family.js';
import { taskTableFamily } from './task-table-family.js';

/** All families, the simplest first. */
export const modelFamilies: readonly ModelFamily[] = [
  constantFamily,
  taskTableFamily,
  linearFamily,
  linearTensorflowFamily,
  knnFamily,
  mlpFamily,
  taskMixtureFamily,
];

/** Those that a policy file can hold and that share one projection, the simplest first. */
export const headsFamilies: readonly HeadsFamily[] = [
  constantFamily,
  taskTableFamily,
  linearFamily,
  taskMixtureFamily,
];

/**
 * Finds a family by its name.
 *
 * @throws RoutesmithError `usage` for an unknown name
 */
export function findFamily(name: string): ModelFamily {
  const family = modelFamilies.find((one) => one.name === name);
  if (family !== undefined) return family;
  throw new RoutesmithError('usage', `unknown model family "${name}"`, {
    fix: `Name one of: ${modelFamilies.map((one) => one.name).join(', ')}.`,
  });
}
