import { quantiseMatrix } from '../../../policy/file/packed-numbers.js';
import type {
  LinearMap,
  RoundedLinearMap,
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../../../policy/file/routing-model.js';

/**
 * The model with its weights rounded as a policy file rounds them, so that what is checked before
 * export is what the runtime computes.
 */
export function roundWeights(model: TaskMixtureModel): RoundedTaskMixtureModel {
  return {
    ...model,
    taskClassifier: roundLinearMap(model.taskClassifier),
    heads: roundLinearMap(model.heads),
  };
}

function roundLinearMap({ outputCount, weights, bias }: LinearMap): RoundedLinearMap {
  const { bytes, shifts, scales } = quantiseMatrix(weights, outputCount);
  return { outputCount, weights: bytes, shifts, scales, bias };
}
