import { describe, expect, it } from 'vitest';
import { describeAudit } from '../../../src/cli/print/print-audit.js';
import type { HumanLabel } from '../../../src/measure/outcomes/read-human-labels.js';
import type { AuditFile } from '../../../src/review/audit/audit-file.js';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { finishAudit } from '../../../src/review/audit/finish-audit.js';
import { drawnFrom, writeAuditedRun, type AuditedWorld } from '../../support/audited-run.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const [small, large, mid] = [0, 1, 2];
const costs = [0.001, 0.01, 0.005];
const requests = 200;
const none = Number.NaN;

/** The small model is wrong about every fifth request, the large one about every tenth, and mid never. */
const world: AuditedWorld = {
  models: ['small', 'large', 'mid'],
  requests,
  quality: (model, request) =>
    model === mid || request % (model === small ? 5 : 10) !== 0 ? 1 : 0,
  costUsd: (model) => costs[model]!,
  served: (request) => (request % 2 === 0 ? large : small),
  task: (request) => (request % 2 === 0 ? 'even' : 'odd'),
  baseline: 'mid',
};

let audits = 0;
async function audit(
  changes: Partial<AuditedWorld>,
  file: Partial<AuditFile> = {},
  labels: Parameters<typeof finishAudit>[1]['labels'] = [],
): Promise<AuditReport> {
  audits += 1;
  const written = { ...world, ...changes };
  const directory = await writeAuditedRun(folder, `audit-${audits}`, written, file);
  return finishAudit(directory, { labels, seed: 1 });
}

/** The large model serves the first requests, and lacks grades of a quarter of all. */
const servedByLarge = (count: number): Partial<AuditedWorld> => ({
  quality: (model, request) => (model === large && request % 4 === 0 ? none : 1),
  served: (request) => (request < count ? large : small),
});

describe('an audit of a log that a model without grades served in part', () => {
  it('is refused where that is more than a few requests', async () => {
    await expect(audit(servedByLarge(requests / 2))).rejects.toThrow(
      /large served 50 % of the requests, and too few of the answers have grades.*\n.*Run the same command again/,
    );
  });

  it('is about the other requests where it is few, and says so first', async () => {
    const report = await audit(servedByLarge(4));
    const represented = (requests - 4) * drawnFrom;
    expect(report).toMatchObject({
      audited: requests - 4,
      leftOutModels: ['large'],
      unaudited: { models: ['large'], represented: 4 * drawnFrom },
    });
    expect(report.represented).toBe(represented);
    expect(report.savedUsd).toBeCloseTo((costs[mid]! - costs[small]!) * represented, 4);
    expect(describeAudit(report)[0]).toContain(
      'Of 19,600 requests from 2026-11-20 to 2026-11-27 that large did not serve (196 audited)',
    );
  });

  it('is about the whole log where the model served nothing', async () => {
    const report = await audit(servedByLarge(0));
    expect(report).toMatchObject({
      represented: requests * drawnFrom,
      leftOutModels: ['large'],
      unaudited: { models: [], represented: 0 },
    });
    expect(describeAudit(report)[0]).not.toContain('did not serve');
  });
});

describe('an audit with answers of unknown cost', () => {
  const whole = audit({});

  it('keeps everything where a model that did not serve refused', async () => {
    // Small, which is wrong there anyway, and mid, which is not.
    const isRefused = (model: number, request: number): boolean =>
      (model === small && request === 10) || (model === mid && request === 20);
    const report = await audit({
      quality: (model, request) => (isRefused(model, request) ? 0 : world.quality(model, request)),
      costUsd: (model, request) => (isRefused(model, request) ? none : costs[model]!),
    });
    const { total, tasks, savedUsd, models } = report;
    expect(report.unknownCosts).toEqual({
      answers: { small: 1, mid: 1 },
      uncosted: 1,
      uncompared: 0,
    });
    expect(tasks.map(({ task }) => task)).toEqual((await whole).tasks.map(({ task }) => task));
    // Request 10 counts in the costs of routing, so the mean of small over the others is not theirs.
    const known = models.filter(({ costUsd }) => costUsd !== null).map(({ model }) => model);
    expect(known.sort()).toEqual(['large', 'mid']);
    // Mid no longer answers request 20 better.
    expect(total.better.mean).toBeCloseTo((await whole).total.better.mean - 1 / requests, 9);
    // Large served request 20, and its cost counts only where that of the reference is known, too.
    const pairs = requests - 1;
    const saved = (requests / 2) * 0.004 + (requests / 2 - 1) * (0.005 - 0.01);
    expect(total.costUsd.mean).toBeCloseTo((100 * 0.001 + 99 * 0.01) / pairs, 7);
    expect(savedUsd).toBeCloseTo(saved * drawnFrom, 4);
  });

  it('gives the costs of routing and of all models over the same requests', async () => {
    // Every tenth request takes ten times the tokens, and mid, which served it, did not count them.
    const isLong = (request: number): boolean => request % 10 === 0;
    const report = await audit({
      served: (request) => (isLong(request) ? mid : small),
      costUsd: (model, request) =>
        isLong(request) ? (model === mid ? none : 10 * costs[model]!) : costs[model]!,
      baseline: 'large',
    });
    const { total, models } = report;
    const costOf = Object.fromEntries(models.map(({ model, costUsd }) => [model, costUsd]));
    expect(costOf['large']).toBeCloseTo(total.referenceCostUsd.mean, 12);
    expect(total.costUsd.mean / costOf['large']!).toBeCloseTo(total.costShare.mean, 9);
    expect(costOf['small']).toBeCloseTo(costs[small]!, 9);
    expect(costOf['mid']).toBeCloseTo(costs[mid]!, 9);
  });

  it('leaves requests out of the comparisons where the model that served refused', async () => {
    const isRefused = (model: number, request: number): boolean =>
      model === large && request % 20 === 0;
    const report = await audit({
      quality: (model, request) => (isRefused(model, request) ? 0 : world.quality(model, request)),
      costUsd: (model, request) => (isRefused(model, request) ? none : costs[model]!),
    });
    expect(report.unknownCosts).toEqual({ answers: { large: 10 }, uncosted: 10, uncompared: 10 });
    expect(report.total.quality.mean).toBeCloseTo((await whole).total.quality.mean, 9);
    // Large is wrong about 10, 30, ...: 10 of the 190 requests that can be compared.
    expect(report.total.better.mean).toBeCloseTo(10 / 190, 9);
    expect(report.savedUsd).toBeCloseTo((100 * 0.004 - 90 * 0.005) * drawnFrom, 4);
    expect(report.worstTask).toBe((await whole).worstTask);
  });

  it('says nothing about costs where too many are unknown, and keeps the tasks', async () => {
    const report = await audit({
      costUsd: (model, request) => (model === large && request % 4 !== 1 ? none : costs[model]!),
    });
    expect(report.total.better.mean).toBe(none);
    expect(report).toMatchObject({ savedUsd: null, overspentUsd: null, worstTask: null });
    expect(report.tasks.map(({ task }) => task).sort()).toEqual(['even', 'odd']);
    expect(report.models.map(({ model, costUsd }) => [model, costUsd === null])).toContainEqual([
      'large',
      true,
    ]);
    expect(describeAudit(report)[1]).toMatch(
      /^The costs of \d+ of the audited requests are not known/,
    );
  });

  it('is corrected by people as before', async () => {
    const picked = Array.from({ length: requests }, (_, request) => ({
      id: `prompt-${request}`,
      probability: 1,
    }));
    const labels = picked.flatMap(({ id }, request) =>
      world.models.map((model, place) => ({
        task: id,
        model,
        repeat: 0,
        quality: world.quality(place, request),
      })),
    );
    const report = await audit(
      { costUsd: (model, request) => (model === large && request === 10 ? none : costs[model]!) },
      { picked },
      labels,
    );
    expect(report.grading).toMatchObject({ corrected: true, labeled: requests });
    expect(report.unknownCosts).toMatchObject({ uncosted: 1, uncompared: 1 });
    const better = (await whole).total.better.mean;
    // Request 10 is one of those that mid answers better.
    expect(report.total.better.mean).toBeCloseTo((better * requests - 1) / (requests - 1), 9);
    expect(report.total.regret.mean).not.toBe(none);
    expect(report.tasks.every(({ regret }) => Number.isFinite(regret.low))).toBe(true);
  });
});

describe('an audit that two people labeled', () => {
  const picked = Array.from({ length: requests }, (_, request) => ({
    id: `prompt-${request}`,
    probability: 1,
  }));
  const labelsBy = (grade: (quality: number) => number): HumanLabel[] =>
    picked.flatMap(({ id }, request) =>
      world.models.map((model, place) => ({
        task: id,
        model,
        repeat: 0,
        quality: grade(world.quality(place, request)),
      })),
    );

  it('takes the mean of their labels, whoever comes last', async () => {
    const [strict, mild] = [labelsBy((quality) => quality / 2), labelsBy((quality) => quality)];
    const both = await audit({}, { picked }, [...strict, ...mild]);
    const reversed = await audit({}, { picked }, [...mild, ...strict]);
    const mean = await audit(
      {},
      { picked },
      labelsBy((quality) => 0.75 * quality),
    );
    expect(both.total.quality.mean).toBeCloseTo(mean.total.quality.mean, 9);
    expect(reversed.total.quality.mean).toBeCloseTo(mean.total.quality.mean, 9);
    expect(both.grading).toMatchObject({ labeled: requests });
  });
});

describe('the quality that routing kept', () => {
  const alike = (served: number, count: number): Promise<AuditReport> =>
    audit({
      requests: count,
      quality: (model) => (model === small ? served : 1),
      served: () => small,
      task: () => 'all',
    });

  it.each([
    [1, 10],
    [0, 10],
    [1, 100],
  ])('is not certain where it is %f on each of %i requests', async (kept, count) => {
    const { mean, low, high } = (await alike(kept, count)).total.keptQuality;
    expect(mean).toBe(kept);
    // About what Wilson's interval says of a share.
    const missed = 4 / (4 + count);
    expect(high).toBeGreaterThan(kept + 0.8 * missed);
    if (kept > 0) expect(low).toBeLessThan(kept - 0.8 * missed);
    else expect(low).toBe(0);
    expect(high - low).toBeLessThan(6 * missed);
  });

  it('is said of a task only where its requests are of several conversations', async () => {
    const drawn = Array.from({ length: requests }, (_, request) => ({
      id: `prompt-${request}`,
      example: `prompt-${request}`,
      probability: 0.01,
      keep: 1,
      served: 'small',
      conversation: request % 2 === 0 ? 'one' : null,
      task: request % 2 === 0 ? 'even' : 'odd',
    }));
    const { tasks } = await audit({}, { drawn });
    expect(tasks.map(({ task }) => task)).toEqual(['odd']);
  });
});
