import { featureBlocks } from '../features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  maxOccurrences,
  notKept,
  scaleStructural,
  termWeights,
} from '../features/fitted-features.js';
import {
  computePairBucket,
  computeWordBucket,
  countMaxGrams,
  hashSeed,
  listGramBuckets,
} from '../features/ngram-hashes.js';
import type { PromptFields } from '../features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../features/structural-features.js';
import { numberKeptWords } from '../features/task-words.js';
import { createTokenList, readTokens, TokenKind } from '../features/tokens.js';
import { readWeights } from '../file/packed-numbers.js';
import type { RoundedTaskMixtureModel, TaskMixtureModel } from '../file/routing-model.js';
import { addRows, appendRow, createWeightedRows } from '../../util/kernels.js';
import { createWordCache } from './word-cache.js';

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

/** Different words that are remembered; more than any one prompt has, so that each fits. */
const cachedWords = 8192;

/**
 * Prepares the two linear maps of a model for prompts. What a word and its character n-grams add to
 * the scores does not depend on the rest of the prompt but for a factor, so it is computed once for
 * each word and remembered: a prompt then costs some additions for each of its words. The function is
 * not re-entrant: use the result before the next call.
 *
 * @param model as in a policy, or as trained, to see what rounding changes
 */
export function createPromptProjector(
  model: RoundedTaskMixtureModel | TaskMixtureModel,
): PromptProjector {
  const { features, taskFeatureCount, taskWords } = model;
  const { spec, buckets, idf, blockWeights } = features;
  const featureOf = computeFeatureIndex(features);
  const taskCount = model.tasks.length;
  const modelCount = model.bias.length;
  const width = taskCount + modelCount;
  const taskWeights = readWeights(model.taskClassifier);
  const headWeights = readWeights(model.heads);
  const biases = Float64Array.of(...model.taskClassifier.bias, ...model.heads.bias);
  const list = createTokenList();
  const structural = new Float32Array(structuralFeatureCount);

  /** Adds what a feature of this value adds to both maps to a cached vector. */
  const addFeature = (feature: number, value: number, offset: number): void => {
    if (feature < taskFeatureCount) {
      const row = feature * taskCount;
      for (let task = 0; task < taskCount; task++) {
        vectors[offset + task]! += value * taskWeights[row + task]!;
      }
    }
    const start = offset + taskCount;
    const row = feature * modelCount;
    for (let column = 0; column < modelCount; column++) {
      vectors[start + column]! += value * headWeights[row + column]!;
    }
  };

  // Per cached word: the sums of its own row and, behind them, of the rows of its n-grams.
  const vectors = new Float32Array(cachedWords * 2 * width);
  // Per cached word: squared length of its own row and of its n-grams', idf mass, unseen idf mass.
  const measures = new Float32Array(cachedWords * 4);
  // Per cached word: its number among the kept words, -1 where it was not kept.
  const keptWords = new Int32Array(cachedWords);
  const wordOfFeature = numberKeptWords(features);
  const grams = new Int32Array(countMaxGrams(spec));
  let kind: number = TokenKind.Word;
  const cache = createWordCache(cachedWords, spec.maxWordCharacters, (entry, start, end, hash) => {
    const offset = entry * 2 * width;
    vectors.fill(0, offset, offset + 2 * width);
    const bucket = computeWordBucket(hash, featureBlocks.words, spec);
    const feature = featureOf[bucket]!;
    const wordIdf = feature === notKept ? 0 : idf[feature]!;
    if (feature !== notKept) addFeature(feature, wordIdf, offset);
    measures[4 * entry] = wordIdf * wordIdf;
    const mass = kind === TokenKind.Symbol ? 0 : feature === notKept ? features.unseenIdf : wordIdf;
    keptWords[entry] = feature === notKept ? -1 : wordOfFeature[feature]!;
    measures[4 * entry + 2] = mass;
    measures[4 * entry + 3] = isSeen(features.seenWords, bucket) ? 0 : mass;
    let squares = 0;
    if (kind === TokenKind.Word) {
      const size = listGramBuckets(list.text, start, end, spec, grams);
      for (let index = 0; index < size; index++) {
        const gram = featureOf[grams[index]!]!;
        if (gram === notKept) continue;
        const value = idf[gram]!;
        addFeature(gram, value, offset + width);
        squares += value * value;
      }
    }
    measures[4 * entry + 1] = squares;
  });

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
    keptBuckets[bucket >>> 3] = keptBuckets[bucket >>> 3]! | (1 << (bucket & 7));
  }
  const addOther = (bucket: number): void => {
    if (!isSeen(keptBuckets, bucket)) return;
    const feature = featureOf[bucket]!;
    const count = otherCounts[feature]!;
    if (count === 0) others[otherCount++] = feature;
    otherCounts[feature] = count + 1;
  };
  const clear = (): void => {
    for (let index = 0; index < wordCount; index++) wordCounts[words[index]!] = 0;
    for (let index = 0; index < otherCount; index++) otherCounts[others[index]!] = 0;
    wordCount = 0;
    otherCount = 0;
  };

  /** False where the cache was full, and the prompt has to be counted again. */
  const countAsk = (): boolean => {
    const { units, tokens, size } = list;
    const { maxDistinctWords, wordNgrams } = spec;
    let previous = hashSeed;
    for (let at = 0; at < 4 * size; at += 4) {
      const hash = tokens[at + 2]!;
      kind = tokens[at + 3]!;
      const word = cache.find(units, tokens[at]!, tokens[at + 1]!, hash);
      if (word < 0) return false;
      const count = wordCounts[word]!;
      if (count === 0) {
        if (wordCount === maxDistinctWords) return true;
        words[wordCount++] = word;
      }
      wordCounts[word] = count + 1;
      if (wordNgrams > 1) addOther(computePairBucket(previous, hash, spec));
      previous = hash;
    }
    return true;
  };

  const countContext = (context: string): void => {
    readTokens(context, spec, list);
    for (let at = 0; at < 4 * list.size; at += 4) {
      if (list.tokens[at + 3] === TokenKind.Symbol) continue;
      addOther(computeWordBucket(list.tokens[at + 2]!, featureBlocks.context, spec));
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
      const weight = termWeights[Math.min(wordCounts[word]!, maxOccurrences)]!;
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
      if (measures[4 * word]! > 0) appendRow(vectorRows, 2 * word, weight * wordScale);
      if (measures[4 * word + 1]! > 0) {
        appendRow(vectorRows, 2 * word + 1, weight * gramScale);
      }
    }
  };

  const listOthers = (): void => {
    const firstContext = featureBlocks.context << spec.bucketBits;
    const squares = [0, 0];
    for (let index = 0; index < otherCount; index++) {
      const feature = others[index]!;
      const count = Math.min(otherCounts[feature]!, maxOccurrences);
      const value = termWeights[count]! * idf[feature]!;
      const block = buckets[feature]! < firstContext ? 0 : 1;
      otherValues[index] = value;
      squares[block]! += value * value;
    }
    const pairScale = computeBlockScale(blockWeights[featureBlocks.pairs], squares[0]!);
    const contextScale = computeBlockScale(blockWeights[featureBlocks.context], squares[1]!);
    for (let index = 0; index < otherCount; index++) {
      const feature = others[index]!;
      const scale = buckets[feature]! < firstContext ? pairScale : contextScale;
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
    scores: new Float64Array(width),
    novelty: 1,
    computeFamiliarity,
  };
  const { scores } = projection;
  const taskScores = scores.subarray(0, taskCount);
  const headScores = scores.subarray(taskCount);

  return (fields) => {
    clear();
    readTokens(fields.ask, spec, list);
    computeStructuralFeatures(fields, list, structural);
    if (!countAsk()) {
      clear();
      cache.clear();
      countAsk();
    }
    if (fields.system !== '') countContext(fields.system);
    if (fields.tools !== '') countContext(fields.tools);
    vectorRows.end = 0;
    taskRows.end = 0;
    headRows.end = 0;
    listWords(projection);
    listOthers();
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
