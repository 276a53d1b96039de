import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import { createPromptProjector } from '../../../src/policy/decide/project-prompt.js';
import { applyLinearMap } from '../../../src/learn/train/solver/linear-map.js';
import { computeCountMatrix } from '../../../src/learn/train/features/count-matrix.js';
import {
  computeFeatureMatrix,
  narrowFeatureMatrix,
} from '../../../src/learn/train/features/feature-matrix.js';
import { computeRowNovelty } from '../../../src/learn/train/features/known-words.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { createRandom } from '../../../src/util/random.js';
import { anyChatRequest, anyMalformedPrompt, anyText } from '../../support/any-text.js';
import { listRows } from '../../support/outcome-table.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import { buildMixtureModel } from '../../support/routing-policy.js';

const model = buildMixtureModel(1);
const taskCount = model.tasks.length;
const project = createPromptProjector(model);
const random = createRandom(1);
const known = plantedTasks.map((task) => writePlantedPrompt(task, random));

/** What the trainer's matrices say of the same prompts. */
function projectInTraining(prompts: readonly Prompt[]) {
  const fields = prompts.map((prompt) => splitPromptFields(prompt));
  const counts = computeCountMatrix(fields, model.features.spec);
  const matrix = computeFeatureMatrix(counts, model.features);
  const rows = listRows(prompts.length);
  const tasks = applyLinearMap(
    model.taskClassifier,
    narrowFeatureMatrix(matrix, model.taskFeatureCount),
    rows,
  );
  const heads = applyLinearMap(model.heads, matrix, rows);
  const novelty = computeRowNovelty(counts, model.features, rows);
  const width = model.bias.length;
  return prompts.map((_, row) => ({
    scores: [
      ...tasks.slice(row * taskCount, (row + 1) * taskCount),
      ...heads.slice(row * width, (row + 1) * width),
    ],
    novelty: novelty[row] as number,
  }));
}

function expectEqual(prompts: readonly Prompt[]): void {
  const expected = projectInTraining(prompts);
  prompts.forEach((prompt, row) => {
    const { scores, novelty } = project(splitPromptFields(prompt));
    expected[row]?.scores.forEach((score, output) => expect(scores[output]).toBeCloseTo(score, 3));
    expect(novelty).toBeCloseTo(expected[row]?.novelty as number, 5);
  });
}

describe('createPromptProjector', () => {
  it('gives the scores that the trainer computes, for any prompts', () => {
    const anyPrompt = fc.oneof(anyText, anyChatRequest, fc.constantFrom(...known));
    fc.assert(
      fc.property(fc.array(anyPrompt, { minLength: 1, maxLength: 6 }), (prompts) =>
        expectEqual(prompts as Prompt[]),
      ),
      { numRuns: 100 },
    );
  });

  it('gives the same scores for a prompt whatever it was asked before, to the last bit', () => {
    const scoreOf = (prompt: string, projector = project): number[] => [
      ...projector(splitPromptFields(prompt)).scores,
    ];
    const prompt = known[0] as string;
    const first = scoreOf(prompt, createPromptProjector(model));
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), (others) => {
        for (const other of others) scoreOf(other);
        expect(scoreOf(prompt)).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });

  it('forgets words when it has seen too many, and scores as before', () => {
    const projector = createPromptProjector(model);
    const prompt = splitPromptFields(known[0] as string);
    const before = [...projector(prompt).scores];
    for (let round = 0; round < 12; round++) {
      const words = Array.from({ length: 1500 }, (_, index) => `w${round}x${index}`);
      projector(splitPromptFields(words.join(' ')));
    }
    expect([...projector(prompt).scores]).toEqual(before);
  });

  it('reads as many different words as the trainer does', () => {
    const word = (index: number): string => index.toString(36).replaceAll(/\d/g, (d) => `n${d}`);
    const most = defaultFeatureSpec.maxDistinctWords;
    const words = Array.from({ length: most + 300 }, (_, index) => word(index));
    expectEqual([
      words.slice(0, 2500).join(' '),
      words.join(','),
      `${known[0]} ${String.fromCharCode(...Array.from({ length: 9000 }, (_, index) => 0x4e00 + index))} ${known[1]}`,
    ]);
  });

  it('gives finite scores and a novelty in [0, 1], for anything that is given', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyMalformedPrompt), (prompt) => {
        const { scores, novelty } = project(splitPromptFields(prompt as Prompt));
        expect(scores.every(Number.isFinite)).toBe(true);
        expect(novelty >= 0 && novelty <= 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a prompt of a megabyte', () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `w${index % 9000}`).join(' ');
    expectEqual([words]);
  });
});

describe('novelty', () => {
  const noveltyOf = (prompt: Prompt): number => project(splitPromptFields(prompt)).novelty;

  it('is 0 for known words, 1 for strange ones and for none at all', () => {
    expect(noveltyOf(known[0] as string)).toBe(0);
    expect(noveltyOf('zyxwv qponm lkjih')).toBeGreaterThan(0.5);
    expect(noveltyOf('')).toBe(1);
    expect(noveltyOf('?!')).toBe(1);
  });

  it('does not look at instructions', () => {
    const messages = [
      { role: 'system', content: 'zyxwv qponm lkjih' },
      { role: 'user', content: known[0] as string },
    ] as const;
    expect(noveltyOf({ messages })).toBe(0);
  });
});
