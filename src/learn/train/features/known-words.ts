import { findLargest } from '../../../util/kernels.js';
import { computeFeatureIndex, isSeen, notKept } from '../../../policy/features/fitted-features.js';
import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import {
  countTaskWordBytes,
  numberKeptWords,
  type TaskWords,
} from '../../../policy/features/task-words.js';
import { at, intAt, rowOf } from '../../../util/numeric-arrays.js';
import type { CountMatrix } from './count-matrix.js';

/** The task of each row, -1 where unknown, and the number of tasks. */
export interface RowTasks {
  readonly taskOf: Int32Array;
  readonly taskCount: number;
}

/** Learns which kept words occur in the prompts of which tasks. */
export function learnTaskWords(
  counts: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
  { taskOf, taskCount }: RowTasks,
): TaskWords {
  const keptWordOf = numberVocabulary(counts, features);
  const taskWords = new Uint8Array(countTaskWordBytes(features, taskCount));
  const { starts, ids } = counts.words;
  for (const row of rows) {
    const task = intAt(taskOf, row);
    if (task < 0) continue;
    const end = intAt(starts, row + 1);
    for (let entry = intAt(starts, row); entry < end; entry++) {
      const word = intAt(keptWordOf, intAt(ids, entry));
      if (word >= 0) setBit(taskWords, word * taskCount + task);
    }
  }
  return taskWords;
}

/** Sets a bit of a set of bits, the lowest of each byte first. */
export function setBit(bits: Uint8Array, bit: number): void {
  bits[bit >>> 3] = intAt(bits, bit >>> 3) | (1 << (bit & 7));
}

/**
 * Novelty of each of these rows: the share of the idf mass of the distinct words of the user's text
 * that never occurred in training, in [0, 1]; 1 for a prompt without words. Zero in the other rows.
 */
export function computeRowNovelty(
  counts: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
): Float32Array {
  const { buckets } = counts.vocabulary;
  const shareOf = createWordShares(counts, features);
  const isUnseen = (word: number): boolean => !isSeen(features.seenWords, intAt(buckets, word));
  const novelty = new Float32Array(counts.rowCount);
  for (const row of rows) novelty[row] = shareOf(row, isUnseen) ?? 1;
  return novelty;
}

/**
 * Familiarity of each of these rows: the share of the idf mass of the distinct words of the user's
 * text that occurred in training prompts of the task of highest score, in [0, 1]; 0 for a prompt
 * without words. Zero in the other rows.
 */
export function computeRowFamiliarity(
  counts: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
  { taskWords, taskScores }: TaskKnowledge,
): Float32Array {
  const taskCount = taskScores.length / counts.rowCount;
  const keptWordOf = numberVocabulary(counts, features);
  const shareOf = createWordShares(counts, features);
  const familiarity = new Float32Array(counts.rowCount);
  for (const row of rows) {
    const task = findLargest(rowOf(taskScores, row, taskCount), taskCount);
    const isOfTask = (id: number): boolean => {
      const word = intAt(keptWordOf, id);
      return word >= 0 && isSeen(taskWords, word * taskCount + task);
    };
    familiarity[row] = shareOf(row, isOfTask) ?? 0;
  }
  return familiarity;
}

export interface TaskKnowledge {
  readonly taskWords: TaskWords;
  /** Row-major rows x tasks. */
  readonly taskScores: Float32Array;
}

/** Prepares to compute which share of a row's words, by idf mass, a condition holds for. */
function createWordShares(
  { vocabulary, words }: CountMatrix,
  features: FittedFeatures,
): (row: number, isCounted: (word: number) => boolean) => number | undefined {
  const featureOf = computeFeatureIndex(features);
  return (row, isCounted) => {
    let counted = 0;
    let total = 0;
    const end = intAt(words.starts, row + 1);
    for (let entry = intAt(words.starts, row); entry < end; entry++) {
      const word = intAt(words.ids, entry);
      if (vocabulary.isWord[word] === 0) continue;
      const feature = intAt(featureOf, intAt(vocabulary.buckets, word));
      const mass = feature === notKept ? features.unseenIdf : at(features.idf, feature);
      total += mass;
      if (isCounted(word)) counted += mass;
    }
    return total === 0 ? undefined : counted / total;
  };
}

/** For each word of the vocabulary its number among the kept words; -1 where it was not kept. */
function numberVocabulary({ vocabulary }: CountMatrix, features: FittedFeatures): Int32Array {
  const featureOf = computeFeatureIndex(features);
  const keptWordOf = numberKeptWords(features);
  return vocabulary.buckets.map((bucket) => {
    const feature = intAt(featureOf, bucket);
    return feature === notKept ? -1 : intAt(keptWordOf, feature);
  });
}
