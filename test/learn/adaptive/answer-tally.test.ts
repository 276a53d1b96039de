import { describe, expect, it } from 'vitest';
import { AnswerTally } from '../../../src/learn/adaptive/answer-tally.js';

const expectedUsd = Float64Array.of(0.5, 2);
const wanted = Int32Array.of(10, 10);

describe('AnswerTally', () => {
  it('counts answers by purpose', () => {
    const tally = new AnswerTally(2);
    tally.note(0, 'learning', { quality: 1, costUsd: 0.1 });
    tally.note(1, 'learning', { quality: 0, costUsd: 0.1 });
    tally.note(1, 'heldOut', { quality: 0, costUsd: 0.1 });
    tally.note(1, 'kept', { quality: 0, costUsd: 0.1 });
    expect(tally).toMatchObject({ learning: 2, heldOut: 1, kept: 1 });
  });

  it('prices what is left of each model at what its own answers cost', () => {
    const tally = new AnswerTally(2);
    for (let answer = 0; answer < 9; answer++)
      tally.note(0, 'learning', { quality: 1, costUsd: 0.01 });
    tally.note(1, 'learning', { quality: 1, costUsd: 3 });
    // One cell of the cheap model is left and nine of the expensive one.
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeCloseTo(0.01 + 9 * 3);
  });

  it('takes the expected cost of a model without answers, and does not guess an unknown one', () => {
    const tally = new AnswerTally(2);
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeCloseTo(25);
    tally.note(0, 'learning', { quality: 1, costUsd: Number.NaN });
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeNull();
  });

  it('does not take a model with a price for free because requests were refused for free', () => {
    const tally = new AnswerTally(2);
    tally.note(0, 'learning', { quality: 0, costUsd: 0 });
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeNull();
    expect(tally.estimateLeftUsd(wanted, Float64Array.of(0, 2))).toBe(20);
    tally.note(0, 'learning', { quality: 1, costUsd: 0.2 });
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeCloseTo(8 * 0.1 + 10 * 2);
  });

  it('does not average refused requests with the few known costs of a model', () => {
    const tally = new AnswerTally(2);
    tally.note(0, 'learning', { quality: 1, costUsd: 0.2 });
    for (let answer = 0; answer < 4; answer++) {
      tally.note(0, 'learning', { quality: 0, costUsd: 0 });
      tally.note(0, 'learning', { quality: 1, costUsd: Number.NaN });
    }
    expect(tally.estimateLeftUsd(wanted, expectedUsd)).toBeCloseTo(0.2 + 10 * 2);
  });

  it('does not guess the cost of a free model whose only known costs are of refused requests', () => {
    const tally = new AnswerTally(1);
    tally.note(0, 'learning', { quality: 0, costUsd: 0 });
    tally.note(0, 'learning', { quality: 1, costUsd: Number.NaN });
    expect(tally.estimateLeftUsd(Int32Array.of(10), Float64Array.of(0))).toBeNull();
  });
});
