import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAdditions, readPurchases } from '../../../src/learn/report/report-run.js';
import { addedFileName } from '../../../src/learn/adaptive/added/added-record.js';
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

describe('what a report says about added models', () => {
  const added = {
    model: 'b',
    share: 0.1,
    ending: 'no_use',
    cells: { all: 10, learning: 2, heldOut: 0 },
    spentUsd: 0.1,
    expectedGain: 0,
    tasks: [],
  };

  beforeAll(async () => {
    const additions = { version: 1, seed: 0, models: [added, { ...added, model: 'gone' }] };
    await writeFile(path.join(directory, addedFileName), JSON.stringify(additions));
  });

  it('has all of them where the results rest on held-out prompts', async () => {
    const adaptive = { ...table, design: 'adaptive' } as const;
    const found = await readAdditions({ info, directory, table: adaptive });
    expect(found.map(({ model }) => model)).toEqual(['b', 'gone']);
  });

  it('has only those that are left out after a full sweep into the same folder', async () => {
    expect((await readAdditions({ info, directory, table })).map(({ model }) => model)).toEqual([
      'gone',
    ]);
  });
});
