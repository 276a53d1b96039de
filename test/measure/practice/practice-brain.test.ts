import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  practiceModels,
  type PracticeModel,
} from '../../../src/measure/practice/practice-models.js';
import {
  computePracticeSkill,
  isPracticeAnswerRight,
} from '../../../src/measure/practice/practice-brain.js';

const labels = [...(practiceModels[0] as PracticeModel).skills.keys()];
const skillOf = (model: PracticeModel, label: string, length = 200) =>
  computePracticeSkill(model, label, length, 1);
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the simulated models', () => {
  it('leave room for routing: none is best everywhere, and the best single is far from the best mix', () => {
    const single = practiceModels.map((model) =>
      mean(labels.map((label) => skillOf(model, label))),
    );
    const best = labels.map((label) =>
      Math.max(...practiceModels.map((model) => skillOf(model, label))),
    );
    expect(Math.max(...single)).toBeGreaterThan(0.75);
    expect(Math.max(...single)).toBeLessThan(0.85);
    expect(mean(best)).toBeGreaterThan(0.9);
    const winners = labels.map((label) => {
      const skills = practiceModels.map((model) => skillOf(model, label));
      return skills.indexOf(Math.max(...skills));
    });
    expect(new Set(winners).size).toBeGreaterThanOrEqual(4);
  });

  it('find long prompts harder, the cheap one most of all', () => {
    const [feather] = practiceModels as [PracticeModel];
    const scholar = practiceModels.at(-1) as PracticeModel;
    const loss = (model: PracticeModel) =>
      skillOf(model, 'sentiment', 100) - skillOf(model, 'sentiment', 800);
    expect(loss(feather)).toBeGreaterThan(loss(scholar));
    expect(loss(scholar)).toBeGreaterThan(0);
  });
});

describe('computePracticeSkill', () => {
  it('is a chance, for any label, length and seed', () => {
    const model = fc.constantFrom(...practiceModels);
    const label = fc.option(fc.string(), { nil: undefined });
    fc.assert(
      fc.property(model, label, fc.nat(), fc.integer(), (anyModel, anyLabel, length, seed) => {
        const skill = computePracticeSkill(anyModel, anyLabel, length, seed);
        expect(skill).toBeGreaterThanOrEqual(0.02);
        expect(skill).toBeLessThanOrEqual(0.99);
        expect(computePracticeSkill(anyModel, anyLabel, length, seed)).toBe(skill);
      }),
    );
  });
});

describe('isPracticeAnswerRight', () => {
  it.each([0.2, 0.5, 0.9])('is true for about the skill’s share of prompts: %d', (skill) => {
    const [model] = practiceModels as [PracticeModel];
    const prompts = Array.from({ length: 4000 }, (_, index) => `prompt-${index}`);
    const right = prompts.filter((prompt) => isPracticeAnswerRight(model, skill, prompt, 7));
    expect(right.length / prompts.length).toBeGreaterThan(skill - 0.04);
    expect(right.length / prompts.length).toBeLessThan(skill + 0.04);
  });
});
