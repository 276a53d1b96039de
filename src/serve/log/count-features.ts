import { defaultFollowUpWords } from '../../policy/features/default-follow-up-words.js';
import {
  defaultFeatureSpec,
  featureBlocks,
  type FeatureSpec,
} from '../../policy/features/feature-spec.js';
import type { FittedFeatures } from '../../policy/features/fitted-features.js';
import {
  computePairBucket,
  computeWordBucket,
  countMaxGrams,
  hashSeed,
  listGramBuckets,
} from '../../policy/features/ngram-hashes.js';
import type { PromptFields } from '../../policy/features/prompt-fields.js';
import { createAskReader } from '../../policy/features/read-ask.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../../policy/features/structural-features.js';
import {
  createTokenList,
  readTokens,
  TokenKind,
  type TokenList,
} from '../../policy/features/tokens.js';
import type { RoutingModel } from '../../policy/file/routing-model.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { LoggedFeatures } from './record.js';

/** Counts the features of a prompt. */
export type FeatureCounter = (fields: PromptFields) => LoggedFeatures;

/** What the counts of a prompt depend on. */
export type Counting = Pick<FittedFeatures, 'spec' | 'followUps'>;

const defaultCounting: Counting = { spec: defaultFeatureSpec, followUps: defaultFollowUpWords };

/**
 * How prompts are counted for a log. A policy that reads none gets the counts of newly trained ones, so
 * that its log can answer whether routing would pay.
 */
export function findCounting(scorer: RoutingModel): Counting {
  return scorer.kind === 'constant' ? defaultCounting : scorer.features;
}

/** Prepares to count what a policy reads of prompts, whether it keeps it or not. */
export function createFeatureCounter({ spec, followUps }: Counting): FeatureCounter {
  const list = createTokenList();
  const readAsk = createAskReader(
    { spec, ...(followUps === undefined ? {} : { followUps }) },
    list,
  );
  const structural = new Float32Array(structuralFeatureCount);
  const grams = new Int32Array(countMaxGrams(spec));
  return (given) => {
    const fields = readAsk(given);
    readTokens(fields.userText, spec, list);
    computeStructuralFeatures(fields, list, structural);
    const { words, pairs } = countTokens(list, spec, grams);
    const context = new Map<number, number>();
    for (const text of [fields.system, fields.tools]) {
      if (text === '') continue;
      readTokens(text, spec, list);
      countContext(list, spec, context);
    }
    return {
      words,
      pairs: listCounts(pairs),
      context: listCounts(context),
      structural: Array.from(structural),
    };
  };
}

/** Counts words and symbols, up to the limit of distinct ones, and their pairs. */
function countTokens(
  { text, tokens, size }: TokenList,
  spec: FeatureSpec,
  grams: Int32Array,
): { readonly words: number[]; readonly pairs: Map<number, number> } {
  const words: number[] = [];
  /** Where in `words` the count of a word is. */
  const placeOf = new Map<string, number>();
  const pairs = new Map<number, number>();
  let previous = hashSeed;
  for (let token = 0; token < 4 * size; token += 4) {
    const [start, end, hash, kind] = [
      tokens[token] as number,
      tokens[token + 1] as number,
      tokens[token + 2] as number,
      tokens[token + 3],
    ];
    const word = text.slice(start, end);
    const place = placeOf.get(word);
    if (place !== undefined) words[place] = (words[place] as number) + 1;
    else if (placeOf.size === spec.maxDistinctWords) break;
    else {
      const bucket = computeWordBucket(hash, featureBlocks.words, spec);
      const count = kind === TokenKind.Word ? listGramBuckets(text, start, end, spec, grams) : 0;
      placeOf.set(word, words.length + 1);
      words.push(bucket, 1, kind === TokenKind.Symbol ? -1 : count, ...grams.subarray(0, count));
    }
    if (spec.wordNgrams > 1) addOne(pairs, computePairBucket(previous, hash, spec));
    previous = hash;
  }
  return { words, pairs };
}

/** Counts the words of a text that is no ask. */
function countContext(
  { tokens, size }: TokenList,
  spec: FeatureSpec,
  context: Map<number, number>,
): void {
  for (let token = 0; token < 4 * size; token += 4) {
    if (tokens[token + 3] === TokenKind.Symbol) continue;
    const hash = tokens[token + 2] as number;
    addOne(context, computeWordBucket(hash, featureBlocks.context, spec));
  }
}

function addOne(counts: Map<number, number>, bucket: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
}

/** Each key and its count, in order of first occurrence. */
function listCounts(counts: ReadonlyMap<number, number>): number[] {
  return [...counts].flat();
}

/** Equal for policies that count the same prompt alike. */
export function computeCountsDigest({ spec, followUps }: Counting): string {
  if (followUps === undefined) return sha256OfJson({ spec });
  const { wordBuckets, weights, ...others } = followUps;
  return sha256OfJson({
    spec,
    followUps: { wordBuckets: [...wordBuckets], weights: [...weights], ...others },
  });
}
