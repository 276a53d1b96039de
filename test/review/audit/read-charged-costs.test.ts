import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeAudit } from '../../../src/cli/print/print-audit.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { encodeRunInfo, runFiles } from '../../../src/measure/outcomes/run.js';
import { writeExamples } from '../../../src/measure/sweep/run-directory.js';
import { computePromptHash } from '../../../src/measure/tasks/example.js';
import type { AuditReport } from '../../../src/review/audit/compute-audit-report.js';
import { finishAudit } from '../../../src/review/audit/finish-audit.js';
import { readChargedCosts } from '../../../src/review/audit/read-charged-costs.js';
import { writeAuditedRun, type AuditedWorld } from '../../support/audited-run.js';
import { buildExample } from '../../support/task-set.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const requests = 200;
const priceUsd = 0.01;

/** Both models are right about everything, at the same price; small serves all of it. */
const world: AuditedWorld = {
  models: ['small', 'large'],
  requests,
  quality: () => 1,
  costUsd: () => priceUsd,
  served: () => 0,
  baseline: 'large',
};

const refused: Partial<LedgerEntry> = {
  outcome: 'refused',
  answer: null,
  grade: { kind: 'graded', quality: 0 },
  usage: null,
  costUsd: null,
  costSource: null,
  error: 'HTTP 400: content filter',
};

function buildEntry(
  model: string,
  request: number,
  repeat: number,
  changes: Partial<LedgerEntry>,
): LedgerEntry {
  const taskId = `prompt-${request}`;
  return {
    version: 1,
    cellKey: `${taskId}/${model}/${repeat}`,
    taskId,
    promptHash: computePromptHash(`Question ${request}`),
    model,
    repeat,
    outcome: 'answered',
    answer: 'text',
    gradeKey: 'g',
    grade: { kind: 'graded', quality: 1 },
    usage: null,
    rawUsage: null,
    costUsd: priceUsd,
    costSource: 'provider',
    ttftMs: null,
    firstContentMs: null,
    latencyMs: null,
    queueMs: 0,
    startedAt: '2026-11-28T00:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: null,
    error: null,
    simulated: false,
    ...changes,
  };
}

/** The folder of an audit with the ledger of its sweep. */
async function writeSweptAudit(
  name: string,
  repeats: number,
  isRefused: (model: string, request: number, repeat: number) => boolean,
): Promise<string> {
  const directory = await writeAuditedRun(folder, name, world);
  rmSync(join(directory, runFiles.outcomes));
  const info = {
    version: 1,
    kind: 'sweep',
    name,
    createdAt: '2026-11-28T00:00:00.000Z',
    simulated: false,
    models: world.models.map((id) => ({ id })),
    costBasis: 'recorded',
    sources: [],
  } as const;
  writeFileSync(join(directory, runFiles.info), encodeRunInfo(info));
  const places = Array.from({ length: requests }, (_, request) => request);
  await writeExamples(
    join(directory, runFiles.tasks),
    places.map((request) =>
      buildExample(`prompt-${request}`, { prompt: `Question ${request}`, task: 'all' }),
    ),
  );
  const entries = places.flatMap((request) =>
    world.models.flatMap((model) =>
      Array.from({ length: repeats }, (_, repeat) =>
        buildEntry(model, request, repeat, isRefused(model, request, repeat) ? refused : {}),
      ),
    ),
  );
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  writeFileSync(join(directory, runFiles.ledger), lines);
  return directory;
}

async function audit(directory: string): Promise<AuditReport> {
  return finishAudit(directory, { labels: [], seed: 1 });
}

it('saves nothing where the model that served refuses to answer again', async () => {
  const directory = await writeSweptAudit(
    'refused-again',
    1,
    (model, request) => model === 'small' && request % 10 === 0,
  );
  // Not what the refusals cost in the table.
  expect((await readRun(directory)).table.costUsd[0]).toBe(0);
  const report = await audit(directory);
  expect(report.total.quality.mean).toBeCloseTo(0.9, 9);
  expect(report.total.costShare.mean).toBeCloseTo(1, 9);
  expect(report.savedUsd).toBeCloseTo(0, 6);
  expect(report.total.underkill.mean).toBe(0);
  expect(report.unknownCosts).toEqual({ answers: { small: 20 }, uncosted: 20, uncompared: 20 });
  expect(report.models.map(({ costUsd }) => costUsd)).toEqual([
    expect.closeTo(priceUsd, 7),
    expect.closeTo(priceUsd, 7),
  ]);
  expect(describeAudit(report)[0]).toContain('for 100.0 % of its cost');
});

it('takes the cost of the repeats that were answered', async () => {
  const directory = await writeSweptAudit(
    'refused-once',
    2,
    (model, request, repeat) => model === 'small' && request % 10 === 0 && repeat === 1,
  );
  const run = await readRun(directory);
  expect(run.table.costUsd[0]).toBeCloseTo(priceUsd / 2, 7);
  expect([...(await readChargedCosts(run))].every((cost) => Math.abs(cost - priceUsd) < 1e-7)).toBe(
    true,
  );
  const report = await audit(directory);
  expect(report.total.costShare.mean).toBeCloseTo(1, 9);
  expect(report.unknownCosts.answers).toEqual({});
});
