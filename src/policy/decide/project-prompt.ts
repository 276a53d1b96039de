import { featureBlocks } from '../features/feature-spec.js';
import {
  isSeen,
  maxOccurrences,
  scaleStructural,
  termWeights,
} from '../features/fitted-features.js';
import type { PromptFields } from '../features/prompt-fields.js';
import { structuralFeatureCount } from '../features/structural-features.js';
import { readWeights } from '../file/packed-numbers.js';
import type {
  LinearMap,
  RoundedLinearMap,
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../file/routing-model.js';
import { addRows, appendRow, createWeightedRows } from '../../util/kernels.js';
import { createPromptCounts } from './prompt-counts.js';

/** What the linear maps say of a prompt. The arrays belong to the projector and are reused. */
export interface PromptProjection {
  /** Per task, then per model. */
  readonly scores: Float64Array;
  /** Share of the words' idf mass that was never seen in training, in [0, 1]; 1 if no words. */
  novelty: number;
  /**
   * Share of the words' idf mass that was seen in training prompts of a task, in [0, 1]; 0 if no
   * words.
   */
  readonly computeFamiliarity: (task: number) => number;
}

export type PromptProjector = (fields: PromptFields) => PromptProjection;

/**
 * Prepares the two linear maps of a model for prompts. Each block of features adds its rows, scaled to
 * the block's weight. The function is not re-entrant: use the result before the next call.
 *
 * @param model as in a policy, or as trained, to see what rounding changes
 * @param createCounts what counts the features; replay reads the counts of a log instead
 */
export function createPromptProjector(
  model: RoundedTaskMixtureModel | TaskMixtureModel,
  createCounts: typeof createPromptCounts = createPromptCounts,
): PromptProjector {
  const { features, taskWords } = model;
  const { spec, buckets, idf, blockWeights } = features;
  const taskCount = model.tasks.length;
  const biases = Float64Array.of(...model.taskClassifier.bias, ...model.heads.bias);
  const width = biases.length;
  const matrix = mergeMaps(model);
  const { words, others, vectors, measures, keptWords, structural, count } = createCounts(
    features,
    {
      matrix,
      width,
    },
  );

  const wordRows = createWeightedRows(spec.maxDistinctWords);
  const featureRows = createWeightedRows(buckets.length + structuralFeatureCount);
  // What the rows of a block add up to before it is scaled: of words in the first half, and of any
  // other block in the second.
  const sums = new Float64Array(2 * width);
  const blockSums = sums.subarray(width);
  let wordMass = 0;

  const projection: PromptProjection = {
    scores: new Float64Array(width),
    novelty: 1,
    computeFamiliarity(task) {
      let known = 0;
      for (let index = 0; index < words.size; index++) {
        const entry = words.ids[index]!;
        const word = keptWords[entry]!;
        if (word >= 0 && isSeen(taskWords, word * taskCount + task)) {
          known += measures[4 * entry + 2]!;
        }
      }
      return known / (wordMass || 1);
    },
  };
  const { scores } = projection;

  const addWords = (): void => {
    const { size, ids, counts } = words;
    let wordSquare = 0;
    let gramSquare = 0;
    let unseen = 0;
    wordMass = wordRows.end = 0;
    for (let index = 0; index < size; index++) {
      const word = ids[index]!;
      const weight = weighCount(counts[word]!);
      const place = 4 * word;
      wordSquare += weight * weight * measures[place]!;
      gramSquare += weight * weight * measures[place + 1]!;
      wordMass += measures[place + 2]!;
      unseen += measures[place + 3]!;
      appendRow(wordRows, word, weight);
    }
    projection.novelty = wordMass === 0 ? 1 : unseen / wordMass;
    addRows(sums.fill(0), vectors, wordRows);
    addBlock(scores, sums, blockWeights[featureBlocks.words], wordSquare);
    addBlock(scores, blockSums, blockWeights[featureBlocks.characters], gramSquare);
  };

  /** Adds the counted features from index `first` to before `end`, which are one block. */
  const addOthers = (first: number, end: number, block: number): void => {
    const { ids, counts } = others;
    let square = 0;
    featureRows.end = 0;
    for (let index = first; index < end; index++) {
      const feature = ids[index]!;
      const value = weighCount(counts[feature]!) * idf[feature]!;
      square += value * value;
      appendRow(featureRows, feature, value);
    }
    addRows(blockSums.fill(0), matrix, featureRows);
    addBlock(scores, blockSums, blockWeights[block], square);
  };

  const addStructural = (): void => {
    featureRows.end = 0;
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = scaleStructural(features, index, structural[index]!);
      if (value !== 0) appendRow(featureRows, buckets.length + index, value);
    }
    addRows(scores, matrix, featureRows);
  };

  return (fields) => {
    const pairCount = count(fields);
    scores.set(biases);
    addWords();
    addOthers(0, pairCount, featureBlocks.pairs);
    addOthers(pairCount, others.size, featureBlocks.context);
    addStructural();
    return projection;
  };
}

/**
 * Both linear maps as one matrix: row-major, a row per kept feature, then per structural one. Columns
 * are tasks, then candidates. Features that the task classifier does not read weigh nothing there.
 */
function mergeMaps({
  features: { buckets },
  taskFeatureCount,
  taskClassifier,
  heads,
}: RoundedTaskMixtureModel | TaskMixtureModel): Float32Array {
  const taskCount = taskClassifier.bias.length;
  const width = taskCount + heads.bias.length;
  const merged = new Float32Array((buckets.length + structuralFeatureCount) * width);
  /** Copies a map that reads the first `kept` features, and the structural ones. */
  const copyMap = (map: RoundedLinearMap | LinearMap, kept: number, firstColumn: number): void => {
    const columns = map.bias.length;
    const source = readWeights(map);
    for (let index = 0; index < source.length; index++) {
      const row = Math.floor(index / columns);
      const target = row < kept ? row : row - kept + buckets.length;
      merged[target * width + firstColumn + (index % columns)] = source[index]!;
    }
  };
  copyMap(taskClassifier, taskFeatureCount, 0);
  copyMap(heads, buckets.length, taskCount);
  return merged;
}

/**
 * Adds the sums of a block to the scores.
 *
 * @param square squared length of the block's values, which are scaled to the length `weight`
 */
function addBlock(
  scores: Float64Array,
  sums: Float64Array,
  weight: number | undefined,
  square: number,
): void {
  if (square === 0) return;
  const scale = weight! / Math.sqrt(square);
  for (let column = 0; column < scores.length; column++) scores[column]! += scale * sums[column]!;
}

/** Sublinear weight of a number of occurrences. */
function weighCount(count: number): number {
  return termWeights[Math.min(count, maxOccurrences)]!;
}
