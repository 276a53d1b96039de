import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeAudit, printAudit } from '../../../src/cli/print/print-audit.js';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { finishAudit } from '../../../src/review/audit/finish-audit.js';
import { createLogTotals } from '../../../src/serve/log/log-totals.js';
import { drawnFrom, writeAuditedRun, type AuditedWorld } from '../../support/audited-run.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const requests = 100;

const world: AuditedWorld = {
  models: ['small', 'large', 'mid'],
  requests,
  quality: () => 1,
  costUsd: (model) => 0.001 * (model + 1),
  served: () => 0,
  baseline: 'mid',
};

let printed = { out: '', error: '' };
beforeEach(() => {
  printed = { out: '', error: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.error += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function show(
  name: string,
  changes: Partial<AuditedWorld> = {},
  file: Parameters<typeof writeAuditedRun>[3] = {},
): Promise<string> {
  const directory = await writeAuditedRun(folder, name, { ...world, ...changes }, file);
  printAudit(await finishAudit(directory, { labels: [], seed: 1 }), { run: name, examples: 0 });
  return printed.out.replaceAll(/\s+/g, ' ');
}

async function auditOf(name: string): Promise<AuditReport> {
  return await finishAudit(await writeAuditedRun(folder, name, world), { labels: [], seed: 1 });
}

function print(report: AuditReport, run: string): string {
  printAudit(report, { run, examples: 0 });
  return printed.out.replaceAll(/\s+/g, ' ');
}

describe('what an audit suggests next', () => {
  it('is a command that a shell takes as it is', async () => {
    expect(await show('my audit')).toContain("Next: routesmith train RUN --add 'my audit' --out");
  });

  it('is one too where people are to label answers', async () => {
    const report = await auditOf('labels');
    const grading = { ...report.grading, judged: true, corrected: false, picked: 30, labeled: 0 };
    expect(print({ ...report, grading }, 'my audit')).toMatch(
      /again with --human 'my audit\/[\w.-]+'\./,
    );
  });

  it('is one too where a better single model has a name with spaces', async () => {
    const report = await auditOf('names');
    expect(print({ ...report, betterReference: 'my model' }, 'audit')).toContain(
      "compare with --baseline 'my model'.",
    );
  });
});

describe('the decisions that an audit prints', () => {
  it.each([
    [30, 30],
    [50, 40],
    [0, 0],
  ])('are as many as were asked for: of 40, --examples %i prints %i', async (examples, shown) => {
    const wrong = {
      served: () => 1,
      quality: (model: number, request: number) => (model === 1 && request < 40 ? 0 : 1),
    };
    const directory = await writeAuditedRun(folder, `examples-${examples}`, { ...world, ...wrong });
    const report = await finishAudit(directory, { labels: [], seed: 1 });
    printAudit(report, { run: 'x', examples });
    expect(printed.out.match(/: large 0\.000, /g) ?? []).toHaveLength(shown);
  });

  it('are none where no decision lost quality', async () => {
    const report = await finishAudit(await writeAuditedRun(folder, 'no-loss', world), {
      labels: [],
      seed: 1,
    });
    printAudit(report, { run: 'x', examples: 5 });
    expect(printed.out).toMatch(
      /Decisions that lost most.*\n +none: no other model was better for the same money/,
    );
  });
});

describe('an audit without a decision to print', () => {
  const showNone = async (
    name: string,
    changes: Partial<AuditReport> = {},
    uncompared = 0,
  ): Promise<string> => {
    const report = await finishAudit(await writeAuditedRun(folder, name, world), {
      labels: [],
      seed: 1,
    });
    const unknownCosts = { ...report.unknownCosts, uncompared };
    printAudit({ ...report, ...changes, unknownCosts }, { run: 'x', examples: 5 });
    return printed.out.replaceAll(/\s+/g, ' ');
  };

  it('says among which requests there is none, where costs are unknown', async () => {
    expect(await showNone('some-costs', {}, 30)).toContain(
      'none among the 70 requests whose costs are known: no other model was better',
    );
  });

  it('says that it is not known where no request can be compared', async () => {
    const text = await showNone('no-costs', {}, requests);
    expect(text).toContain('not known: no request has all the costs that this takes');
    expect(text).not.toContain('none');
  });

  it('speaks of repeated answers where those differ by chance', async () => {
    const noise = { repeats: 2, deviation: 0.1, unrepeated: 0 };
    const text = await showNone('noisy', { noise });
    expect(text).toContain('no other model was better for the same money in repeated answers');
    expect(text).toContain('chosen by some of the repeated answers and counted by the others');
    expect(text).not.toContain('a single answer');
  });

  it('counts requests without repeats, which do not count', async () => {
    const noise = { repeats: 2, deviation: 0.1, unrepeated: 3 };
    expect(await showNone('single', { noise })).toContain(
      '3 requests with a single answer of a model do not count in better elsewhere, lost and underkill.',
    );
  });
});

describe('the sentences of an audit', () => {
  it('round nothing to all or none, as the table below them', async () => {
    const directory = await writeAuditedRun(folder, 'rounded', world);
    const report = await finishAudit(directory, { labels: [], seed: 1 });
    const { total } = report;
    const sentences = describeAudit({
      ...report,
      total: {
        ...total,
        keptQuality: { ...total.keptQuality, mean: 0.9997, low: 0.9991, high: 0.9999 },
        costShare: { ...total.costShare, mean: 0.0004 },
        better: { ...total.better, mean: 0.0004, low: -0.0003, high: 0.001 },
      },
    }).join(' ');
    expect(sentences).toContain('routing kept over 99.9 % [99.9, over 99.9] of the quality');
    expect(sentences).toContain('for under 0.1 % of its cost');
    expect(sentences).toContain('under 0.1 % [-0.03, 0.1] would have been answered better');
  });
});

describe('what an audit prints', () => {
  it('says what the log lacks, as replay does', async () => {
    const logTotals = {
      ...createLogTotals(),
      overflow: 1200,
      lost: 3,
      damagedLines: 1,
      problems: ['logs/a.jsonl:7: not JSON'],
    };
    await show('losses', {}, { logTotals });
    expect(printed.error).toContain('WARNING: 1,200 requests left out because the queue was full');
    expect(printed.error).toContain('WARNING: 3 records lost when a process was killed');
    expect(printed.error).toContain('WARNING: logs/a.jsonl:7: not JSON');
  });

  it('says nothing of the log in an audit of a version that did not keep it', async () => {
    await show('earlier');
    expect(printed.error).toBe('');
  });

  it('counts answers of unknown cost, and what they do not count in', async () => {
    const unknown = (model: number, request: number): boolean =>
      request < 3 && model === (request === 0 ? 0 : 1);
    const text = await show('refused', {
      quality: (model, request) => (unknown(model, request) ? 0 : 1),
      costUsd: (model, request) => (unknown(model, request) ? Number.NaN : 0.001 * (model + 1)),
    });
    expect(text).toContain('did not count its tokens: small 1, large 2. Their grades count.');
    expect(text).toContain('1 request does not count in costs and savings.');
    expect(text).toContain(
      'No cost is given for large: it is not known on all requests that count.',
    );
    expect(text).toMatch(/ large 0\.\d+ \[[^\]]*\] - /);
    expect(text).toContain(
      '1 request does not count in better elsewhere, lost, overkill and underkill.',
    );
    expect(text).toContain('Routing saved $19.80 against mid');
    expect(text).toContain('By task, most quality lost first');
  });

  it('counts what could not be drawn in the units of the requests that were audited', async () => {
    const reason = 'served by other, which is not in the pool';
    const left = { [reason]: 1491, 'no answer': 107 };
    const text = await show(
      'left-out',
      {},
      { leftOut: left, leftOutRepresented: { [reason]: 2867.6, 'no answer': 107 } },
    );
    expect(text).toContain(
      'Logged requests that could not be drawn: 1,491 (for 2,868 requests) served by other, ' +
        'which is not in the pool; 107 no answer.',
    );
    expect(text).toContain('2026-11-27 that a model of the pool served (100 audited)');
  });

  it('counts records where an earlier version did not say what they stand for', async () => {
    const text = await show('left-out-earlier', {}, { leftOut: { 'no answer': 107 } });
    expect(text).toContain('could not be drawn: 107 no answer.');
    expect(text).toContain('2026-11-27 (100 audited)');
  });

  it.each([
    [1, '1 drawn request lacks an answer or a grade, and is left out.'],
    [2, '2 drawn requests lack an answer or a grade, and are left out.'],
  ])('counts %i request without an answer', async (incomplete, text) => {
    expect(print({ ...(await auditOf(`lacks-${incomplete}`)), incomplete }, 'audit')).toContain(
      text,
    );
  });

  it('says which requests no figure includes', async () => {
    const text = await show('unaudited', {
      quality: (model, request) => (model === 1 && request % 3 === 0 ? Number.NaN : 1),
      served: (request) => (request < 5 ? 1 : 0),
    });
    expect(text).toContain(`Of ${(95 * drawnFrom).toLocaleString('en-US')} requests`);
    expect(text).toContain('About 500 other requests of the log were served by large, which lacks');
  });
});
