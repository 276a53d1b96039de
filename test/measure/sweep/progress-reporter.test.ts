import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { computeLeftUsd, createBudget } from '../../../src/measure/sweep/budget.js';
import {
  createProgressReporter,
  describeModel,
  describeProgress,
} from '../../../src/measure/sweep/progress-reporter.js';
import { startProgress } from '../../../src/measure/sweep/sweep-progress.js';
import { terminalEscapes } from '../../support/hostile/values.js';

describe('describeProgress', () => {
  const counts = [{ model: 'a', total: 4, settledBefore: 0 }];

  it('says what is left of a budget, with what may have been charged taken off', () => {
    const budget = createBudget(5, { spentUsd: 1, possibleUsd: 0.5 });
    // In flight: most of it comes back.
    budget.reserve(0.25);
    const progress = startProgress(counts, 0, undefined, {
      readLeftUsd: () => computeLeftUsd(budget),
    });
    expect(describeProgress(progress, 0)).toContain('$3.50 of the budget left');
  });

  it('says nothing of money that is left without a budget', () => {
    const budget = createBudget(Infinity, { spentUsd: 1, possibleUsd: 0 });
    const progress = startProgress(counts, 0, undefined, {
      readLeftUsd: () => computeLeftUsd(budget),
    });
    expect(describeProgress(progress, 0)).not.toContain('left');
  });
});

describe('what a sweep with a judge has spent', () => {
  it('includes the judge, so that it adds up with what is left of the budget', () => {
    const budget = createBudget(2, { spentUsd: 0, possibleUsd: 0, judgeUsd: 0.25 });
    const progress = startProgress([{ model: 'a', total: 4, settledBefore: 0 }], 0, undefined, {
      readLeftUsd: () => computeLeftUsd(budget),
      readJudgeUsd: () => budget.judgeUsd,
    });
    Object.assign(progress.models.get('a') as object, { done: 2, spentUsd: 0.25 });
    budget.settle({ amountUsd: 0 }, 0.25);
    budget.settleJudge({ amountUsd: 0 }, 0.5);
    // Earlier answers were graded before the start: their judge says nothing about the pace.
    expect(describeProgress(progress, 1000)).toBe(
      '2/4 cells, $1.00 spent, $0.75 of it by the judge, $0.75/s, 1 s left, $1.00 of the budget left',
    );
    expect(describeProgress(progress, 1000, 80)).toBe(
      '2/4 cells, $1.00 spent, $0.75/s, 1 s left, $1.00 of the budget left',
    );
    expect(describeModel(progress, 'a', 1000)).toContain('$0.25 spent, $0.25/s');
  });
});

describe('a line of progress that does not fit', () => {
  const counts = [{ model: 'a', total: 1485, settledBefore: 0 }];
  const flow = { inFlight: 8, limit: 20, waiting: 0, isPaused: false };
  const progress = startProgress(counts, 0, () => flow, { readLeftUsd: () => 19.96 });
  Object.assign(progress.models.get('a') as object, { done: 364, spentUsd: 0.0311 });

  it('leaves out what says least', () => {
    expect(describeProgress(progress, 10_000)).toBe(
      '364/1,485 cells, 8 in flight, $0.0311 spent, $0.00311/s, 31 s left, $19.96 of the budget left',
    );
    expect(describeProgress(progress, 10_000, 80)).toBe(
      '364/1,485 cells, $0.0311 spent, 31 s left, $19.96 of the budget left',
    );
    expect(describeProgress(progress, 10_000, 56)).toBe(
      '364/1,485 cells, 31 s left, $19.96 of the budget left',
    );
    expect(describeModel(progress, 'a', 10_000, 40)).toBe(
      '364/1,485 cells, $0.0311 spent, 31 s left',
    );
  });
});

describe('the bars of a sweep', () => {
  it('fit on a terminal of 80 columns', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, rows: 50 });
    const counts = ['anthropic/claude-sonnet-4.5', 'b'].map((model) => ({
      model,
      total: 1485,
      settledBefore: 364,
    }));
    const flow = { inFlight: 8, limit: 20, waiting: 0, isPaused: true };
    const reporter = createProgressReporter(stream, { now: () => 10_000 });
    reporter.report(startProgress(counts, 0, () => flow, { readLeftUsd: () => 19.96 }));
    reporter.close();
    const lines = stripVTControlCharacters(String(stream.read())).split('\n');
    expect(lines.join('\n')).toContain('sonnet-4.5 ');
    expect(lines.join('\n')).toContain('paused');
    expect(lines.join('\n')).toContain('$19.96 of the budget left');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('escape the names of models, which the pool file and providers choose', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, rows: 50 });
    const names = [`a${terminalEscapes}`, 'b{bar}{text}'];
    const counts = names.map((model) => ({ model, total: 4, settledBefore: 0 }));
    const reporter = createProgressReporter(stream, { now: () => 1000 });
    reporter.report(startProgress(counts, 0));
    reporter.close();
    const shown = String(stream.read());
    expect(shown).toContain('\\x9b2J');
    // What the bars themselves send moves the cursor and clears lines, and nothing else.
    const left = shown.replaceAll(/\p{Cc}\[\??\d*[A-KGmhl]|[\r\n]/gu, '');
    expect(left).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u);
  });
});
