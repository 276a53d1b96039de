import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import {
  computeStructuralFeatures,
  structuralFeatureCount,
} from '../../../src/policy/features/structural-features.js';
import { structuralFeatureNames } from '../../../src/policy/features/structural-feature-names.js';
import { createTokenList, readTokens } from '../../../src/policy/features/tokens.js';
import type { Prompt } from '../../../src/llm/chat.js';
import { anyChatRequest, anyText } from '../../support/any-text.js';

type FeatureName = (typeof structuralFeatureNames)[number];

function measure(prompt: Prompt): Readonly<Record<FeatureName, number>> {
  const values = new Float32Array(structuralFeatureCount);
  const fields = splitPromptFields(prompt);
  const tokens = createTokenList();
  readTokens(fields.userText, defaultFeatureSpec, tokens);
  computeStructuralFeatures(fields, tokens, values);
  return Object.fromEntries(
    structuralFeatureNames.map((name, index) => [name, values[index]]),
  ) as Record<FeatureName, number>;
}

/** The count behind a feature that is a logarithm. */
const countOf = (value: number): number => Math.round(Math.expm1(value));
/** The share behind a feature that is a square root. */
const shareOf = (value: number): number => value ** 2;

describe('computeStructuralFeatures', () => {
  it('gives a value for each name', () => {
    expect(structuralFeatureNames).toHaveLength(structuralFeatureCount);
  });

  it('counts length, words, lines and questions', () => {
    const shape = measure('What is this?\nAnd that?');
    expect(countOf(shape.length)).toBe(23);
    expect(countOf(shape.words)).toBe(5);
    expect(Math.round(Math.exp(shape.lines))).toBe(2);
    expect(countOf(shape['question marks'])).toBe(2);
    expect(Math.expm1(shape['word length'])).toBeCloseTo(17 / 5, 4);
  });

  it('is the same in capitals and with blank lines, but for the length', () => {
    const text = 'What is this?\nAnd that?';
    const { length: _, ...shape } = measure(text);
    const { length: __, ...shouted } = measure(text.toUpperCase());
    expect(shouted).toEqual(shape);
    expect(measure('\n\nWhat is this?\n \n\nAnd that?\n').lines).toBe(shape.lines);
  });

  it('counts answer options at the start of a line only', () => {
    const options = (text: string): number => countOf(measure(text)['answer options']);
    expect(options('Which?\nA. one\nB) two\n(C) three\n 4. four')).toBe(4);
    expect(options('Plan B. is fine, see A. too')).toBe(0);
  });

  it('measures shares of digits, code and math', () => {
    const shape = measure('Ab12{}+-xy');
    expect(shareOf(shape.digits)).toBeCloseTo(0.2, 5);
    expect(shareOf(shape['code symbols'])).toBeCloseTo(0.2, 5);
    expect(shareOf(shape['math symbols'])).toBeCloseTo(0.1, 5);
    expect(shareOf(shape.punctuation)).toBeCloseTo(0.4, 5);
  });

  it.each([
    ['accented or Greek letters', 'éüλ'],
    ['Cyrillic letters', 'дом'],
    ['Arabic or Hebrew letters', 'שלום'],
    ['Indic or Thai letters', 'नमस'],
    ['ideographs', '天気は'],
  ] as const)('tells %s', (name, text) => {
    expect(shareOf(measure(text)[name])).toBeCloseTo(1, 5);
    expect(measure('plain')[name]).toBe(0);
  });

  it('counts the turns, tools and images of a conversation, and measures its instructions', () => {
    const shape = measure({
      messages: [
        { role: 'system', content: '12345' },
        { role: 'user', content: 'one' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] },
      ],
      tools: [{}, {}, {}],
    });
    const names = ['turns', 'tools', 'images', 'system prompt length'] as const;
    expect(names.map((name) => countOf(shape[name]))).toEqual([2, 3, 1, 5]);
  });

  it('gives finite numbers from 0 for any prompt, an empty one too', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyChatRequest), (prompt) => {
        const values = Object.values(measure(prompt as Prompt));
        expect(values).toHaveLength(structuralFeatureCount);
        expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(measure('')).toMatchObject({ length: 0, words: 0, digits: 0 });
  });
});
