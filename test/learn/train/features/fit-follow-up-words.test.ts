import { describe, expect, it } from 'vitest';
import { defaultFollowUpWords } from '../../../../src/policy/features/default-follow-up-words.js';
import { fitFollowUpWords } from '../../../../src/learn/train/features/fit-follow-up-words.js';
import { followUps, newAsks } from '../../../../src/learn/train/features/follow-ups.js';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import { createFollowUpTest } from '../../../../src/policy/features/follow-up.js';
import { createTokenList } from '../../../../src/policy/features/tokens.js';

const words = fitFollowUpWords(defaultFeatureSpec);
const isFollowUp = createFollowUpTest(words, defaultFeatureSpec, createTokenList());
const share = (lines: readonly string[]): number => lines.filter(isFollowUp).length / lines.length;

describe('fitFollowUpWords', () => {
  it('fits the words that the code without training has', () => {
    expect(defaultFollowUpWords).toEqual(words);
  });

  it('tells the turns that it was fitted to apart', () => {
    expect(share(followUps)).toBeGreaterThan(0.95);
    expect(share(newAsks)).toBeLessThan(0.05);
  });

  it('knows most follow-ups that it was not fitted to', () => {
    const unseen = [
      'Make it more concise.',
      'Could you put this in a table?',
      'Hmm, I am not sure that is right',
      'Do that again, but for the other function',
      'Which of the two would you pick?',
      'Rewrite the second paragraph',
      'Can you give me the source?',
      'What are the downsides of that?',
      'make the tone warmer',
      'Could you simplify the last step?',
      'What did you mean by the last sentence?',
      'I meant the other city',
    ];
    expect(share(unseen)).toBeGreaterThan(0.8);
  });

  it('takes most short questions that it was not fitted to for new', () => {
    const unseen = [
      'What is the tallest building in Dubai?',
      'Write a limerick about a dog',
      'What does HTTP 418 mean?',
      'Is it safe to eat raw eggs?',
      'How long does it take to fly to Tokyo?',
      'What time is it in Sydney?',
      'Who invented the telephone?',
      'Fix this code: def f(x) return x',
    ];
    expect(share(unseen)).toBeLessThan(0.15);
  });

  it('takes a long turn for a new ask, whatever its words', () => {
    expect(isFollowUp('shorter please '.repeat(20))).toBe(false);
  });

  it('gives the same bytes every time', () => {
    // Another object, so that it is fitted again.
    expect(fitFollowUpWords({ ...defaultFeatureSpec })).toEqual(words);
  });
});
