import { describe, expect, it } from 'vitest';
import { latestEntryPerCell } from '../../../src/measure/ledger/latest-entries.js';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';

function entry(cellKey: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    version: 1,
    cellKey,
    taskId: 'task',
    promptHash: 'hash',
    model: 'model',
    repeat: 0,
    outcome: 'answered',
    answer: 'text',
    gradeKey: null,
    grade: { kind: 'graded', quality: 1 },
    usage: null,
    rawUsage: null,
    costUsd: null,
    costSource: null,
    ttftMs: null,
    firstContentMs: null,
    latencyMs: null,
    queueMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    failedAttempts: [],
    finishReason: null,
    servedModel: null,
    error: null,
    simulated: false,
    ...changes,
  };
}

const failed = { outcome: 'infrastructure', answer: null } as const;

describe('the latest entry per cell', () => {
  it('is the last line of the cell', () => {
    const again = entry('a', { answer: 'again' });
    const other = entry('b', { taskId: 'other' });
    expect(latestEntryPerCell([entry('a', failed), entry('a'), other, again])).toEqual([
      again,
      other,
    ]);
  });

  it('is never an infrastructure failure where the cell is settled', () => {
    expect(latestEntryPerCell([entry('a'), entry('a', failed)])).toEqual([entry('a')]);
    const lastFailure = entry('a', { ...failed, error: 'second' });
    expect(latestEntryPerCell([entry('a', failed), lastFailure])).toEqual([lastFailure]);
  });

  it('leaves out cells that others of the same task, model and repeat supersede', () => {
    const later = entry('other parameters', failed);
    expect(latestEntryPerCell([entry('a'), later])).toEqual([later]);
    const repeat = entry('c', { repeat: 1 });
    const otherModel = entry('d', { model: 'another' });
    expect(latestEntryPerCell([entry('a'), repeat, otherModel])).toHaveLength(3);
  });

  it('shows a superseded cell again after a new line of it', () => {
    const regraded = entry('a', { regraded: true });
    expect(latestEntryPerCell([entry('a'), entry('b'), regraded])).toEqual([regraded]);
  });

  it('follows a cell whose task has another id now', () => {
    const renamed = entry('a', { taskId: 'renamed', regraded: true });
    expect(latestEntryPerCell([entry('a'), renamed])).toEqual([renamed]);
  });
});
