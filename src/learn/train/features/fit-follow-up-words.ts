import { featureBlocks, type FeatureSpec } from '../../../policy/features/feature-spec.js';
import { weightStep, type FollowUpWords } from '../../../policy/features/follow-up.js';
import { computeWordBucket } from '../../../policy/features/ngram-hashes.js';
import { createTokenList, readTokens, TokenKind } from '../../../policy/features/tokens.js';
import { at, intAt, listRows } from '../../../util/numeric-arrays.js';
import { fitSparse } from '../solver/sparse-solver.js';
import type { FeatureMatrix } from './feature-matrix.js';
import { followUps, newAsks } from './follow-ups.js';

/** Words of fewer lines are taken for unknown words, so that the fit learns what those say. */
const minLines = 2;

const solver = { dataWeight: 3, epochs: 100, seed: 1 } as const;

/** The words depend on the spec only, and every fit of a projection with this spec needs them. */
const fittedWords = new WeakMap<FeatureSpec, FollowUpWords>();

/** The words that tell a follow-up from a new ask, fitted once for each spec. */
export function fitFollowUpWords(spec: FeatureSpec): FollowUpWords {
  const known = fittedWords.get(spec);
  if (known !== undefined) return known;
  const fitted = fitWords(spec);
  fittedWords.set(spec, fitted);
  return fitted;
}

/**
 * Fits the words that tell a follow-up from a new ask: logistic regression over the two lists of
 * short turns, with one weight for all words that are not in the lists.
 */
function fitWords(spec: FeatureSpec): FollowUpWords {
  const words = [...followUps, ...newAsks].map((line) => listWords(line, spec));
  const buckets = findCommonWords(words);
  const matrix = countWords(words, buckets);
  const rows = listRows(words.length);
  const { weights, bias } = fitSparse(
    matrix,
    rows,
    {
      kind: 'probabilities',
      probabilities: Float32Array.from(rows, (row) => (row < followUps.length ? 1 : 0)),
      outputCount: 1,
      // As if both lists were equally long.
      weights: Float64Array.from(rows, (row) =>
        row < followUps.length ? 1 : followUps.length / newAsks.length,
      ),
    },
    solver,
  );
  const round = (odds: number): number =>
    Math.max(-127, Math.min(127, Math.round(odds / weightStep)));
  return {
    wordBuckets: buckets,
    weights: Int8Array.from(buckets, (_, column) => round(at(weights, column))),
    unknownWeight: round(at(weights, buckets.length)),
    bias: round(at(bias, 0)),
  };
}

/** The bucket of each word of a line. */
function listWords(line: string, spec: FeatureSpec): number[] {
  const list = createTokenList();
  readTokens(line, spec, list);
  const buckets: number[] = [];
  for (let place = 0; place < 4 * list.size; place += 4) {
    if (list.tokens[place + 3] === TokenKind.Symbol) continue;
    buckets.push(computeWordBucket(intAt(list.tokens, place + 2), featureBlocks.words, spec));
  }
  return buckets;
}

/** The words of at least `minLines` lines, in ascending order. */
function findCommonWords(lines: readonly (readonly number[])[]): Int32Array {
  const counts = new Map<number, number>();
  for (const line of lines) {
    for (const word of new Set(line)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const common = [...counts].filter(([, count]) => count >= minLines).map(([word]) => word);
  return Int32Array.from(common).sort();
}

/** A row a line and a column a word; the last column counts all other words. */
function countWords(lines: readonly (readonly number[])[], buckets: Int32Array): FeatureMatrix {
  const columnOf = new Map(Array.from(buckets, (bucket, column) => [bucket, column]));
  const rowStarts = new Int32Array(lines.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  lines.forEach((line, row) => {
    const counts = new Map<number, number>();
    for (const word of line) {
      const column = columnOf.get(word) ?? buckets.length;
      counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    for (const [column, count] of counts) {
      columns.push(column);
      values.push(count);
    }
    rowStarts[row + 1] = columns.length;
  });
  return {
    rowCount: lines.length,
    columnCount: buckets.length + 1,
    rowStarts,
    columns: Uint16Array.from(columns),
    values: Float32Array.from(values),
  };
}
