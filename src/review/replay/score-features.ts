import { featureBlocks } from '../../policy/features/feature-spec.js';
import {
  computeFeatureIndex,
  isSeen,
  notKept,
  scaleStructural,
} from '../../policy/features/fitted-features.js';
import { structuralFeatureCount } from '../../policy/features/structural-features.js';
import { numberKeptWords } from '../../policy/features/task-words.js';
import type { RoundedTaskMixtureModel } from '../../policy/file/routing-model.js';
import {
  addBlock,
  mergeMaps,
  weighCount,
  type PromptProjection,
  type PromptProjector,
} from '../../policy/decide/project-prompt.js';
import { createTaskMixtureScorer, type PromptScores } from '../../policy/decide/score-prompt.js';
import type { LoggedFeatures } from '../../serve/log/record.js';
import { addRows, appendRow, createWeightedRows } from '../../util/kernels.js';

/** Scores what a log counted of a prompt, as `createPromptScorer` scores the prompt. */
export type FeatureScorer = (features: LoggedFeatures, task: number) => PromptScores;

/**
 * Prepares a model for scoring counted prompts. The sums are made in the same order and precision as
 * those of the prompt, so that the scores are the same to the last bit.
 */
export function createFeatureScorer(model: RoundedTaskMixtureModel): FeatureScorer {
  let current: LoggedFeatures = { words: [], pairs: [], context: [], structural: [] };
  const score = createTaskMixtureScorer(
    model,
    createFeatureProjector(model, () => current),
  );
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

function createFeatureProjector(
  model: RoundedTaskMixtureModel,
  read: () => LoggedFeatures,
): PromptProjector {
  const { features, taskWords } = model;
  const { spec, buckets, idf, blockWeights, seenWords, unseenIdf } = features;
  const taskCount = model.tasks.length;
  const biases = Float64Array.of(...model.taskClassifier.bias, ...model.heads.bias);
  const width = biases.length;
  const weights = mergeMaps(model);
  const featureOf = computeFeatureIndex(features);
  const wordOfFeature = numberKeptWords(features);
  const { maxDistinctWords } = spec;
  /** As in `WordVectors`, of the words of one prompt. */
  const vectors = new Float32Array(maxDistinctWords * 2 * width);
  const wordRows = createWeightedRows(maxDistinctWords);
  const featureRows = createWeightedRows(buckets.length + structuralFeatureCount);
  const sums = new Float64Array(2 * width);
  const blockSums = sums.subarray(width);
  /** Of the kept words of the prompt: their numbers and masses. */
  let known: { readonly word: number; readonly mass: number }[] = [];
  let wordMass = 0;

  /** Adds a kept feature to the row at `offset`. Returns its squared value. */
  const addFeature = (bucket: number, offset: number): number => {
    const feature = featureOf[bucket] ?? notKept;
    if (feature === notKept) return 0;
    const value = idf[feature] as number;
    for (let column = 0; column < width; column++) {
      const at = offset + column;
      vectors[at] = (vectors[at] as number) + value * (weights[feature * width + column] as number);
    }
    return value * value;
  };

  const addWords = ({ words }: LoggedFeatures): void => {
    let [wordSquare, gramSquare, unseen, row] = [0, 0, 0, 0];
    known = [];
    wordMass = wordRows.end = 0;
    for (let place = 0; place < words.length && row < maxDistinctWords; row++) {
      const bucket = words[place] as number;
      const weight = weighCount(words[place + 1] as number);
      const gramCount = words[place + 2] as number;
      const offset = row * 2 * width;
      vectors.fill(0, offset, offset + 2 * width);
      wordSquare += weight * weight * addFeature(bucket, offset);
      const end = place + 3 + Math.max(0, gramCount);
      let square = 0;
      for (let gram = place + 3; gram < end; gram++) {
        square += addFeature(words[gram] as number, offset + width);
      }
      gramSquare += weight * weight * square;
      const feature = featureOf[bucket] ?? notKept;
      const mass =
        gramCount < 0 ? 0 : feature === notKept ? Math.fround(unseenIdf) : (idf[feature] as number);
      wordMass += mass;
      if (!isSeen(seenWords, bucket)) unseen += mass;
      const word = feature === notKept ? -1 : (wordOfFeature[feature] as number);
      if (word >= 0) known.push({ word, mass });
      appendRow(wordRows, row, weight);
      place = end;
    }
    projection.novelty = wordMass === 0 ? 1 : unseen / wordMass;
    addRows(sums.fill(0), vectors, wordRows);
    addBlock(scores, sums, blockWeights[featureBlocks.words], wordSquare);
    addBlock(scores, blockSums, blockWeights[featureBlocks.characters], gramSquare);
  };

  const addCounts = (counts: readonly number[], blockWeight: number | undefined): void => {
    let square = 0;
    featureRows.end = 0;
    for (let place = 0; place + 1 < counts.length; place += 2) {
      const feature = featureOf[counts[place] as number] ?? notKept;
      if (feature === notKept) continue;
      const value = weighCount(counts[place + 1] as number) * (idf[feature] as number);
      square += value * value;
      appendRow(featureRows, feature, value);
    }
    addRows(blockSums.fill(0), weights, featureRows);
    addBlock(scores, blockSums, blockWeight, square);
  };

  const addStructural = ({ structural }: LoggedFeatures): void => {
    featureRows.end = 0;
    for (let index = 0; index < structuralFeatureCount; index++) {
      const value = scaleStructural(features, index, structural[index] ?? 0);
      if (value !== 0) appendRow(featureRows, buckets.length + index, value);
    }
    addRows(scores, weights, featureRows);
  };

  const projection: PromptProjection = {
    scores: new Float64Array(width),
    novelty: 1,
    computeFamiliarity(task) {
      let sum = 0;
      for (const { word, mass } of known) {
        if (isSeen(taskWords, word * taskCount + task)) sum += mass;
      }
      return sum / (wordMass || 1);
    },
  };
  const { scores } = projection;

  return () => {
    const counted = read();
    scores.set(biases);
    addWords(counted);
    addCounts(counted.pairs, blockWeights[featureBlocks.pairs]);
    addCounts(counted.context, blockWeights[featureBlocks.context]);
    addStructural(counted);
    return projection;
  };
}
