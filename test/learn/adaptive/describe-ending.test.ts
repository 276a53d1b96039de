import { describe, expect, it } from 'vitest';
import type { AdaptiveRecord } from '../../../src/learn/adaptive/adaptive-record.js';
import { describeEnding } from '../../../src/learn/adaptive/describe-ending.js';

const record: AdaptiveRecord = {
  version: 1,
  objective: 'quality',
  worth: 0.02,
  seed: 0,
  ending: null,
  cells: { all: 100, learning: 40, heldOut: 10, kept: 0 },
  heldOutPrompts: 15,
  neverHeldOutPrompts: 0,
  stoppedModels: [],
  evidence: null,
  remaining: null,
  nextRoundCells: 0,
  leftUsd: null,
};

describe('why an adaptive sweep ended', () => {
  it.each([
    ['routing_pays', 'quality', 'shown to be better than each model in play'],
    ['routing_pays', 'save', 'shown to be worth more than each model in play'],
    ['cannot_pay', 'quality', 'shown to gain less than 2.0 points'],
    ['cannot_pay', 'save', 'less than 2.0 points, with what it saves counted as quality'],
    ['everything_bought', 'save', 'nothing was left to buy'],
  ] as const)('%s, in a sweep for %s', (ending, objective, text) => {
    expect(describeEnding({ ...record, ending, objective })).toContain(text);
  });

  it('is not said of a sweep that was stopped', () => {
    expect(describeEnding(record)).toBeUndefined();
  });
});
