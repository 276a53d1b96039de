import { dequantiseMatrix, quantiseMatrix } from '../policy/packed-numbers.js';
import type { LinearMap, TaskMixtureModel } from '../policy/routing-model.js';

/**
 * The model with its weights rounded as a policy file rounds them, so that what is checked before
 * export is what the runtime computes.
 */
export function roundWeights(model: TaskMixtureModel): TaskMixtureModel {
  return {
    ...model,
    taskClassifier: roundLinearMap(model.taskClassifier),
    heads: roundLinearMap(model.heads),
  };
}

function roundLinearMap(map: LinearMap): LinearMap {
  return { ...map, weights: dequantiseMatrix(quantiseMatrix(map.weights, map.outputCount)) };
}
