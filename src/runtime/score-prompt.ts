import type { PromptFields } from '../features/prompt-fields.js';
import { createVectorizer, type PromptVector } from '../features/vectorizer.js';
import type { LinearMap, RoutingModel, TaskMixtureModel } from '../policy/routing-model.js';

/** What a policy's model says of one prompt. The arrays belong to the scorer and are reused. */
export interface PromptScores {
  /** Estimated quality in [0, 1], per model. */
  readonly quality: Float32Array;
  /** P(task | prompt), per task; a single 1 for a constant policy. */
  readonly taskPosterior: Float32Array;
  novelty: number;
}

export type PromptScorer = (fields: PromptFields) => PromptScores;

/** Prepares a model for scoring. The returned function never throws and is not re-entrant. */
export function createPromptScorer(model: RoutingModel): PromptScorer {
  if (model.kind === 'constant') {
    const scores = { quality: model.quality, taskPosterior: Float32Array.of(1), novelty: 0 };
    return () => scores;
  }
  return createTaskMixtureScorer(model);
}

function createTaskMixtureScorer(model: TaskMixtureModel): PromptScorer {
  const vectorize = createVectorizer(model.features);
  const taskCount = model.tasks.length;
  const modelCount = model.bias.length;
  const taskScores = new Float64Array(taskCount);
  const heads = new Float64Array(modelCount);
  const scores: PromptScores = {
    quality: new Float32Array(modelCount),
    taskPosterior: new Float32Array(taskCount),
    novelty: 0,
  };
  return (fields) => {
    const vector = vectorize(fields);
    const featureCount = model.features.buckets.length;
    applyLinearMap(model.taskClassifier, vector, model.taskFeatureCount, featureCount, taskScores);
    applyLinearMap(model.heads, vector, featureCount, featureCount, heads);
    computeSoftmax(taskScores, model.temperature, scores.taskPosterior);
    for (let column = 0; column < modelCount; column++) {
      let logOdds =
        (model.bias[column] as number) +
        (model.headWeight[column] as number) * (heads[column] as number);
      for (let task = 0; task < taskCount; task++) {
        logOdds +=
          (scores.taskPosterior[task] as number) *
          (model.taskQuality[task * modelCount + column] as number);
      }
      scores.quality[column] = 1 / (1 + Math.exp(-logOdds));
    }
    scores.novelty = vector.novelty;
    return scores;
  };
}

/**
 * Adds up the rows of a linear map. Of the n-gram features only the first `keptCount` have a row;
 * the structural features' rows follow them.
 */
function applyLinearMap(
  map: LinearMap,
  vector: PromptVector,
  keptCount: number,
  featureCount: number,
  target: Float64Array,
): void {
  const { outputCount, weights } = map;
  target.set(map.bias);
  for (let index = 0; index < vector.size; index++) {
    let row = vector.columns[index] as number;
    if (row >= featureCount) row += keptCount - featureCount;
    else if (row >= keptCount) continue;
    const value = vector.values[index] as number;
    const start = row * outputCount;
    for (let output = 0; output < outputCount; output++) {
      target[output] = (target[output] as number) + value * (weights[start + output] as number);
    }
  }
}

function computeSoftmax(scores: Float64Array, temperature: number, target: Float32Array): void {
  let largest = -Infinity;
  for (const score of scores) if (score > largest) largest = score;
  let sum = 0;
  for (let index = 0; index < scores.length; index++) {
    const value = Math.exp(((scores[index] as number) - largest) / temperature);
    target[index] = value;
    sum += value;
  }
  for (let index = 0; index < scores.length; index++) {
    target[index] = (target[index] as number) / sum;
  }
}
