import { addAt, at } from '../../../util/numeric-arrays.js';
import type { MixtureHeads, MixtureHeadsInput } from './mixture-heads.js';

/** Standard errors by which the quality of a model with fewer outcomes is estimated lower. */
const caution = 1;

/** Outcomes that every model counts as having on a task, so that an error is finite. */
const priorCount = 4;

/**
 * Lowers the quality of a model on tasks where it has fewer outcomes than others: by what its
 * standard error exceeds that of the model with the most. Routing follows the highest estimate, and
 * the estimate of a model with few outcomes is the likeliest to be the highest by chance. Where all
 * models have equally many outcomes, nothing changes.
 */
export function lowerSparseModels(heads: MixtureHeads, input: MixtureHeadsInput): MixtureHeads {
  const { modelCount } = input;
  const counts = countOutcomes(input);
  const taskQuality = heads.taskQuality.map((logOdds, cell) => {
    const task = Math.floor(cell / modelCount);
    const most = Math.max(...counts.subarray(task * modelCount, (task + 1) * modelCount));
    const excess = 1 / Math.sqrt(at(counts, cell) + priorCount) - 1 / Math.sqrt(most + priorCount);
    const quality = at(input.taskQuality, cell);
    // The standard deviation of a grade that is 0 or 1.
    const deviation = Math.sqrt(quality * (1 - quality));
    return logOdds + shiftLogOdds(quality, caution * excess * deviation);
  });
  return { ...heads, taskQuality };
}

/**
 * Lowers the quality of each model on each task by a margin, for models that were asked a part of
 * the prompts and predicted for the others.
 *
 * @param margins in quality, row-major tasks x models
 */
export function lowerByMargins(
  heads: MixtureHeads,
  { taskQuality: estimated }: Pick<MixtureHeadsInput, 'taskQuality'>,
  margins: Float64Array,
): MixtureHeads {
  const taskQuality = heads.taskQuality.map(
    (logOdds, cell) => logOdds + shiftLogOdds(at(estimated, cell), at(margins, cell)),
  );
  return { ...heads, taskQuality };
}

/** A quality is lowered to no less than this share of itself: the log-odds of 0 have no end. */
const minKeptShare = 0.25;

/**
 * What lowers the log-odds of a quality by as much as the quality goes down. It is taken from the
 * qualities themselves: near 1 the slope of the logistic function makes a small margin a collapse.
 */
function shiftLogOdds(quality: number, margin: number): number {
  const lowered = Math.max(minKeptShare * quality, quality - margin);
  return computeLogit(lowered) - computeLogit(quality);
}

function computeLogit(quality: number): number {
  return Math.log(quality / (1 - quality));
}

/** Known outcomes by task and model; a row counts towards each task by its probability. */
function countOutcomes(input: MixtureHeadsInput): Float64Array {
  const { rowCount, taskCount, modelCount, taskPosterior, quality, weights } = input;
  const counts = new Float64Array(taskCount * modelCount);
  for (let row = 0; row < rowCount; row++) {
    for (let task = 0; task < taskCount; task++) {
      const share = at(weights, row) * at(taskPosterior, row * taskCount + task);
      if (share < 1e-4) continue;
      for (let model = 0; model < modelCount; model++) {
        if (Number.isNaN(at(quality, row * modelCount + model))) continue;
        addAt(counts, task * modelCount + model, share);
      }
    }
  }
  return counts;
}
