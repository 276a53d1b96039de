import { RoutesmithError } from '../../../src/util/errors.js';
import { constantFamily } from '../../../src/learn/train/heads/constant-family.js';
import { knnFamily } from './knn-family.js';
import { linearFamily } from '../../../src/learn/train/heads/linear-family.js';
import { linearTensorflowFamily } from './linear-tensorflow-family.js';
import { mlpFamily } from './mlp-family.js';
import type { ModelFamily } from '../../../src/learn/train/heads/model-family.js';
import { taskMixtureFamily } from '../../../src/learn/train/heads/task-mixture-family.js';
import { taskTableFamily } from '../../../src/learn/train/heads/task-table-family.js';

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
