import { afterEach, describe, expect, it, vi } from 'vitest';
import { printEstimate } from '../../../src/cli/print/print-estimate.js';
import type { AdaptiveEstimate } from '../../../src/learn/adaptive/estimate-adaptive.js';
import type { SweepEstimate } from '../../../src/measure/sweep/estimate-sweep.js';
import { assumptions } from '../../../src/measure/sweep/expect-cell.js';

const row = {
  cells: 1000,
  inputTokens: 1,
  outputTokens: 1,
  expectedUsd: 10,
  worstCaseUsd: 80,
  expectedSeconds: 1,
  worstCaseSeconds: 1,
};
const estimate: SweepEstimate = {
  models: [{ ...row, model: 'one', measuredCells: 0 }],
  totals: row,
  settledCells: 0,
  spentUsd: 0,
  possibleUsd: 0,
  unboundedCalls: 0,
  judgeUsd: 0,
  isBatched: false,
  images: 0,
  assumptions,
  otherSettings: {},
  judge: null,
};
const adaptive: AdaptiveEstimate = {
  leftCalls: 1000,
  allCalls: 1000,
  startCalls: 25,
  likelyCalls: [100, 450],
  likelyUsd: [1, 4.5],
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is printed for a budget, on one line. */
function readPrinted(budgetUsd: number, extras = {}, changes: Partial<SweepEstimate> = {}): string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  printEstimate({ ...estimate, ...changes }, budgetUsd, extras);
  return written.join('').replaceAll(/\s+/gu, ' ');
}

describe('the budget of a dry run', () => {
  it.each([
    [80, 'enough even in the worst case.'],
    [12, 'enough for the expected cost; in the worst case the sweep ends early.'],
    [5, 'less than the expected cost; the sweep may end early.'],
  ])('of $%s is %s', (budgetUsd, verdict) => {
    expect(readPrinted(budgetUsd)).toContain(`.00, ${verdict}`);
  });

  it.each([
    [80, 'enough even in the worst case.'],
    [12, 'enough for the expected cost; in the worst case the sweep ends early.'],
    [5, 'enough for the likely cost, but not for a full sweep.'],
    [2, 'enough for the low end of the likely cost; the sweep may end early.'],
    [0.5, 'less than the likely cost; the sweep may end early.'],
  ])('of $%s for an adaptive sweep is %s', (budgetUsd, verdict) => {
    expect(readPrinted(budgetUsd, { adaptive })).toContain(`0, ${verdict}`);
  });

  it('says so where it is used up, and where nothing is left to call', () => {
    const spent = { spentUsd: 3 };
    expect(readPrinted(2, {}, spent)).toContain(
      'Budget used up: $3.00 of $2.00, less than the expected cost',
    );
    const totals = { ...row, cells: 0, expectedUsd: 0, worstCaseUsd: 0 };
    const ended = { ...spent, totals, models: [{ ...totals, model: 'one', measuredCells: 1 }] };
    expect(readPrinted(2, {}, ended)).toContain('$3.00 of $2.00, and nothing is left to call.');
  });

  it.each([
    [20, 'by at most $20.00, the worst case of the judge.'],
    [null, "by what the judge's calls cost, which nothing limits."],
  ])('can be exceeded by a judge that workers call, at worst for $%s', (worstCaseUsd, excess) => {
    const tokens = { inputTokens: 1, outputTokens: 1 };
    const judge = { model: 'judge', calls: 9, ...tokens, expectedUsd: 2, worstCaseUsd };
    const workers = readPrinted(12, { isQueued: true }, { judge });
    expect(workers).toContain(
      `judged also when the budget is used up, and can exceed it ${excess}`,
    );
    for (const text of [readPrinted(12, {}, { judge }), readPrinted(12, { isQueued: true })]) {
      expect(text).not.toContain('exceed it');
    }
  });

  it('names the maximum of tokens that bounds the assumed length of answers', () => {
    expect(readPrinted(5)).toContain('300 output tokens per answer (or maxTokens, if less)');
  });

  it('is compared with a cost in all where a sweep goes on, and says so', () => {
    const printed = readPrinted(6, { adaptive }, { settledCells: 400, spentUsd: 4 });
    expect(printed).toContain(
      'of the likely cost, which counts the cells that are settled already',
    );
  });

  it.each([
    ['the run has cost $4.00 so far.', {}],
    ['the run has cost at least $4.00 so far.', { possibleUsd: 0.61 }],
    ['the run has cost at least $4.00 so far.', { unboundedCalls: 1 }],
    ['what the run has cost so far is unknown.', { spentUsd: 0, possibleUsd: 0.61 }],
  ])('follows from what the run has cost, as far as that is known: %s', (text, changes) => {
    const printed = readPrinted(6, {}, { settledCells: 400, spentUsd: 4, ...changes });
    expect(printed).toContain(`400 cells settled already; ${text}`);
    const isPossible = 'possibleUsd' in changes;
    const possible = 'Calls without a known charge may have cost up to $0.61 more';
    expect(printed.includes(possible)).toBe(isPossible);
    expect(printed.includes('1 call without a known charge')).toBe('unboundedCalls' in changes);
  });

  it('names the assumption only where it may be too little', () => {
    const assumption = 'short answers cost far less';
    expect(readPrinted(5)).toContain(assumption);
    expect(readPrinted(5, { adaptive })).not.toContain(assumption);
    expect(readPrinted(2, { adaptive })).toContain(assumption);
  });
});
