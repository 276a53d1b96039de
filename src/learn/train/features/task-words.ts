import { computeFeatureIndex, isSeen, notKept } from '../../../policy/features/fitted-features.js';
import type { FittedFeatures } from '../../../policy/features/fitted-features.js';
import {
  countTaskWordBytes,
  numberKeptWords,
  type TaskWords,
} from '../../../policy/features/task-words.js';
import type { CountMatrix } from './count-matrix.js';

/** Learns which kept words occur in the prompts of which tasks. */
export function learnTaskWords(
  counts: CountMatrix,
  features: FittedFeatures,
  rows: Int32Array,
  taskOf: Int32Array,
  taskCount: number,
): TaskWords {
  const wordOf = numberVocabulary(counts, features);
  const taskWords = new Uint8Array(countTaskWordBytes(features, taskCount));
  const { starts, ids } = counts.words;
  for (const row of rows) {
    const task = taskOf[row] as number;
    if (task < 0) continue;
    for (let entry = starts[row] as number; entry < (starts[row + 1] as number); entry++) {
      const word = wordOf[ids[entry] as number] as number;
      if (word < 0) continue;
      const bit = word * taskCount + task;
      taskWords[bit >>> 3] = (taskWords[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
  return taskWords;
}

/**
 * Familiarity of each of these rows: the share of the idf mass of the different words of the ask
 * that occurred in training prompts of the task of highest score, in [0, 1]; 0 for a prompt without
 * words. The other rows are zero.
 *
 * @param taskScores row-major rows x tasks
 */
export function computeRowFamiliarity(
  counts: CountMatrix,
  features: FittedFeatures,
  taskWords: TaskWords,
  taskScores: Float32Array,
  rows: Int32Array,
): Float32Array {
  const { vocabulary, words, rowCount } = counts;
  const taskCount = taskScores.length / rowCount;
  const featureOf = computeFeatureIndex(features);
  const wordOf = numberVocabulary(counts, features);
  const familiarity = new Float32Array(rowCount);
  for (const row of rows) {
    const scores = taskScores.subarray(row * taskCount, (row + 1) * taskCount);
    const task = scores.indexOf(Math.max(...scores));
    let known = 0;
    let total = 0;
    const end = words.starts[row + 1] as number;
    for (let entry = words.starts[row] as number; entry < end; entry++) {
      const id = words.ids[entry] as number;
      if (vocabulary.isWord[id] === 0) continue;
      const feature = featureOf[vocabulary.buckets[id] as number] as number;
      const mass = feature === notKept ? features.unseenIdf : (features.idf[feature] as number);
      total += mass;
      const word = wordOf[id] as number;
      if (word >= 0 && isSeen(taskWords, word * taskCount + task)) known += mass;
    }
    familiarity[row] = total === 0 ? 0 : known / total;
  }
  return familiarity;
}

/** By word of the vocabulary, its number among the kept words; -1 where it was not kept. */
function numberVocabulary({ vocabulary }: CountMatrix, features: FittedFeatures): Int32Array {
  const featureOf = computeFeatureIndex(features);
  const wordOf = numberKeptWords(features);
  return vocabulary.buckets.map((bucket) => {
    const feature = featureOf[bucket] as number;
    return feature === notKept ? -1 : (wordOf[feature] as number);
  });
}
