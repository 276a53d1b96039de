import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPurchases } from '../../../src/learn/report/report-run.js';
import { adaptiveFileName } from '../../../src/learn/adaptive/adaptive-record.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

let directory = '';
const table = buildOutcomeTable(['a', 'b'], [{ task: 'chat', quality: [1, 0] }]);
const info = { kind: 'sweep' } as Parameters<typeof readPurchases>[0]['info'];
/** A record as an earlier version wrote it. */
const record = {
  version: 1,
  objective: 'quality',
  worth: 0.02,
  seed: 0,
  ending: 'routing_pays',
  cells: { all: 100, learning: 10, heldOut: 5 },
  heldOutPrompts: 5,
  evidence: null,
  remaining: null,
  nextRoundCells: 24,
};

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'report-run-'));
  await writeFile(path.join(directory, adaptiveFileName), JSON.stringify(record));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('what a report says about purchases', () => {
  it('is the record of an adaptive sweep', async () => {
    const adaptive = { ...table, design: 'adaptive' } as const;
    expect(await readPurchases({ info, directory, table: adaptive })).toMatchObject(record);
  });

  it('is nothing after a full sweep into the same folder', async () => {
    expect(await readPurchases({ info, directory, table })).toBeUndefined();
  });
});
