import { featureBlocks, type FeatureSpec } from '../../../policy/features/feature-spec.js';
import { maxOccurrences } from '../../../policy/features/fitted-features.js';
import {
  computePairBucket,
  computeWordBucket,
  countMaxGrams,
  hashSeed,
  listGramBuckets,
} from '../../../policy/features/ngram-hashes.js';
import type { PromptFields } from '../../../policy/features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../../../policy/features/structural-features.js';
import {
  createTokenList,
  readTokens,
  TokenKind,
  type TokenList,
} from '../../../policy/features/tokens.js';
import { createGrowingArray } from './growing-array.js';

/** What many prompts are made of, counted once for all folds. */
export interface CountMatrix {
  readonly spec: FeatureSpec;
  readonly rowCount: number;
  readonly vocabulary: Vocabulary;
  /** Words and symbols of the ask, each once a row, by their number in the vocabulary. */
  readonly words: CountRows;
  /** Buckets of pairs and of context words, each once a row. */
  readonly others: CountRows;
  /** Row-major, `structuralFeatureCount` values a row. */
  readonly structural: Float32Array;
}

/** The different words and symbols of all prompts. */
export interface Vocabulary {
  /** Bucket of the word itself. */
  readonly buckets: Int32Array;
  /** 1 for a word, 0 for a symbol. */
  readonly isWord: Uint8Array;
  /** Buckets of a word's character n-grams are those from `gramStarts[w]` to `gramStarts[w + 1]`. */
  readonly gramStarts: Int32Array;
  readonly gramBuckets: Int32Array;
}

/** Compressed rows: the entries of row `r` are those from `starts[r]` up to `starts[r + 1]`. */
export interface CountRows {
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  /** Occurrences, at most `mostOccurrences`. */
  readonly counts: Uint8Array;
}

/** Counts every prompt. */
export function computeCountMatrix(
  prompts: readonly PromptFields[],
  spec: FeatureSpec,
): CountMatrix {
  const tokens = createTokenList();
  const vocabulary = createVocabulary(spec);
  const words = createRowCounter(prompts.length);
  const others = createRowCounter(prompts.length);
  const structural = new Float32Array(prompts.length * structuralFeatureCount);
  prompts.forEach((fields, row) => {
    readTokens(fields.ask, spec, tokens);
    const start = row * structuralFeatureCount;
    computeStructuralFeatures(
      fields,
      tokens,
      structural.subarray(start, start + structuralFeatureCount),
    );
    countAsk(tokens, spec, vocabulary.find, words, others);
    for (const context of [fields.system, fields.tools]) {
      if (context !== '') countContext(context, spec, tokens, others);
    }
    words.closeRow(row);
    others.closeRow(row);
  });
  return {
    spec,
    rowCount: prompts.length,
    vocabulary: vocabulary.finish(),
    words: words.finish(),
    others: others.finish(),
    structural,
  };
}

function countAsk(
  { text, tokens, size }: TokenList,
  spec: FeatureSpec,
  findWord: (text: string, hash: number, kind: TokenKind) => number,
  words: RowCounter,
  others: RowCounter,
): void {
  let previous = hashSeed;
  for (let at = 0; at < 4 * size; at += 4) {
    const hash = tokens[at + 2] as number;
    const word = findWord(
      text.slice(tokens[at], tokens[at + 1]),
      hash,
      tokens[at + 3] as TokenKind,
    );
    if (words.rowSize() === spec.maxDistinctWords && !words.has(word)) return;
    words.add(word);
    if (spec.wordNgrams > 1) others.add(computePairBucket(previous, hash, spec));
    previous = hash;
  }
}

function countContext(
  context: string,
  spec: FeatureSpec,
  list: TokenList,
  others: RowCounter,
): void {
  readTokens(context, spec, list);
  for (let at = 0; at < 4 * list.size; at += 4) {
    if (list.tokens[at + 3] === TokenKind.Symbol) continue;
    others.add(computeWordBucket(list.tokens[at + 2] as number, featureBlocks.context, spec));
  }
}

function createVocabulary(spec: FeatureSpec) {
  const wordIds = new Map<string, number>();
  const buckets = createGrowingArray(Int32Array);
  const isWord = createGrowingArray(Uint8Array);
  const gramStarts = createGrowingArray(Int32Array);
  const gramBuckets = createGrowingArray(Int32Array);
  const grams = new Int32Array(countMaxGrams(spec));
  gramStarts.push(0);
  return {
    find(text: string, hash: number, kind: TokenKind): number {
      const known = wordIds.get(text);
      if (known !== undefined) return known;
      const word = wordIds.size;
      wordIds.set(text, word);
      buckets.push(computeWordBucket(hash, featureBlocks.words, spec));
      isWord.push(kind === TokenKind.Symbol ? 0 : 1);
      if (kind === TokenKind.Word) {
        const size = listGramBuckets(text, 0, text.length, spec, grams);
        for (let index = 0; index < size; index++) gramBuckets.push(grams[index] as number);
      }
      gramStarts.push(gramBuckets.size());
      return word;
    },
    finish: (): Vocabulary => ({
      buckets: buckets.finish(),
      isWord: isWord.finish(),
      gramStarts: gramStarts.finish(),
      gramBuckets: gramBuckets.finish(),
    }),
  };
}

interface RowCounter {
  /** Counts one more occurrence in the open row. */
  add(id: number): void;
  has(id: number): boolean;
  rowSize(): number;
  /** Ends a row; rows are closed in order, and the next is then open. */
  closeRow(row: number): void;
  finish(): CountRows;
}

function createRowCounter(rowCount: number): RowCounter {
  const starts = new Int32Array(rowCount + 1);
  const ids = createGrowingArray(Int32Array);
  const counts = createGrowingArray(Uint8Array);
  const open = new Map<number, number>();
  return {
    add: (id) => void open.set(id, (open.get(id) ?? 0) + 1),
    has: (id) => open.has(id),
    rowSize: () => open.size,
    closeRow(row) {
      for (const [id, count] of open) {
        ids.push(id);
        counts.push(Math.min(count, maxOccurrences));
      }
      open.clear();
      starts[row + 1] = ids.size();
    },
    finish: () => ({ starts, ids: ids.finish(), counts: counts.finish() }),
  };
}
