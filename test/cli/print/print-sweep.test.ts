import { afterEach, describe, expect, it, vi } from 'vitest';
import { printSweep, printUnbounded } from '../../../src/cli/print/print-sweep.js';
import type { SweepSummary } from '../../../src/measure/sweep/sweep-summary.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What is written to standard output, on one line. */
function readPrinted(print: () => void): string {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  print();
  return written.join('').replaceAll(/\s+/g, ' ');
}

describe('the results of a sweep', () => {
  const summary: SweepSummary = {
    runDirectory: 'run',
    models: [],
    totals: {
      total: 4000,
      settledBefore: 0,
      done: 3999,
      failed: 0,
      skipped: 1,
      guessed: 0,
      spentUsd: 1,
      unpriced: 0,
      possiblyCharged: 0,
    },
    coverage: 3999 / 4000,
    interrupted: false,
    budget: { limitUsd: null, spentUsd: 1, possibleUsd: 0, reached: false },
    cutOffCalls: 0,
    duplicateTasks: 0,
    regraded: 0,
    renamed: 0,
    toRegrade: 0,
    served: [{ model: 'one\u001b[2J', kind: 'other_model', detail: 'two' }],
    simulated: false,
  };
  const printed = (changes: Partial<SweepSummary> = {}): string =>
    readPrinted(() => printSweep({ ...summary, ...changes }, { models: [], ungraded: [] }));

  it('are of all cells only where none is left', () => {
    expect(printed()).toContain('3,999 of 4,000 cells settled, over 99 % of all.');
    expect(printed({ coverage: 1 })).toContain('100 % of all.');
  });

  it.each([
    ['4 answers regraded.', { regraded: 4 }, 'renamed'],
    ['40 answers renamed, with the same grades.', { renamed: 40 }, 'regraded'],
  ])('tell new grades from new names: %s', (text, changes, other) => {
    expect(printed(changes)).toContain(text);
    expect(printed(changes)).not.toContain(other);
  });

  it.each([
    ['This sweep cost $1.00.', '$1.00', {}],
    ['This sweep cost at least $1.00.', '≥$1.00', { unpriced: 1 }],
    ['This sweep cost at least $1.00.', '≥$1.00', { possiblyCharged: 1 }],
    ['What this sweep cost is unknown.', '-', { spentUsd: 0, possiblyCharged: 1 }],
  ])('say of its cost what is known: %s', (text, cell, changes) => {
    const totals = { ...summary.totals, ...changes };
    const models = [{ ...totals, model: 'a', stoppedBecause: undefined }];
    const shown = printed({ totals, models });
    expect(shown).toContain(text);
    // Without results, quality and latency are unknown.
    expect(shown).toContain(` - ${cell} - `);
  });

  it('end with what to write before models are served that needed another form of requests', () => {
    const request = { tokenLimit: 'max_completion_tokens' } as const;
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const newForms = [
      { model: 'large', request },
      { model: 'mid', request },
      { model: 'small', request: { ...request, omit: ['seed', 'stream_options'] as const } },
    ];
    printSweep({ ...summary, newForms }, { models: [], ungraded: [] });
    expect(written.join('')).toMatch(
      /Before you serve large and mid, write the line below at each of them in the pool\s+file\.[^]*\n {2}request: \{ tokenLimit: max_completion_tokens \}\nBefore you serve small, write the line below at it[^]*\n {2}request: \{ tokenLimit: max_completion_tokens, omit: \[seed, stream_options\] \}\n/,
    );
  });

  it('cost what the models and the judge do', () => {
    const judge = { calls: 2, costUsd: 0.25, guessed: 0, unpriced: 0 };
    const cost = (changes: Partial<typeof judge>): string =>
      readPrinted(() =>
        printSweep(summary, { models: [], ungraded: [] }, { ...judge, ...changes }),
      );
    expect(cost({})).toContain('This sweep cost $1.25, $0.25 of it for the judge.');
    expect(cost({ unpriced: 1 })).toContain('cost at least $1.25, $0.25 of it for the judge.');
    expect(cost({ costUsd: 0 })).toContain('This sweep cost $1.00.');
  });

  it('fit the width of a terminal', () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const stoppedBecause = 'refused 5 calls in a row: authentication: HTTP 401: invalid key';
    const budget = { ...summary.budget, possibleUsd: 0.00714 };
    const models = [{ ...summary.totals, model: 'mid', stoppedBecause }];
    const served = [{ model: 'one', kind: 'other_model' as const, detail: 'two '.repeat(30) }];
    printSweep(
      {
        ...summary,
        budget,
        models,
        served,
        cutOffCalls: 1234,
        totals: { ...summary.totals, unpriced: 1234 },
      },
      { models: [], ungraded: [] },
    );
    const widths = written
      .join('')
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  it('are colored on a terminal, which text from outside cannot steer', () => {
    vi.stubEnv('NO_COLOR', '');
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    try {
      expect(printed()).toContain('\u001b[33mAnother model answered: one\\x1b[2J: two\u001b[39m');
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });
});

describe('calls that may have cost any amount', () => {
  const printed = (calls: number | undefined): string => readPrinted(() => printUnbounded(calls));

  it('are counted, with what would limit them', () => {
    expect(printed(2)).toContain('2 calls without a known charge may have cost any amount');
    expect(printed(1)).toContain('Set parameters.maxTokens or contextWindow');
  });

  it.each([undefined, 0])('are not mentioned where there are none: %s', (calls) => {
    expect(printed(calls)).toBe('');
  });
});
