import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import { idfStep } from '../../../../src/policy/features/fitted-features.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { structuralFeatureNames } from '../../../../src/policy/features/structural-feature-names.js';
import {
  computeCountMatrix,
  type CountMatrix,
} from '../../../../src/learn/train/features/count-matrix.js';
import { fitFeatures } from '../../../../src/learn/train/features/fit-features.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';
import { writePlantedPrompt } from '../../../support/planted-outcomes.js';

const spec = { ...defaultFeatureSpec, bucketBits: 14, wordNgrams: 1 };

function count(prompts: readonly string[]): CountMatrix {
  return computeCountMatrix(prompts.map(splitPromptFields), spec);
}

/** The bucket of a single word. */
function bucketOf(word: string): number {
  return count([word]).vocabulary.buckets[0] as number;
}

const prompts = ['red apple', 'red pear', 'red plum', 'red apple pie'];
const matrix = count(prompts);

describe('fitFeatures', () => {
  it('keeps words of several prompts, and none of one prompt or of all', () => {
    const { buckets } = fitFeatures(matrix, listRows(4));
    expect(buckets).toContain(bucketOf('apple'));
    for (const word of ['pear', 'plum', 'pie', 'red'])
      expect(buckets).not.toContain(bucketOf(word));
    expect(fitFeatures(matrix, listRows(4), { minPrompts: 1 }).buckets).toContain(bucketOf('pie'));
  });

  it('gives rarer words a greater idf: 1 + log((1 + n) / (1 + prompts)), in steps', () => {
    const { buckets, idf, unseenIdf } = fitFeatures(matrix, listRows(4), { minPrompts: 1 });
    const idfOf = (word: string): number => idf[buckets.indexOf(bucketOf(word))] as number;
    expect(Math.abs(idfOf('apple') - (1 + Math.log(5 / 3)))).toBeLessThanOrEqual(idfStep / 2);
    expect(Math.abs(idfOf('pear') - (1 + Math.log(5 / 2)))).toBeLessThanOrEqual(idfStep / 2);
    expect(Math.abs(unseenIdf - (1 + Math.log(5)))).toBeLessThanOrEqual(idfStep / 2);
    expect(idf.every((value) => Number.isInteger(value / idfStep))).toBe(true);
  });

  it('learns nothing from other rows than those of training', () => {
    const rows = Int32Array.of(0, 1, 2);
    const changed = count([...prompts.slice(0, 3), 'entirely different words here']);
    expect(fitFeatures(changed, rows, { minPrompts: 1 })).toEqual(
      fitFeatures(matrix, rows, { minPrompts: 1 }),
    );
  });

  it('keeps at most the features asked for, the best of them first, both parts ascending', () => {
    const random = createRandom(2);
    const many = count(Array.from({ length: 60 }, () => writePlantedPrompt('code', random)));
    const options = { maxFeatures: 50, firstFeatures: 20 };
    const { buckets, idf } = fitFeatures(many, listRows(60), options);
    expect(buckets).toHaveLength(50);
    expect(idf).toHaveLength(50);
    for (const part of [buckets.slice(0, 20), buckets.slice(20)]) {
      expect(part).toEqual(part.toSorted());
    }
    const best = fitFeatures(many, listRows(60), { maxFeatures: 20 }).buckets;
    expect(buckets.slice(0, 20)).toEqual(best);
  });

  it('remembers every word of training, kept or not', () => {
    const { seenWords } = fitFeatures(matrix, Int32Array.of(0, 1));
    const isSeen = (word: string): boolean => {
      const bucket = bucketOf(word);
      return (((seenWords[bucket >>> 3] ?? 0) >>> (bucket & 7)) & 1) === 1;
    };
    expect(['red', 'apple', 'pear', 'plum'].map(isSeen)).toEqual([true, true, true, false]);
  });

  it('measures mean and deviation of the structural features; 0 where they never vary', () => {
    const { structuralMean, structuralDeviation } = fitFeatures(
      count(['ab', 'abcdefg']),
      listRows(2),
    );
    const length = structuralFeatureNames.indexOf('length');
    const [short, long] = [Math.log(3), Math.log(8)];
    expect(structuralMean[length]).toBeCloseTo((short + long) / 2, 5);
    expect(structuralDeviation[length]).toBeCloseTo((long - short) / 2, 5);
    expect(structuralDeviation[structuralFeatureNames.indexOf('digits')]).toBe(0);
    expect(structuralDeviation[structuralFeatureNames.indexOf('turns')]).toBe(0);
  });
});
