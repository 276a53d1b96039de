import { describe, expect, it } from 'vitest';
import { describeGuessedCosts } from '../../../src/learn/report/describe-outcomes.js';

describe('costs that may not be the whole bill', () => {
  it.each([
    [1, 0, '1 is partly estimated'],
    [5, 2, '3 are partly estimated, and 2 lack a call of unknown cost'],
    [1, 1, '1 lacks a call of unknown cost'],
    [40, undefined, '40 are partly estimated, or lack a call of unknown cost'],
    [1, undefined, '1 is partly estimated, or lacks a call of unknown cost'],
  ])(
    'are told apart where they are counted apart: %s, of which %s',
    (guessed, incomplete, text) => {
      expect(describeGuessedCosts(guessed, incomplete)).toBe(text);
    },
  );
});
