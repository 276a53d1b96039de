import { computeExponentials, computeSigmoid } from '../../../util/kernels.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { addAt, at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import { createRandom, shuffle } from '../../../util/random.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';
import {
  computeBaseRates,
  computeOutputCount,
  computeRowWeight,
  type LinearTargets,
} from './linear-map.js';
import { addOuterProduct, addRowProduct, computeSquaredLength } from './row-kernels.js';

export interface SparseSolverOptions {
  /**
   * Weight of the data against the penalty, as `C` of scikit-learn: the solver minimizes
   * `C * (sum of log losses) + |weights|^2 / 2`, where the loss of a row counts as often as its
   * weight says. The penalty on the bias is for leaving the base rate.
   */
  readonly dataWeight: number;
  /** Passes over the rows. @default 5 */
  readonly epochs?: number;
  readonly seed: number;
  /** Smaller dual steps of an output are skipped. @default 0.001 */
  readonly minStep?: number;
  /**
   * How much outputs learn from one another: the weights of an output are its own plus some that
   * all outputs share, and the data weight is this many times as high for the shared ones. @default 0
   */
  readonly sharing?: number;
}

/**
 * Fits softmax or independent logistic outputs to sparse vectors with an L2 penalty, by stochastic
 * dual coordinate ascent: each row keeps its own dual variable, and each step moves it towards
 * `target - prediction` by a length that cannot overshoot. There is no learning rate, and a few
 * passes reach the optimum because the penalty is strong. (Shalev-Shwartz and Zhang, "Accelerated
 * Proximal Stochastic Dual Coordinate Ascent", 2014, option V of Prox-SDCA.)
 *
 * With sharing, outputs that rise and fall together (the qualities of several models, all lower
 * for a hard prompt) learn what they have in common from the data of all of them (regularized
 * multi-task learning; Evgeniou and Pontil, 2004).
 */
export function fitSparse(
  matrix: FeatureMatrix,
  rows: Int32Array,
  targets: LinearTargets,
  options: SparseSolverOptions,
): LinearMap {
  const { epochs = 5, minStep = 0.001, sharing = 0, dataWeight, seed } = options;
  const outputCount = computeOutputCount(targets);
  const coupling = 1 + sharing * outputCount;
  const weights = new Float32Array(matrix.columnCount * outputCount);
  const bias = computeBaseRates(targets, rows);
  const duals = new Float32Array(rows.length * outputCount);
  const step = new Float32Array(outputCount);
  const active = new Int32Array(outputCount);
  const random = createRandom(seed);
  const order = [...rows.keys()];

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const position of shuffle(order, random)) {
      const row = intAt(rows, position);
      if (targets.kind === 'classes' && intAt(targets.classes, row) < 0) continue;
      const rowWeight = dataWeight * computeRowWeight(targets, row);
      const curvature = (1 + computeSquaredLength(matrix, row)) * rowWeight * coupling;
      step.set(bias);
      addRowProduct(matrix, row, weights, step);
      const dual = rowOf(duals, position, outputCount);
      if (targets.kind === 'classes') {
        computeSoftmaxSteps(step, dual, intAt(targets.classes, row), curvature);
      } else {
        computeLogisticSteps(step, dual, rowOf(targets.probabilities, row, outputCount), curvature);
      }
      const total = moveDual(dual, step, minStep);
      let activeCount = 0;
      for (let output = 0; output < outputCount; output++) {
        const move = at(step, output) + sharing * total;
        if (move === 0) continue;
        active[activeCount++] = output;
        step[output] = move * rowWeight;
        addAt(bias, output, at(step, output));
      }
      if (activeCount > 0) addOuterProduct(matrix, row, weights, step, active, activeCount);
    }
  }
  return { outputCount, weights, bias };
}

/**
 * Replaces the scores of a row by the steps of its dual variables under a softmax.
 *
 * @param curvature squared length of the row's vector times the data weight
 */
function computeSoftmaxSteps(
  scores: Float32Array,
  dual: Float32Array,
  observed: number,
  curvature: number,
): void {
  const sum = computeExponentials(scores, 1, scores);
  const length = 1 / (1 + 0.5 * curvature);
  for (let output = 0; output < scores.length; output++) {
    const target = output === observed ? 1 : 0;
    scores[output] = length * (target - at(scores, output) / sum - at(dual, output));
  }
}

/** The same for independent logistic outputs; outputs without a target do not move. */
function computeLogisticSteps(
  scores: Float32Array,
  dual: Float32Array,
  targets: Float32Array,
  curvature: number,
): void {
  const length = 1 / (1 + 0.25 * curvature);
  for (let output = 0; output < scores.length; output++) {
    const target = at(targets, output);
    const predicted = computeSigmoid(at(scores, output));
    scores[output] = Number.isNaN(target) ? 0 : length * (target - predicted - at(dual, output));
  }
}

/** Drops steps that are too small, moves the dual variables by the others, and sums those up. */
function moveDual(dual: Float32Array, step: Float32Array, minStep: number): number {
  let total = 0;
  for (let output = 0; output < step.length; output++) {
    if (Math.abs(at(step, output)) < minStep) step[output] = 0;
    addAt(dual, output, at(step, output));
    total += at(step, output);
  }
  return total;
}
