import { computeSoftmax } from '../../../util/kernels.js';
import type { TrainingData } from '../training-data.js';

/**
 * The temperature under which a task classifier's scores give the true tasks the smallest log
 * loss (temperature scaling; Guo et al., "On Calibration of Modern Neural Networks", 2017). Found
 * by golden-section search on its logarithm; 1 where no row has a label.
 *
 * @param scores row-major rows x tasks, out of fold
 */
export function fitTemperature(
  scores: Float32Array,
  { taskOf, tasks, weights }: Pick<TrainingData, 'taskOf' | 'tasks' | 'weights'>,
  rows: Int32Array,
): number {
  const taskCount = tasks.length;
  const labelled = rows.filter((row) => (taskOf[row] as number) >= 0);
  if (taskCount < 2 || labelled.length === 0) return 1;
  const computeLoss = (logTemperature: number): number => {
    const temperature = Math.exp(logTemperature);
    let loss = 0;
    for (const row of labelled) {
      const own = scores.subarray(row * taskCount, (row + 1) * taskCount);
      let highest = -Infinity;
      for (const score of own) if (score > highest) highest = score;
      let sum = 0;
      for (const score of own) sum += Math.exp((score - highest) / temperature);
      const score = own[taskOf[row] as number] as number;
      loss += (weights[row] as number) * (Math.log(sum) - (score - highest) / temperature);
    }
    return loss;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.05);
  let high = Math.log(20);
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let leftLoss = computeLoss(left);
  let rightLoss = computeLoss(right);
  for (let step = 0; step < 30; step++) {
    if (leftLoss < rightLoss) {
      [high, right, rightLoss] = [right, left, leftLoss];
      left = high - ratio * (high - low);
      leftLoss = computeLoss(left);
    } else {
      [low, left, leftLoss] = [left, right, rightLoss];
      right = low + ratio * (high - low);
      rightLoss = computeLoss(right);
    }
  }
  return Math.exp((low + high) / 2);
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
