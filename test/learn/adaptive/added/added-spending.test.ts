import { describe, expect, it } from 'vitest';
import { readAddedSpending } from '../../../../src/learn/adaptive/added/added-spending.js';
import type { LedgerEntry } from '../../../../src/measure/ledger/ledger-entry.js';
import { createTemporaryFolder } from '../../../support/temporary-folder.js';

const folder = createTemporaryFolder();

function buildEntry(changes: Partial<LedgerEntry>): LedgerEntry {
  return {
    version: 1,
    cellKey: 'key',
    taskId: 'task',
    promptHash: 'hash',
    model: 'new',
    repeat: 0,
    outcome: 'answered',
    answer: 'yes',
    gradeKey: null,
    grade: { kind: 'graded', quality: 1 },
    usage: null,
    rawUsage: null,
    costUsd: 0.01,
    costSource: 'price_table',
    ttftMs: 1,
    firstContentMs: 1,
    latencyMs: 2,
    queueMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: null,
    error: null,
    simulated: false,
    ...changes,
  };
}

function readSpending(entries: readonly Partial<LedgerEntry>[]) {
  const lines = entries.map((entry) => `${JSON.stringify(buildEntry(entry))}\n`);
  folder.write('run/ledger.jsonl', lines.join(''));
  return readAddedSpending(folder.file('run'), 'new');
}

describe('what the calls to an added model have cost', () => {
  it('counts the calls whose charges are, or may be, missing', async () => {
    const failed = { outcome: 'infrastructure', answer: null, costUsd: null, error: 'x' } as const;
    const spending = await readSpending([
      {},
      { costUsd: null },
      { possibleCostUsd: 0.3 },
      { ...failed, possibleCostUsd: 0.4 },
      { ...failed, unboundedCalls: 1 },
      // Without an answer and without a charge, known to be free: rate limited, or refused.
      failed,
      { outcome: 'refused', answer: null, costUsd: null, error: 'content_filtered: no' },
    ]);
    expect(spending).toMatchObject({ model: 'new', unpriced: 4 });
    expect(spending.spentUsd).toBeCloseTo(0.02);
  });

  it('counts a call once that was graded again, and no other model', async () => {
    const unpriced = { costUsd: null, possibleCostUsd: 0.1 };
    expect(
      await readSpending([
        unpriced,
        { ...unpriced, regraded: true },
        { ...unpriced, model: 'other' },
      ]),
    ).toEqual({ model: 'new', spentUsd: 0, unpriced: 1 });
  });

  it('counts no call that was cut off once its answer says what it was charged', async () => {
    const cutOff = {
      outcome: 'infrastructure',
      answer: null,
      costUsd: null,
      error: 'cut_off: the worker fell silent',
      possibleCostUsd: 0.3,
    } as const;
    expect(
      await readSpending([cutOff, { endsCutOff: true }, { ...cutOff, cellKey: 'lost' }]),
    ).toEqual({ model: 'new', spentUsd: 0.01, unpriced: 1 });
    // The cell was called again: nobody knows what the first call was charged.
    expect(await readSpending([cutOff, {}])).toMatchObject({ unpriced: 1 });
    expect(await readSpending([cutOff, cutOff, { endsCutOff: true }])).toMatchObject({
      unpriced: 1,
    });
  });
});
