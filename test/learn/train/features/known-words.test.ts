import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { computeConfidence } from '../../../../src/policy/features/task-words.js';
import { computeCountMatrix } from '../../../../src/learn/train/features/count-matrix.js';
import { fitFeatures } from '../../../../src/learn/train/features/fit-features.js';
import {
  computeRowFamiliarity,
  learnTaskWords,
} from '../../../../src/learn/train/features/known-words.js';
import { listRows } from '../../../support/outcome-table.js';

const prompts = [
  'boil rice beans',
  'boil beans peas',
  'sort rows columns',
  'sort columns keys',
  'boil beans sort columns',
  'boil something unheard',
  '?!',
];
const cooking = 0;
const coding = 1;
const taskOf = Int32Array.of(cooking, cooking, coding, coding, -1, -1, -1);
const counts = computeCountMatrix(prompts.map(splitPromptFields), defaultFeatureSpec);
const training = listRows(4);
const features = fitFeatures(counts, training, { minPrompts: 1 });
const taskWords = learnTaskWords(counts, features, training, { taskOf, taskCount: 2 });

/** Familiarity of a prompt that is taken to be of a task. */
function familiarityOf(row: number, task: number): number {
  const scores = new Float32Array(prompts.length * 2);
  scores[2 * row + task] = 1;
  const rows = Int32Array.of(row);
  const knowledge = { taskWords, taskScores: scores };
  return computeRowFamiliarity(counts, features, rows, knowledge)[row] as number;
}

describe('computeRowFamiliarity', () => {
  it('is 1 for a prompt whose words the task has all seen', () => {
    expect(familiarityOf(0, cooking)).toBe(1);
    expect(familiarityOf(2, coding)).toBe(1);
  });

  it('is low for a prompt of another task, and between for one of both', () => {
    expect(familiarityOf(0, coding)).toBe(0);
    const both = familiarityOf(4, cooking);
    expect(both).toBeGreaterThan(familiarityOf(2, cooking));
    expect(both).toBeLessThan(familiarityOf(0, cooking));
  });

  it('counts words that no task has seen against every task, and is 0 without words', () => {
    expect(familiarityOf(5, cooking)).toBeLessThan(0.5);
    expect(familiarityOf(5, coding)).toBe(0);
    expect(familiarityOf(6, cooking)).toBe(0);
  });
});

describe('computeConfidence', () => {
  it('is in [0, 1], rises with both, and is the probability where all words are familiar', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (probability, familiarity, other) => {
        const confidence = computeConfidence(probability, familiarity);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        expect(computeConfidence(probability, 1)).toBe(probability);
        const more = Math.max(familiarity, other);
        expect(computeConfidence(probability, more)).toBeGreaterThanOrEqual(confidence);
      }),
    );
  });
});
