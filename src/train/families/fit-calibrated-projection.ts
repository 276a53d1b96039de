import { assignFolds } from '../../tasks/split-groups.js';
import { fitProjection, type Projection } from '../fit-projection.js';
import { computePosterior, fitTemperature } from '../fit-temperature.js';
import type { TrainingData } from '../training-data.js';

export interface CalibratedProjection {
  readonly projection: Projection;
  readonly temperature: number;
  /** P(task | prompt), row-major over all rows of the data, zero where not predicted. */
  readonly taskPosterior: Float32Array;
  /** Log-odds from the linear heads, laid out alike. */
  readonly headScores: Float32Array;
  readonly novelty: Float32Array;
}

/** Of so many folds of the training rows, one sets the temperature. */
const foldCount = 3;

/**
 * Fits the sparse projection to some rows and applies it to others. The temperature of its task
 * classifier comes from a third of the training rows, scored by a projection of the other two.
 */
export function fitCalibratedProjection(
  data: TrainingData,
  trainingRows: Int32Array,
  predictedRows: Int32Array,
  seed: number,
): CalibratedProjection {
  const taskCount = data.tasks.length;
  const temperature = taskCount === 1 ? 1 : findTemperature(data, trainingRows, seed);
  const { projection, scores } = fitProjection(data, trainingRows, predictedRows, { seed });
  const { taskScores, headScores, novelty } = scores;
  return {
    projection,
    temperature,
    taskPosterior: computePosterior(taskScores, predictedRows, taskCount, temperature),
    headScores,
    novelty,
  };
}

function findTemperature(data: TrainingData, rows: Int32Array, seed: number): number {
  const folds = assignFolds(
    rows.map((row) => data.groups[row] as number),
    foldCount,
    { seed, labels: Array.from(rows, (row) => data.table.prompts[row]?.task) },
  );
  const heldOut = rows.filter((_, index) => folds[index] === 0);
  const training = rows.filter((_, index) => folds[index] !== 0);
  const { scores } = fitProjection(data, training, heldOut, { seed: seed + 1 });
  return fitTemperature(scores.taskScores, data.taskOf, heldOut, data.tasks.length);
}
