import { computeSoftmax } from '../../../util/kernels.js';
import { at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import type { TrainingData } from '../training-data.js';

/** The temperature is searched for between these. */
const minTemperature = 0.05;
const maxTemperature = 20;

/**
 * The temperature at which a task classifier's scores give the true tasks the smallest log
 * loss (temperature scaling; Guo et al., "On Calibration of Modern Neural Networks", 2017). Found
 * by golden-section search on its logarithm; 1 where no row has a label.
 *
 * @param scores row-major rows x tasks, out of fold
 */
export function fitTemperature(
  scores: Float32Array,
  data: Pick<TrainingData, 'taskOf' | 'tasks' | 'weights'>,
  rows: Int32Array,
): number {
  const labeled = rows.filter((row) => intAt(data.taskOf, row) >= 0);
  if (data.tasks.length < 2 || labeled.length === 0) return 1;
  const logTemperature = findMinimum(
    (value) => computeLoss(scores, data, labeled, Math.exp(value)),
    Math.log(minTemperature),
    Math.log(maxTemperature),
  );
  return Math.exp(logTemperature);
}

/** The summed log loss of the true tasks of labeled rows. */
function computeLoss(
  scores: Float32Array,
  { taskOf, tasks, weights }: Pick<TrainingData, 'taskOf' | 'tasks' | 'weights'>,
  rows: Int32Array,
  temperature: number,
): number {
  let loss = 0;
  for (const row of rows) {
    const own = rowOf(scores, row, tasks.length);
    let highest = -Infinity;
    for (const score of own) if (score > highest) highest = score;
    let sum = 0;
    for (const score of own) sum += Math.exp((score - highest) / temperature);
    const score = at(own, intAt(taskOf, row));
    loss += at(weights, row) * (Math.log(sum) - (score - highest) / temperature);
  }
  return loss;
}

/** Golden-section search for the minimum of a function between two points, in thirty steps. */
function findMinimum(compute: (value: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let leftLoss = compute(left);
  let rightLoss = compute(right);
  for (let step = 0; step < 30; step++) {
    if (leftLoss < rightLoss) {
      [high, right, rightLoss] = [right, left, leftLoss];
      left = high - ratio * (high - low);
      leftLoss = compute(left);
    } else {
      [low, left, leftLoss] = [left, right, rightLoss];
      right = low + ratio * (high - low);
      rightLoss = compute(right);
    }
  }
  return (low + high) / 2;
}

/** Softmax of each of these rows; the other rows of the result are zero. */
export function computePosterior(
  scores: Float32Array,
  rows: Int32Array,
  taskCount: number,
  temperature: number,
): Float32Array {
  const result = new Float32Array(scores.length);
  for (const row of rows) {
    const [start, end] = [row * taskCount, (row + 1) * taskCount];
    computeSoftmax(scores.subarray(start, end), temperature, result.subarray(start, end));
  }
  return result;
}
