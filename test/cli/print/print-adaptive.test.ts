import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeState, printAdaptive } from '../../../src/cli/print/print-adaptive.js';
import type { AdaptiveState } from '../../../src/learn/adaptive/find-ending.js';
import type { AdaptiveRecord } from '../../../src/learn/adaptive/adaptive-record.js';

const record: AdaptiveRecord = {
  version: 1,
  objective: 'quality',
  worth: 0.02,
  seed: 0,
  ending: 'routing_pays',
  cells: { all: 100, learning: 40, heldOut: 10, kept: 0 },
  heldOutPrompts: 15,
  neverHeldOutPrompts: 0,
  stoppedModels: [],
  evidence: {
    prompts: 10,
    routedAway: 4,
    gainEvidence: 30,
    futilityEvidence: 0.1,
    gain: { mean: 0.2, low: 0.1, high: 0.3 },
    chosenUsd: 0.002,
    baselineUsd: 0.004,
  },
  remaining: 0.01,
  nextRoundCells: 25,
  leftUsd: 8,
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('describeState', () => {
  const state: AdaptiveState = {
    rounds: 8,
    learningCells: 120,
    holdOutCells: 40,
    stoppedModels: new Set(),
    policy: { choices: Int32Array.of(0), baseline: 0, inPlay: [0] },
    evidence: {
      prompts: 1,
      routedAway: 0,
      gainEvidence: 1,
      futilityEvidence: 1,
      gain: null,
      chosenUsd: null,
      baselineUsd: null,
    },
    remaining: 0,
    roundGain: 0,
  };

  it('says how many calls are left of those that are allowed to learn', () => {
    expect(describeState(state, 200)).toContain('120 cells to learn (80 left), 40 for the verdict');
    expect(describeState(state)).not.toContain('left');
  });
});

/** What is printed for a record, on one line. */
function readPrinted(one: AdaptiveRecord, isJudged = false): string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  printAdaptive(one, isJudged);
  return written.join('').replaceAll(/\s+/gu, ' ');
}

describe('printAdaptive', () => {
  it('says that the gain of a sweep that it ended is too high, and claims no 95 % for it', () => {
    const printed = readPrinted(record);
    expect(printed).toContain('too high on average');
    expect(printed).not.toContain('(95 %');
    expect(readPrinted({ ...record, ending: 'not_worth_it' })).not.toContain('too high');
  });

  it('prices the next round and the rest by the cells that are left', () => {
    expect(readPrinted(record)).toMatch(
      /25 calls, about \$4\.00; .* 50 more calls, about \$8\.00/u,
    );
    expect(readPrinted({ ...record, leftUsd: null })).not.toContain('about $');
  });

  it('says that a price is without judging where a judge grades', () => {
    expect(readPrinted(record, true)).toMatch(
      /about \$4\.00 without judging; .* without judging\./u,
    );
    expect(readPrinted(record)).not.toContain('judging');
  });

  it('counts no cells as calls to make of which the folder has an answer', () => {
    const kept = { ...record, cells: { ...record.cells, kept: 20 }, leftUsd: 3 };
    expect(readPrinted(kept)).toMatch(
      /at most 25 calls, about \$2\.50; .* needs 30 more calls, about \$3/u,
    );
  });

  it('does not take answers of other sweeps for bought ones', () => {
    const kept = { ...record, cells: { ...record.cells, kept: 20 } };
    expect(readPrinted(kept)).toMatch(
      /40 answers were bought .* 50 % .* The folder has 20 more answers, from other sweeps\./u,
    );
    expect(readPrinted(record)).not.toContain('other sweeps');
  });

  it('shows quality and cost apart, also of a sweep for savings', () => {
    const printed = readPrinted({ ...record, objective: 'save' });
    expect(printed).toContain('10 held-out prompts seen: routing gained 20.0 points of quality');
    expect(printed).toContain('1,000 of these cost $2.00 with routing, and $4.00');
    expect(printed).toContain('gains less than 2.0 points, with what it saves counted as quality.');
    expect(printed).toContain('add 1.0 points, with what it saves counted as quality.');
    expect(readPrinted(record)).not.toContain('counted as quality');
  });

  it('tells prompts that were routed to the best single model from those that gained nothing', () => {
    const evidence = { ...record.evidence!, gain: { mean: 1, low: 1, high: 1 } };
    const free = { ...evidence, chosenUsd: 0, baselineUsd: 0 };
    const stayed = 'none was routed away from the best single model so far';
    const print = (one: typeof evidence) => readPrinted({ ...record, evidence: one });
    expect(print(free)).toContain('10 held-out prompts seen: routing gained 100.0 points');
    expect(print({ ...free, gain: { mean: 0, low: 0, high: 0 } })).toContain('gained 0.00 points');
    expect(print({ ...free, routedAway: 0 })).toContain(`10 held-out prompts seen: ${stayed}.`);
    // Of earlier versions, which did not record it.
    expect(print({ ...free, routedAway: null })).not.toContain(stayed);
  });

  it('says which prompts the held-out ones do not stand for', () => {
    expect(readPrinted(record)).not.toContain('could not be held out');
    expect(readPrinted({ ...record, neverHeldOutPrompts: 30 })).toContain(
      '30 prompts could not be held out',
    );
  });

  it('names the models that the verdict is not about', () => {
    expect(readPrinted({ ...record, stoppedModels: ['gone'] })).toContain('had to stop: gone.');
  });
});
