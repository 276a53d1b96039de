import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { computeLeftUsd, createBudget } from '../../../src/measure/sweep/budget.js';
import {
  createProgressReporter,
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
    const progress = startProgress(counts, 0, undefined, () => computeLeftUsd(budget));
    expect(describeProgress(progress, 0)).toContain('$3.50 of the budget left');
  });

  it('says nothing of money that is left without a budget', () => {
    const budget = createBudget(Infinity, { spentUsd: 1, possibleUsd: 0 });
    const progress = startProgress(counts, 0, undefined, () => computeLeftUsd(budget));
    expect(describeProgress(progress, 0)).not.toContain('left');
  });
});

describe('the bars of a sweep', () => {
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
