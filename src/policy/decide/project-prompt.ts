import { featureBlocks } from '../features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  maxOccurrences,
  scaleStructural,
  termWeights,
} from '../features/fitted-features.js';
import { computePairBucket, computeWordBucket, hashSeed } from '../features/ngram-hashes.js';
import type { PromptFields } from '../features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../features/structural-features.js';
import { createTokenList, readTokens, TokenKind } from '../features/tokens.js';
import { readWeights } from '../file/packed-numbers.js';
import type { RoundedTaskMixtureModel, TaskMixtureModel } from '../file/routing-model.js';
import { addRows, appendRow, createWeightedRows } from '../../util/kernels.js';
import { cachedWords, createWordVectors } from './word-vectors.js';

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
 */
export function createPromptProjector(
  model: RoundedTaskMixtureModel | TaskMixtureModel,
): PromptProjector {
  const { features, taskFeatureCount, taskWords } = model;
  const { spec, buckets, idf, blockWeights } = features;
  const taskCount = model.tasks.length;
  const taskWeights = readWeights(model.taskClassifier);
  const headWeights = readWeights(model.heads);
  const biases = Float64Array.of(...model.taskClassifier.bias, ...model.heads.bias);
  const list = createTokenList();
  const structural = new Float32Array(structuralFeatureCount);

  const featureOf = computeFeatureIndex(features);
  const { cache, vectors, measures, keptWords } = createWordVectors(
    model,
    { taskWeights, headWeights },
    featureOf,
    list,
  );

  // Of the prompt at hand: its different words, and the kept features among its pairs and context.
  const wordCounts = new Int32Array(cachedWords);
  const words = new Int32Array(spec.maxDistinctWords);
  const wordWeights = new Float32Array(spec.maxDistinctWords);
  let wordCount = 0;
  let wordMass = 0;
  const otherCounts = new Int32Array(buckets.length);
  const others = new Int32Array(buckets.length);
  const otherValues = new Float64Array(buckets.length);
  let otherCount = 0;
  // A bit per bucket stays in the processor's nearest cache, where the numbers do not.
  const keptBuckets = new Uint8Array(featureOf.length / 8);
  for (const bucket of buckets) {
    keptBuckets[bucket >>> 3]! |= 1 << (bucket & 7);
  }
  /** Counts the feature of a bucket, if it was kept. */
  const countBucket = (bucket: number): void => {
    if (!isSeen(keptBuckets, bucket)) return;
    const feature = featureOf[bucket]!;
    if (otherCounts[feature]!++ === 0) others[otherCount++] = feature;
  };
  const clear = (): void => {
    while (wordCount > 0) wordCounts[words[--wordCount]!] = 0;
    while (otherCount > 0) otherCounts[others[--otherCount]!] = 0;
  };

  /** Counts words and pairs of the user's text; false when the cache is full. */
  const countUserText = (): boolean => {
    const { units, tokens, size } = list;
    const { maxDistinctWords, wordNgrams } = spec;
    let previous = hashSeed;
    for (let place = 0; place < 4 * size; place += 4) {
      const word = cache.find(units, tokens, place);
      if (word < 0) return false;
      const count = wordCounts[word]!;
      if (count === 0) {
        if (wordCount === maxDistinctWords) return true;
        words[wordCount++] = word;
      }
      wordCounts[word] = count + 1;
      const hash = tokens[place + 2]!;
      if (wordNgrams > 1) countBucket(computePairBucket(previous, hash, spec));
      previous = hash;
    }
    return true;
  };

  const countContext = (context: string): void => {
    if (context === '') return;
    readTokens(context, spec, list);
    for (let place = 0; place < 4 * list.size; place += 4) {
      if (list.tokens[place + 3] === TokenKind.Symbol) continue;
      countBucket(computeWordBucket(list.tokens[place + 2]!, featureBlocks.context, spec));
    }
  };

  // Rows to add up, each with its factor: of cached vectors, of the classifier, of the heads.
  const vectorRows = createWeightedRows(2 * spec.maxDistinctWords);
  const taskRows = createWeightedRows(taskFeatureCount + structuralFeatureCount);
  const headRows = createWeightedRows(buckets.length + structuralFeatureCount);

  const listWords = (projection: PromptProjection): void => {
    let wordSquare = 0;
    let gramSquare = 0;
    let unseen = 0;
    wordMass = 0;
    for (let index = 0; index < wordCount; index++) {
      const word = words[index]!;
      const weight = weighCount(wordCounts[word]!);
      wordWeights[index] = weight;
      wordSquare += weight * weight * measures[4 * word]!;
      gramSquare += weight * weight * measures[4 * word + 1]!;
      wordMass += measures[4 * word + 2]!;
      unseen += measures[4 * word + 3]!;
    }
    projection.novelty = wordMass === 0 ? 1 : unseen / wordMass;
    const wordScale = computeBlockScale(blockWeights[featureBlocks.words], wordSquare);
    const gramScale = computeBlockScale(blockWeights[featureBlocks.characters], gramSquare);
    for (let index = 0; index < wordCount; index++) {
      const word = words[index]!;
      const weight = wordWeights[index]!;
      appendRow(vectorRows, 2 * word, weight * wordScale);
      appendRow(vectorRows, 2 * word + 1, weight * gramScale);
    }
  };

  /** Lists the counted features from index `first` on, which are one block of this weight. */
  const listOthers = (first: number, blockWeight: number | undefined): void => {
    let square = 0;
    for (let index = first; index < otherCount; index++) {
      const feature = others[index]!;
      const value = weighCount(otherCounts[feature]!) * idf[feature]!;
      otherValues[index] = value;
      square += value * value;
    }
    const scale = computeBlockScale(blockWeight, square);
    for (let index = first; index < otherCount; index++) {
      const feature = others[index]!;
      const factor = scale * otherValues[index]!;
      if (feature < taskFeatureCount) appendRow(taskRows, feature, factor);
      appendRow(headRows, feature, factor);
    }
  };

  const listStructural = (): void => {
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = scaleStructural(features, index, structural[index]!);
      if (value === 0) continue;
      appendRow(taskRows, taskFeatureCount + index, value);
      appendRow(headRows, buckets.length + index, value);
    }
  };

  const computeFamiliarity = (task: number): number => {
    let known = 0;
    for (let index = 0; index < wordCount; index++) {
      const entry = words[index]!;
      const word = keptWords[entry]!;
      if (word >= 0 && isSeen(taskWords, word * taskCount + task)) {
        known += measures[4 * entry + 2]!;
      }
    }
    return known / (wordMass || 1);
  };

  const projection: PromptProjection = {
    scores: new Float64Array(biases.length),
    novelty: 1,
    computeFamiliarity,
  };
  const { scores } = projection;
  const taskScores = scores.subarray(0, taskCount);
  const headScores = scores.subarray(taskCount);

  return (fields) => {
    clear();
    readTokens(fields.userText, spec, list);
    computeStructuralFeatures(fields, list, structural);
    if (!countUserText()) {
      clear();
      cache.clear();
      countUserText();
    }
    vectorRows.end = taskRows.end = headRows.end = 0;
    listWords(projection);
    listOthers(0, blockWeights[featureBlocks.pairs]);
    const pairCount = otherCount;
    countContext(fields.system);
    countContext(fields.tools);
    listOthers(pairCount, blockWeights[featureBlocks.context]);
    listStructural();
    scores.set(biases);
    addRows(scores, vectors, vectorRows);
    addRows(taskScores, taskWeights, taskRows);
    addRows(headScores, headWeights, headRows);
    return projection;
  };
}

/** The factor that gives a block of this squared length the length of its weight. */
function computeBlockScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : weight! / Math.sqrt(squaredLength);
}

/** Sublinear weight of a number of occurrences. */
function weighCount(count: number): number {
  return termWeights[Math.min(count, maxOccurrences)]!;
}
