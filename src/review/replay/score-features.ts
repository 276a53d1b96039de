import type { MapWeights } from '../../policy/decide/word-vectors.js';
import { createPromptProjector } from '../../policy/decide/project-prompt.js';
import { clearTally, createTally, type PromptCounts } from '../../policy/decide/prompt-counts.js';
import { createTaskMixtureScorer, type PromptScores } from '../../policy/decide/score-prompt.js';
import {
  computeFeatureIndex,
  isSeen,
  maxOccurrences,
  notKept,
  type FittedFeatures,
} from '../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../policy/features/structural-features.js';
import { numberKeptWords } from '../../policy/features/task-words.js';
import type { RoundedTaskMixtureModel } from '../../policy/file/routing-model.js';
import type { LoggedFeatures } from '../../serve/log/record.js';

/** Scores what a log counted of a prompt, as `createPromptScorer` scores the prompt. */
export type FeatureScorer = (features: LoggedFeatures, task: number) => PromptScores;

/**
 * Prepares a model for scoring counted prompts. Only the counting differs from the scoring of prompts,
 * so that the scores are the same to the last bit.
 */
export function createFeatureScorer(model: RoundedTaskMixtureModel): FeatureScorer {
  let current: LoggedFeatures = { words: [], pairs: [], context: [], structural: [] };
  const project = createPromptProjector(model, (features, maps) =>
    createLoggedCounts(features, maps, () => current),
  );
  const score = createTaskMixtureScorer(model, project);
  return (features, task) => {
    current = features;
    return score(noFields, task);
  };
}

const noFields = {
  userText: '',
  userTurns: [],
  system: '',
  tools: '',
  turns: 0,
  toolCount: 0,
  imageCount: 0,
};

/** The counts of what `read` gives, in place of those of a prompt. */
function createLoggedCounts(
  features: FittedFeatures,
  { matrix, width }: MapWeights,
  read: () => LoggedFeatures,
): PromptCounts {
  const { spec, buckets, idf, seenWords, unseenIdf } = features;
  const { maxDistinctWords } = spec;
  const featureOf = computeFeatureIndex(features);
  const wordOfFeature = numberKeptWords(features);
  const words = createTally(maxDistinctWords, maxDistinctWords);
  const others = createTally(buckets.length, buckets.length);
  // As in `WordVectors`, of the words of one prompt in their order.
  const vectors = new Float32Array(maxDistinctWords * 2 * width);
  const measures = new Float32Array(maxDistinctWords * 4);
  const keptWords = new Int32Array(maxDistinctWords);
  const structural = new Float64Array(structuralFeatureCount);

  /** Adds a kept feature to the row at `offset`. Returns its squared value. */
  const addFeature = (bucket: number, offset: number): number => {
    const feature = featureOf[bucket] ?? notKept;
    if (feature === notKept) return 0;
    const value = idf[feature] as number;
    for (let column = 0; column < width; column++) {
      const at = offset + column;
      vectors[at] = (vectors[at] as number) + value * (matrix[feature * width + column] as number);
    }
    return value * value;
  };

  const countWords = (logged: readonly number[]): void => {
    vectors.fill(0);
    words.size = 0;
    for (let place = 0; place < logged.length && words.size < maxDistinctWords;) {
      const row = words.size++;
      const bucket = logged[place] as number;
      const gramCount = logged[place + 2] as number;
      const offset = row * 2 * width;
      const square = addFeature(bucket, offset);
      const end = place + 3 + Math.max(0, gramCount);
      let gramSquare = 0;
      for (let gram = place + 3; gram < end; gram++) {
        gramSquare += addFeature(logged[gram] as number, offset + width);
      }
      const feature = featureOf[bucket] ?? notKept;
      const isKept = feature !== notKept;
      const mass = gramCount < 0 ? 0 : isKept ? (idf[feature] as number) : unseenIdf;
      measures.set([square, gramSquare, mass, isSeen(seenWords, bucket) ? 0 : mass], 4 * row);
      keptWords[row] = isKept ? (wordOfFeature[feature] as number) : -1;
      words.ids[row] = row;
      words.counts[row] = Math.min(logged[place + 1] as number, maxOccurrences);
      place = end;
    }
  };

  const countOthers = (logged: readonly number[]): void => {
    for (let place = 0; place + 1 < logged.length; place += 2) {
      const feature = featureOf[logged[place] as number] ?? notKept;
      if (feature === notKept) continue;
      if (others.counts[feature] === 0) others.ids[others.size++] = feature;
      others.counts[feature]! += Math.min(logged[place + 1] as number, maxOccurrences);
    }
  };

  return {
    words,
    others,
    vectors,
    measures,
    keptWords,
    structural,
    count() {
      const logged = read();
      countWords(logged.words);
      clearTally(others);
      countOthers(logged.pairs);
      const pairCount = others.size;
      countOthers(logged.context);
      // A log that others wrote may have fewer or more of them.
      structural.fill(0).set(logged.structural.slice(0, structuralFeatureCount));
      return pairCount;
    },
  };
}
