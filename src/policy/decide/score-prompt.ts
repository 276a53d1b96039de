import type { PromptFields } from '../features/prompt-fields.js';
import { computeConfidence } from '../features/task-words.js';
import type {
  RoundedTaskMixtureModel,
  RoutingModel,
  TaskMixtureModel,
} from '../file/routing-model.js';
import {
  addRows,
  appendRow,
  computeSigmoid,
  computeSoftmax,
  createWeightedRows,
  findLargest,
} from '../../util/kernels.js';
import { createPromptProjector, type PromptProjector } from './project-prompt.js';

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

/** @param task index of the prompt's task if it is known; -1 to recognize it. @default -1 */
export type PromptScorer = (fields: PromptFields, task?: number) => PromptScores;

/** Tasks that are less probable than this are not added up. */
const negligible = 1e-7;

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

/** @param project gives the scores of prompts; `fields` are only passed on to it */
export function createTaskMixtureScorer(
  model: RoundedTaskMixtureModel | TaskMixtureModel,
  project: PromptProjector = createPromptProjector(model),
): PromptScorer {
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
  const likelyTasks = createWeightedRows(taskCount);
  const offsets = new Float64Array(modelCount);
  const slopes = new Float64Array(modelCount);
  return (fields, knownTask = -1) => {
    const { scores, novelty, computeFamiliarity } = project(fields);
    computeSoftmax(scores, model.temperature, taskPosterior);
    if (knownTask >= 0) taskPosterior.fill(0)[knownTask] = 1;
    likelyTasks.end = 0;
    for (let task = 0; task < taskCount; task++) {
      const probability = taskPosterior[task]!;
      if (probability >= negligible) appendRow(likelyTasks, task, probability);
    }
    offsets.set(bias);
    slopes.fill(0);
    addRows(offsets, taskQuality, likelyTasks);
    addRows(slopes, headWeight, likelyTasks);
    for (let candidate = 0; candidate < modelCount; candidate++) {
      const head = scores[taskCount + candidate]!;
      quality[candidate] = computeSigmoid(offsets[candidate]! + slopes[candidate]! * head);
    }
    const likeliest = findLargest(scores, taskCount);
    result.novelty = novelty;
    result.confidence =
      knownTask < 0
        ? computeConfidence(taskPosterior[likeliest]!, computeFamiliarity(likeliest))
        : 1;
    return result;
  };
}
