import { featureBlocks } from '../features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  mostOccurrences,
  notKept,
  scaleStructural,
  termWeights,
} from '../features/fitted-features.js';
import {
  computePairBucket,
  computeWordBucket,
  countMostGrams,
  listGramBuckets,
} from '../features/ngram-hashes.js';
import type { PromptFields } from '../features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../features/structural-features.js';
import { createTokenList, readTokens, TokenKind } from '../features/tokens.js';
import type { TaskMixtureModel } from '../policy/routing-model.js';
import { createWordCache } from './word-cache.js';

/** What the linear maps say of a prompt. The arrays belong to the projector and are reused. */
export interface PromptProjection {
  /** Per task, then per model. */
  readonly scores: Float64Array;
  /** Share of the words' idf mass that was never seen in training, in [0, 1]; 1 if no words. */
  novelty: number;
}

export type PromptProjector = (fields: PromptFields) => PromptProjection;

/** Different words that are remembered; more than any one prompt has, so that each fits. */
const cachedWords = 8192;

/**
 * Prepares the two linear maps of a model for prompts. What a word and its character n-grams add to
 * the scores does not depend on the rest of the prompt but for a factor, so it is computed once for
 * each word and remembered: a prompt then costs some additions for each of its words. The function
 * is not re-entrant: use the result before the next call.
 */
export function createPromptProjector(model: TaskMixtureModel): PromptProjector {
  const { features, taskFeatureCount } = model;
  const { spec, buckets, idf, blockWeights } = features;
  const featureOf = computeFeatureIndex(features);
  const taskCount = model.tasks.length;
  const modelCount = model.bias.length;
  const width = taskCount + modelCount;
  const taskWeights = model.taskClassifier.weights;
  const headWeights = model.heads.weights;
  const tokens = createTokenList();
  const structural = new Float32Array(structuralFeatureCount);

  /** Adds a row of both maps, times a value, to sums that start at `offset`. */
  const addRow = (
    feature: number,
    value: number,
    sums: Float32Array | Float64Array,
    offset: number,
  ): void => {
    let start = offset;
    if (feature < taskFeatureCount) {
      const row = feature * taskCount;
      for (let task = 0; task < taskCount; task++) {
        sums[start + task] =
          (sums[start + task] as number) + value * (taskWeights[row + task] as number);
      }
    }
    start += taskCount;
    const row = feature * modelCount;
    for (let column = 0; column < modelCount; column++) {
      sums[start + column] =
        (sums[start + column] as number) + value * (headWeights[row + column] as number);
    }
  };

  // Per cached word: sums of its own row and, behind them, of the rows of its n-grams.
  const vectors = new Float32Array(cachedWords * 2 * width);
  const wordSquares = new Float32Array(cachedWords);
  const gramSquares = new Float32Array(cachedWords);
  const masses = new Float32Array(cachedWords);
  const unseenMasses = new Float32Array(cachedWords);
  const grams = new Int32Array(countMostGrams(spec));
  let kind: number = TokenKind.Word;
  const cache = createWordCache(cachedWords, (entry, text, start, end, hash) => {
    const offset = entry * 2 * width;
    vectors.fill(0, offset, offset + 2 * width);
    const bucket = computeWordBucket(hash, featureBlocks.words, spec);
    const feature = featureOf[bucket] as number;
    const wordIdf = feature === notKept ? 0 : (idf[feature] as number);
    if (feature !== notKept) addRow(feature, wordIdf, vectors, offset);
    wordSquares[entry] = wordIdf * wordIdf;
    const mass = kind === TokenKind.Symbol ? 0 : feature === notKept ? features.unseenIdf : wordIdf;
    masses[entry] = mass;
    unseenMasses[entry] = isSeen(features.seenWords, bucket) ? 0 : mass;
    let squares = 0;
    if (kind === TokenKind.Word) {
      const size = listGramBuckets(text, start, end, spec, grams);
      for (let index = 0; index < size; index++) {
        const gram = featureOf[grams[index] as number] as number;
        if (gram === notKept) continue;
        const value = idf[gram] as number;
        addRow(gram, value, vectors, offset + width);
        squares += value * value;
      }
    }
    gramSquares[entry] = squares;
  });

  // Of the prompt at hand: its different words, and the kept features among its pairs and context.
  const wordCounts = new Int32Array(cachedWords);
  const words = new Int32Array(spec.maxDistinctWords);
  let wordCount = 0;
  const otherCounts = new Int32Array(buckets.length);
  const others = new Int32Array(buckets.length);
  let otherCount = 0;
  const addOther = (bucket: number): void => {
    const feature = featureOf[bucket] as number;
    if (feature === notKept) return;
    const count = otherCounts[feature] as number;
    if (count === 0) others[otherCount++] = feature;
    otherCounts[feature] = count + 1;
  };
  const clear = (): void => {
    for (let index = 0; index < wordCount; index++) wordCounts[words[index] as number] = 0;
    for (let index = 0; index < otherCount; index++) otherCounts[others[index] as number] = 0;
    wordCount = 0;
    otherCount = 0;
  };

  /** False where the cache was full, and the prompt has to be counted again. */
  const countAsk = (): boolean => {
    const { text, starts, ends, hashes, kinds, size } = tokens;
    let previous = 0;
    let hasPrevious = false;
    for (let token = 0; token < size; token++) {
      const hash = hashes[token] as number;
      kind = kinds[token] as number;
      const word = cache.find(text, starts[token] as number, ends[token] as number, hash);
      if (word < 0) return false;
      const count = wordCounts[word] as number;
      if (count === 0) {
        if (wordCount === spec.maxDistinctWords) return true;
        words[wordCount++] = word;
      }
      wordCounts[word] = count + 1;
      if (kind === TokenKind.Symbol) continue;
      if (hasPrevious && spec.wordNgrams > 1) addOther(computePairBucket(previous, hash, spec));
      previous = hash;
      hasPrevious = true;
    }
    return true;
  };

  const countContext = (context: string): void => {
    readTokens(context, spec, tokens);
    for (let token = 0; token < tokens.size; token++) {
      if (tokens.kinds[token] === TokenKind.Symbol) continue;
      addOther(computeWordBucket(tokens.hashes[token] as number, featureBlocks.context, spec));
    }
  };

  const sums = new Float64Array(2 * width);
  const pairSums = new Float64Array(width);
  const contextSums = new Float64Array(width);
  const projection: PromptProjection = { scores: new Float64Array(width), novelty: 1 };
  const { scores } = projection;

  return (fields) => {
    clear();
    readTokens(fields.ask, spec, tokens);
    if (!countAsk()) {
      clear();
      cache.clear();
      countAsk();
    }
    if (fields.system !== '') countContext(fields.system);
    if (fields.tools !== '') countContext(fields.tools);

    sums.fill(0);
    let wordSquare = 0;
    let gramSquare = 0;
    let total = 0;
    let unseen = 0;
    for (let index = 0; index < wordCount; index++) {
      const word = words[index] as number;
      const weight = termWeights[Math.min(wordCounts[word] as number, mostOccurrences)] as number;
      const offset = word * 2 * width;
      for (let column = 0; column < 2 * width; column++) {
        sums[column] = (sums[column] as number) + weight * (vectors[offset + column] as number);
      }
      wordSquare += weight * weight * (wordSquares[word] as number);
      gramSquare += weight * weight * (gramSquares[word] as number);
      total += masses[word] as number;
      unseen += unseenMasses[word] as number;
    }
    projection.novelty = total === 0 ? 1 : unseen / total;

    pairSums.fill(0);
    contextSums.fill(0);
    let pairSquare = 0;
    let contextSquare = 0;
    for (let index = 0; index < otherCount; index++) {
      const feature = others[index] as number;
      const count = Math.min(otherCounts[feature] as number, mostOccurrences);
      const value = (termWeights[count] as number) * (idf[feature] as number);
      if ((buckets[feature] as number) >>> spec.bucketBits === featureBlocks.pairs) {
        addRow(feature, value, pairSums, 0);
        pairSquare += value * value;
      } else {
        addRow(feature, value, contextSums, 0);
        contextSquare += value * value;
      }
    }

    const wordScale = computeScale(blockWeights[featureBlocks.words], wordSquare);
    const gramScale = computeScale(blockWeights[featureBlocks.characters], gramSquare);
    const pairScale = computeScale(blockWeights[featureBlocks.pairs], pairSquare);
    const contextScale = computeScale(blockWeights[featureBlocks.context], contextSquare);
    for (let column = 0; column < width; column++) {
      scores[column] =
        ((column < taskCount
          ? model.taskClassifier.bias[column]
          : model.heads.bias[column - taskCount]) as number) +
        wordScale * (sums[column] as number) +
        gramScale * (sums[width + column] as number) +
        pairScale * (pairSums[column] as number) +
        contextScale * (contextSums[column] as number);
    }
    computeStructuralFeatures(fields, structural);
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = scaleStructural(features, index, structural[index] as number);
      if (value === 0) continue;
      const taskRow = (taskFeatureCount + index) * taskCount;
      for (let task = 0; task < taskCount; task++) {
        scores[task] = (scores[task] as number) + value * (taskWeights[taskRow + task] as number);
      }
      const headRow = (buckets.length + index) * modelCount;
      for (let column = 0; column < modelCount; column++) {
        scores[taskCount + column] =
          (scores[taskCount + column] as number) +
          value * (headWeights[headRow + column] as number);
      }
    }
    return projection;
  };
}

/** Factor that gives a block of this squared length the length of its weight. */
function computeScale(weight: number | undefined, squaredLength: number): number {
  return squaredLength === 0 ? 0 : (weight as number) / Math.sqrt(squaredLength);
}
