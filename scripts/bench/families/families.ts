import { fitRoutingModel } from '../../../src/learn/train/fit-routing-model.js';
import type { FamilyName } from '../../../src/learn/train/heads/families.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import { createProjectionFitter } from '../../../src/learn/train/projection/projection-fitter.js';
import { constantFamily } from './constant-family.js';
import { knnFamily } from './knn-family.js';
import { linearTensorflowFamily } from './linear-tensorflow-family.js';
import { mlpFamily } from './mlp-family.js';
import type { ModelFamily } from './model-family.js';

/** All families, the simplest first. */
export const modelFamilies: readonly ModelFamily[] = [
  constantFamily,
  createPolicyFamily('task_table'),
  createPolicyFamily('linear'),
  linearTensorflowFamily,
  knnFamily,
  mlpFamily,
  createPolicyFamily('task_mixture'),
];

/** A family of policies, with a projection of its own. */
function createPolicyFamily(name: FamilyName): ModelFamily {
  return {
    name,
    async fit({ engine, data, trainingRows, predictedRows, seed }) {
      const projections = createProjectionFitter(selectProjectionProblem(data), 0);
      const { predictions, model } = await fitRoutingModel(
        { engine, projections, data },
        { trainingRows, predictedRows },
        { seed, family: name },
      );
      return { predictions, model };
    },
  };
}
