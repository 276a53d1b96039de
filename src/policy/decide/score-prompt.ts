import type { PromptFields } from '../features/prompt-fields.js';
import { computeConfidence } from '../features/task-words.js';
import type {
  RoundedTaskMixtureModel,
  RoutingModel,
  TaskMixtureModel,
} from '../file/routing-model.js';
import { addRow, addRows, createRowList } from './add-rows.js';
import { createPromptProjector } from './project-prompt.js';

/** What a policy's model says of one prompt. The arrays belong to the scorer and are reused. */
export interface PromptScores {
  /** Estimated quality in [0, 1], per model. */
  readonly quality: Float32Array;
  /** P(task | prompt), per task; a single 1 for a constant policy. */
  readonly taskPosterior: Float32Array;
  novelty: number;
  /** That the prompt is of a task that training knows; see `computeConfidence`. */
  confidence: number;
}

export type PromptScorer = (fields: PromptFields) => PromptScores;

/** Prepares a model for scoring. The returned function never throws and is not re-entrant. */
export function createPromptScorer(model: RoutingModel | TaskMixtureModel): PromptScorer {
  if (model.kind === 'constant') {
    const scores = {
      quality: model.quality,
      taskPosterior: Float32Array.of(1),
      novelty: 0,
      confidence: 1,
    };
    return () => scores;
  }
  return createTaskMixtureScorer(model);
}

function createTaskMixtureScorer(model: RoundedTaskMixtureModel | TaskMixtureModel): PromptScorer {
  const project = createPromptProjector(model);
  const taskCount = model.tasks.length;
  const modelCount = model.bias.length;
  const { bias, taskQuality, headWeight } = model;
  const result: PromptScores = {
    quality: new Float32Array(modelCount),
    taskPosterior: new Float32Array(taskCount),
    novelty: 0,
    confidence: 0,
  };
  const { quality, taskPosterior } = result;
  const likelyTasks = createRowList(taskCount);
  const offsets = new Float64Array(modelCount);
  const slopes = new Float64Array(modelCount);
  return (fields) => {
    const { scores, novelty, computeFamiliarity } = project(fields);
    const likeliest = computeSoftmax(scores, model.temperature, taskPosterior);
    likelyTasks.size = 0;
    for (let task = 0; task < taskCount; task++) {
      const share = taskPosterior[task] as number;
      if (share >= 1e-7) addRow(likelyTasks, task * modelCount, share);
    }
    offsets.set(bias);
    slopes.fill(0);
    addRows(taskQuality, likelyTasks, modelCount, offsets);
    addRows(headWeight, likelyTasks, modelCount, slopes);
    for (let column = 0; column < modelCount; column++) {
      const logOdds =
        (offsets[column] as number) +
        (slopes[column] as number) * (scores[taskCount + column] as number);
      quality[column] = 1 / (1 + Math.exp(-logOdds));
    }
    result.novelty = novelty;
    result.confidence = computeConfidence(
      taskPosterior[likeliest] as number,
      computeFamiliarity(likeliest),
    );
    return result;
  };
}

/**
 * Softmax of the first scores, as many as the target holds.
 *
 * @returns where the largest is
 */
function computeSoftmax(scores: Float64Array, temperature: number, target: Float32Array): number {
  let largest = -Infinity;
  let place = 0;
  for (let index = 0; index < target.length; index++) {
    if ((scores[index] as number) > largest) {
      largest = scores[index] as number;
      place = index;
    }
  }
  let sum = 0;
  for (let index = 0; index < target.length; index++) {
    const value = Math.exp(((scores[index] as number) - largest) / temperature);
    target[index] = value;
    sum += value;
  }
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) / sum;
  }
  return place;
}
