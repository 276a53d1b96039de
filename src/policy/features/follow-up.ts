import { featureBlocks, type FeatureSpec } from './feature-spec.js';
import { computeWordBucket } from './ngram-hashes.js';
import { readTokens, TokenKind, type TokenList } from './tokens.js';

/** What words say about a turn: that it follows up on what was said, or asks for something new. */
export interface FollowUpWords {
  /** Buckets of the words, ascending. */
  readonly wordBuckets: Int32Array;
  /** Log-odds of a follow-up, in steps of `weightStep`, per word. */
  readonly weights: Int8Array;
  /** The same for every other word. */
  readonly unknownWeight: number;
  /** The same for a turn without words. */
  readonly bias: number;
}

export const weightStep = 1 / 16;

/** A longer turn is a new ask: what it is about is in itself. */
const maxCharacters = 160;

/**
 * Prepares to tell turns that only make sense after earlier ones ("shorter, please") from those that
 * ask for something new, by the log-odds of their words.
 *
 * @param list is overwritten
 */
export function createFollowUpTest(
  { wordBuckets, weights, unknownWeight, bias }: FollowUpWords,
  spec: FeatureSpec,
  list: TokenList,
): (turn: string) => boolean {
  const weightOf = new Map(Array.from(wordBuckets, (bucket, index) => [bucket, weights[index]!]));
  return (turn) => {
    if (turn.length > maxCharacters) return false;
    readTokens(turn, spec, list);
    let odds = bias;
    for (let place = 0; place < 4 * list.size; place += 4) {
      if (list.tokens[place + 3] === TokenKind.Symbol) continue;
      odds +=
        weightOf.get(computeWordBucket(list.tokens[place + 2]!, featureBlocks.words, spec)) ??
        unknownWeight;
    }
    return odds >= 0;
  };
}
