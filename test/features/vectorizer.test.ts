import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec, featureBlockCount } from '../../src/features/feature-spec.js';
import { splitPromptFields } from '../../src/features/prompt-fields.js';
import { structuralFeatureCount } from '../../src/features/structural-features.js';
import { createVectorizer } from '../../src/features/vectorizer.js';
import { computeCountMatrix } from '../../src/train/count-matrix.js';
import { computeFeatureMatrix, computeRowNovelty } from '../../src/train/feature-matrix.js';
import { fitFeatures } from '../../src/train/fit-features.js';
import { createRandom } from '../../src/util/random.js';
import type { Prompt } from '../../src/util/chat.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from '../support/any-text.js';
import { listRows } from '../support/outcome-table.js';
import { plantedTasks, writePlantedPrompt } from '../support/planted-outcomes.js';

const spec = { ...defaultFeatureSpec, bucketBits: 12 };
const random = createRandom(5);
const training = Array.from({ length: 80 }, (_, row) =>
  writePlantedPrompt(plantedTasks[row % plantedTasks.length] as string, random),
);
const features = fitFeatures(
  computeCountMatrix(training.map(splitPromptFields), spec),
  listRows(training.length),
  { maxFeatures: 800, firstFeatures: 200 },
);
const vectorize = createVectorizer(features);

describe('createVectorizer', () => {
  it('gives exactly the rows of the trainer, for any prompts', () => {
    const anyPrompt = fc.oneof(anyText, anyChatRequest, fc.constantFrom(...training));
    fc.assert(
      fc.property(fc.array(anyPrompt, { minLength: 1, maxLength: 8 }), (prompts) => {
        const fields = prompts.map((prompt) => splitPromptFields(prompt as Prompt));
        const counts = computeCountMatrix(fields, spec);
        const matrix = computeFeatureMatrix(counts, features);
        const novelty = computeRowNovelty(counts, features, listRows(prompts.length));
        fields.forEach((one, row) => {
          const vector = vectorize(one);
          const [start, end] = [matrix.rowStarts[row], matrix.rowStarts[row + 1]];
          expect(vector.columns.slice(0, vector.size)).toEqual(matrix.columns.slice(start, end));
          expect(vector.values.slice(0, vector.size)).toEqual(matrix.values.slice(start, end));
          expect(Math.fround(vector.novelty)).toBe(novelty[row]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('gives each block of n-grams the length of its weight', () => {
    const vector = vectorize(
      splitPromptFields({
        messages: [
          { role: 'system', content: training[1] as string },
          { role: 'user', content: training[0] as string },
        ],
      }),
    );
    const squares = new Float64Array(featureBlockCount);
    for (let index = 0; index < vector.size; index++) {
      const column = vector.columns[index] as number;
      if (column >= features.buckets.length) continue;
      const block = (features.buckets[column] as number) >>> spec.bucketBits;
      squares[block] = (squares[block] as number) + (vector.values[index] as number) ** 2;
    }
    expect(Math.sqrt(squares[0] as number)).toBeCloseTo(1, 5);
    expect(Math.sqrt(squares[1] as number)).toBeCloseTo(1, 5);
  });

  it('holds only finite values and known columns, for anything that is given', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyMalformedPrompt), (prompt) => {
        const { columns, values, size, novelty } = vectorize(splitPromptFields(prompt as Prompt));
        const limit = features.buckets.length + structuralFeatureCount;
        expect(values.subarray(0, size).every(Number.isFinite)).toBe(true);
        expect(columns.subarray(0, size).every((column) => column < limit)).toBe(true);
        expect(novelty >= 0 && novelty <= 1).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a prompt of a megabyte', () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `w${index % 9000}`).join(' ');
    const { size, values } = vectorize(splitPromptFields(words));
    expect(size).toBeGreaterThan(structuralFeatureCount);
    expect(values.subarray(0, size).every(Number.isFinite)).toBe(true);
  });
});

describe('novelty', () => {
  const noveltyOf = (prompt: Prompt): number => vectorize(splitPromptFields(prompt)).novelty;

  it('is 0 for a training prompt, 1 for strange words and for none at all', () => {
    expect(noveltyOf(training[0] as string)).toBe(0);
    expect(noveltyOf('zyxwv qponm lkjih')).toBeGreaterThan(0.9);
    expect(noveltyOf('')).toBe(1);
    expect(noveltyOf('?!')).toBe(1);
  });

  it('grows with every strange word', () => {
    const [known] = training;
    const some = noveltyOf(`${known} zyxwv`);
    expect(some).toBeGreaterThan(0);
    expect(noveltyOf(`${known} zyxwv qponm lkjih`)).toBeGreaterThan(some);
  });

  it('does not look at instructions', () => {
    const [content] = training as [string];
    const messages = [
      { role: 'system', content: 'zyxwv qponm lkjih' },
      { role: 'user', content },
    ] as const;
    expect(noveltyOf({ messages })).toBe(0);
  });
});
