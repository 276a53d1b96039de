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
import { intAt } from '../../../util/numeric-arrays.js';

/** The words and n-grams of many prompts, counted once for all folds. */
export interface CountMatrix {
  readonly spec: FeatureSpec;
  readonly rowCount: number;
  readonly vocabulary: Vocabulary;
  /** Words and symbols of the user's text by their number in the vocabulary, each once per row. */
  readonly words: CountRows;
  /** Buckets of word pairs and of context words, each once per row. */
  readonly others: CountRows;
  /** Row-major, `structuralFeatureCount` values per row. */
  readonly structural: Float32Array;
}

/** The distinct words and symbols of all prompts. */
export interface Vocabulary {
  /** Bucket of the word itself. */
  readonly buckets: Int32Array;
  /** 1 for a word, 0 for a symbol. */
  readonly isWord: Uint8Array;
  /** The n-grams of word `w` are those from `gramStarts[w]` to before `gramStarts[w + 1]`. */
  readonly gramStarts: Int32Array;
  /** Buckets of character n-grams. */
  readonly gramBuckets: Int32Array;
}

/** Compressed rows: the entries of row `r` are those from `starts[r]` to before `starts[r + 1]`. */
export interface CountRows {
  readonly starts: Int32Array;
  readonly ids: Int32Array;
  /** Occurrences, at most `maxOccurrences`. */
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
    readTokens(fields.userText, spec, tokens);
    const start = row * structuralFeatureCount;
    computeStructuralFeatures(
      fields,
      tokens,
      structural.subarray(start, start + structuralFeatureCount),
    );
    countUserText(tokens, { spec, vocabulary, words, others });
    for (const context of [fields.system, fields.tools]) {
      if (context !== '') {
        readTokens(context, spec, tokens);
        countContext(tokens, spec, others);
      }
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

interface Counters {
  readonly spec: FeatureSpec;
  readonly vocabulary: VocabularyBuilder;
  readonly words: RowCounter;
  readonly others: RowCounter;
}

function countUserText(
  { text, tokens, size }: TokenList,
  { spec, vocabulary, words, others }: Counters,
): void {
  let previous = hashSeed;
  for (let place = 0; place < 4 * size; place += 4) {
    const hash = intAt(tokens, place + 2);
    const word = vocabulary.find(
      text.slice(tokens[place], tokens[place + 1]),
      hash,
      tokens[place + 3] as TokenKind,
    );
    if (words.rowSize() === spec.maxDistinctWords && !words.has(word)) return;
    words.add(word);
    if (spec.wordNgrams > 1) others.add(computePairBucket(previous, hash, spec));
    previous = hash;
  }
}

function countContext({ tokens, size }: TokenList, spec: FeatureSpec, others: RowCounter): void {
  for (let place = 0; place < 4 * size; place += 4) {
    if (tokens[place + 3] === TokenKind.Symbol) continue;
    others.add(computeWordBucket(intAt(tokens, place + 2), featureBlocks.context, spec));
  }
}

interface VocabularyBuilder {
  /** The number of a word or symbol, which is added the first time. */
  find(text: string, hash: number, kind: TokenKind): number;
  finish(): Vocabulary;
}

function createVocabulary(spec: FeatureSpec): VocabularyBuilder {
  const wordIds = new Map<string, number>();
  const buckets = createGrowingArray(Int32Array);
  const isWord = createGrowingArray(Uint8Array);
  const gramStarts = createGrowingArray(Int32Array);
  const gramBuckets = createGrowingArray(Int32Array);
  const grams = new Int32Array(countMaxGrams(spec));
  gramStarts.push(0);
  return {
    find(text, hash, kind) {
      const known = wordIds.get(text);
      if (known !== undefined) return known;
      const word = wordIds.size;
      wordIds.set(text, word);
      buckets.push(computeWordBucket(hash, featureBlocks.words, spec));
      isWord.push(kind === TokenKind.Symbol ? 0 : 1);
      if (kind === TokenKind.Word) {
        const size = listGramBuckets(text, 0, text.length, spec, grams);
        for (let index = 0; index < size; index++) gramBuckets.push(intAt(grams, index));
      }
      gramStarts.push(gramBuckets.size());
      return word;
    },
    finish: () => ({
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
  /** Ends a row and opens the next; rows are closed in order. */
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

/** A typed array that values are appended to. */
interface GrowingArray<T> {
  push(value: number): void;
  size(): number;
  /** The appended values, in an array of exactly that length. */
  finish(): T;
}

interface NumberArray {
  readonly length: number;
  [index: number]: number;
  set(values: ArrayLike<number>): void;
}

/** Starts empty; the capacity doubles whenever it is full. */
function createGrowingArray<T extends NumberArray & { slice(start: number, end: number): T }>(
  kind: new (length: number) => T,
): GrowingArray<T> {
  let values = new kind(1024);
  let size = 0;
  return {
    push(value) {
      if (size === values.length) {
        const larger = new kind(2 * size);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    size: () => size,
    finish: () => values.slice(0, size),
  };
}
