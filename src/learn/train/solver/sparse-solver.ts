import { computeExponentials, computeSigmoid } from '../../../util/kernels.js';
import type { LinearMap } from '../../../policy/file/routing-model.js';
import { createRandom, shuffle } from '../../../util/random.js';
import type { FeatureMatrix } from '../features/feature-matrix.js';
import { addOuterProduct, addRowProduct, computeSquaredLength } from './row-kernels.js';
import {
  computeBaseRates,
  computeOutputCount,
  computeRowWeight,
  type LinearTargets,
} from './linear-problem.js';

export interface SparseSolverOptions {
  /**
   * Weight of the data against the penalty, as `C` of scikit-learn: minimised is
   * `C * (sum of log losses) + |weights|^2 / 2`, where the loss of a row counts as often as its
   * weight says. The bias is penalised for leaving the base rate.
   */
  readonly dataWeight: number;
  /** Passes over the rows. @default 5 */
  readonly epochs?: number;
  readonly seed: number;
  /** An output whose dual step is smaller than this is left as it is. @default 0.001 */
  readonly minStep?: number;
  /**
   * How much outputs learn from one another: the weights of an output are its own plus some that
   * all outputs share, and the data weigh this many times as much in the shared ones. @default 0
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
 * With sharing, outputs that go up and down together (the qualities of several models, all lower
 * for a hard prompt) find what they have in common from the data of all of them (regularised
 * multi-task learning; Evgeniou and Pontil, 2004).
 */
export function fitSparse(
  matrix: FeatureMatrix,
  rows: Int32Array,
  targets: LinearTargets,
  options: SparseSolverOptions,
): LinearMap {
  const { epochs = 5, minStep = 0.001, sharing = 0 } = options;
  const outputCount = computeOutputCount(targets);
  const coupling = 1 + sharing * outputCount;
  const weights = new Float32Array(matrix.columnCount * outputCount);
  const bias = computeBaseRates(targets, rows);
  const duals = new Float32Array(rows.length * outputCount);
  const step = new Float32Array(outputCount);
  const random = createRandom(options.seed);
  const active = new Int32Array(outputCount);
  const order = Array.from({ length: rows.length }, (_, index) => index);

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const position of shuffle(order, random)) {
      const row = rows[position] as number;
      if (targets.kind === 'classes' && (targets.classes[row] as number) < 0) continue;
      const dataWeight = options.dataWeight * computeRowWeight(targets, row);
      step.set(bias);
      addRowProduct(matrix, row, weights, step);
      const dual = duals.subarray(position * outputCount, (position + 1) * outputCount);
      const curvature = (1 + computeSquaredLength(matrix, row)) * dataWeight * coupling;
      turnIntoDualStep(step, dual, targets, row, curvature);
      let total = 0;
      for (let output = 0; output < outputCount; output++) {
        if (Math.abs(step[output] as number) < minStep) step[output] = 0;
        dual[output] = (dual[output] as number) + (step[output] as number);
        total += step[output] as number;
      }
      let activeCount = 0;
      for (let output = 0; output < outputCount; output++) {
        const move = (step[output] as number) + sharing * total;
        if (move === 0) continue;
        active[activeCount++] = output;
        step[output] = move * dataWeight;
        bias[output] = (bias[output] as number) + (step[output] as number);
      }
      if (activeCount > 0) addOuterProduct(matrix, row, weights, step, active, activeCount);
    }
  }
  return { outputCount, weights, bias };
}

/**
 * Replaces the scores of a row by the steps of its dual variables.
 *
 * @param curvature squared length of the row's vector times the data weight
 */
function turnIntoDualStep(
  scores: Float32Array,
  dual: Float32Array,
  targets: LinearTargets,
  row: number,
  curvature: number,
): void {
  if (targets.kind === 'classes') {
    const observed = targets.classes[row] as number;
    const sum = computeExponentials(scores, 1, scores);
    const length = 1 / (1 + 0.5 * curvature);
    for (let output = 0; output < scores.length; output++) {
      const target = output === observed ? 1 : 0;
      const move = length * (target - (scores[output] as number) / sum - (dual[output] as number));
      scores[output] = move;
    }
    return;
  }
  const length = 1 / (1 + 0.25 * curvature);
  for (let output = 0; output < scores.length; output++) {
    const target = targets.probabilities[row * scores.length + output] as number;
    if (Number.isNaN(target)) {
      scores[output] = 0;
      continue;
    }
    const predicted = computeSigmoid(scores[output] as number);
    const move = length * (target - predicted - (dual[output] as number));
    scores[output] = move;
  }
}
