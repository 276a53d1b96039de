import { join } from 'node:path';
import { writeImportedRun } from '../../src/measure/outcomes/run-folder.js';
import { runFiles } from '../../src/measure/outcomes/run.js';
import {
  auditFileName,
  writeAuditFile,
  type AuditFile,
} from '../../src/review/audit/audit-file.js';
import { buildOutcomeTable } from './outcome-table.js';
import type { TemporaryFolder } from './temporary-folder.js';

/** Requests that each drawn one stands for. */
export const drawnFrom = 100;

/** An audit whose models have answered; models by their place in the list. */
export interface AuditedWorld {
  readonly models: readonly string[];
  /** Drawn requests. */
  readonly requests: number;
  /** NaN where an answer has no grade. */
  readonly quality: (model: number, request: number) => number;
  /** NaN where it is not known. */
  readonly costUsd: (model: number, request: number) => number;
  readonly served: (request: number) => number;
  /** @default all are of one */
  readonly task?: (request: number) => string;
  readonly baseline: string;
}

/** Writes the folder of an audit as it is when its sweep has run, and gives its path. */
export async function writeAuditedRun(
  folder: TemporaryFolder,
  name: string,
  { models, requests, quality, costUsd, served, task = () => 'all', baseline }: AuditedWorld,
  changes: Partial<AuditFile> = {},
): Promise<string> {
  const directory = folder.file(name);
  const rows = Array.from({ length: requests }, (_, request) => ({
    task: task(request),
    quality: models.map((_, model) => quality(model, request)),
    costUsd: models.map((_, model) => costUsd(model, request)),
  }));
  const table = buildOutcomeTable(models, rows);
  await writeImportedRun(directory, {
    info: {
      version: 1,
      kind: 'import',
      name,
      createdAt: '2026-11-28T00:00:00.000Z',
      simulated: false,
      models: models.map((id) => ({ id })),
      costBasis: 'recorded',
      sources: [],
    },
    table,
  });
  folder.write(join(name, runFiles.ledger), '');
  await writeAuditFile(join(directory, auditFileName), {
    version: 1,
    log: 'logs',
    seed: 1,
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-27T00:00:00.000Z',
    logged: requests * drawnFrom,
    represented: requests * drawnFrom,
    baseline,
    leftOut: {},
    production: { tasks: {}, novelty: 0 },
    drawn: table.prompts.map(({ id }, request) => ({
      id,
      example: id,
      probability: 1 / drawnFrom,
      keep: 1,
      served: models[served(request)] ?? '',
      conversation: null,
      task: task(request),
    })),
    picked: null,
    ...changes,
  });
  return directory;
}
