import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AdditionEstimate } from '../../../src/cli/commands/estimate-addition.js';
import { describeAddedEstimate, printAdded } from '../../../src/cli/print/print-added.js';
import type { AddedModel } from '../../../src/learn/adaptive/added/added-record.js';

const estimate: AdditionEstimate = {
  model: 'new',
  share: 0.1,
  isShareRaised: false,
  isShareKept: false,
  learningCalls: 51,
  settledCalls: 0,
  heldOutCalls: 90,
  learningUsd: 1,
  heldOutUsd: 2,
  worstCaseUsd: 4,
  judge: null,
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what adding a model takes', () => {
  it('is a share of the prompts that can be learned from', () => {
    expect(describeAddedEstimate(estimate)).toContain(
      '51 calls to learn (10 % of the prompts that are not held out), $1.00',
    );
    expect(describeAddedEstimate({ ...estimate, settledCalls: 9 })).toContain(
      '51 calls more to learn (in all 10 % of the prompts that are not held out)',
    );
  });

  it('says why it is more than was asked for', () => {
    const raised = { ...estimate, share: 120 / 510, isShareRaised: true, learningCalls: 120 };
    expect(describeAddedEstimate(raised)).toContain(
      '120 calls to learn (24 % of the prompts that are not held out, at least 2 of each task)',
    );
    const kept = { ...estimate, share: 0.3, isShareKept: true, settledCalls: 153 };
    expect(describeAddedEstimate(kept)).toContain(
      '(in all 30 % of the prompts that are not held out, as an earlier sweep asked)',
    );
  });

  it('says about how many calls of the judge there are, since the prompts are not chosen yet', () => {
    const judge = { calls: 22, expectedUsd: 0.5, worstCaseUsd: 1 };
    expect(describeAddedEstimate({ ...estimate, judge })).toContain(
      'Judging: about 22 calls, expected cost $0.50, worst case $1.00.',
    );
  });
});

describe('an added model', () => {
  const added = (ahead: readonly number[]): AddedModel => ({
    model: 'new',
    share: 0.1,
    ending: 'useful',
    cells: { all: 600, learning: 120, heldOut: 90 },
    spentUsd: 1,
    expectedGain: 0.1,
    tasks: ahead.map((difference, index) => ({
      task: `task-${index}`,
      prompts: 10,
      outcomes: 2,
      best: 'old',
      bestQuality: 0.5,
      quality: 0.5 + difference,
      deviation: 0.05,
      isBetter: difference > 0.05,
    })),
  });
  const readPrinted = (one: AddedModel): string => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    printAdded(one);
    return written.join('');
  };

  it('costs no less than may have been charged', () => {
    const cost = (changes: Partial<AddedModel>): string =>
      readPrinted({ ...added([]), ...changes }).replaceAll(/\s+/gu, ' ');
    expect(cost({})).toContain('600 prompts; the calls cost $1.00.');
    expect(cost({ unpriced: 2 })).toContain('the calls cost at least $1.00.');
    expect(cost({ spentUsd: 0, unpriced: 2 })).toContain('what the calls cost is unknown.');
    expect(cost({ spentUsd: 0, unpriced: 0 })).toContain('the calls cost $0.');
  });

  it('may be better on more tasks than the table has', () => {
    const ahead = Array.from({ length: 60 }, (_, index) => (index < 55 ? 0.4 : -0.2));
    expect(readPrinted(added(ahead))).toContain('40 tasks more: the model is better on 35 of them');
  });

  it('is judged by what it adds to a prompt, whatever the table says of a task', () => {
    const printed = readPrinted({ ...added([0.4, -0.2]), ending: 'no_use' });
    expect(printed.replaceAll(/\s+/gu, ' ')).toContain('add less than 0.10 points to a prompt');
    const behind = readPrinted(added([-0.01, -0.2]));
    expect(behind).toContain('may be better than the other models on some tasks');
  });

  it('is behind on the others only where it is', () => {
    const ahead = Array.from({ length: 25 }, (_, index) => (index < 3 ? 0.4 : -0.2));
    const printed = readPrinted(added(ahead));
    expect(printed).toContain('5 tasks more: the model is better on none of them');
    expect(readPrinted(added(ahead.slice(0, 20)))).not.toContain('tasks more');
  });
});
