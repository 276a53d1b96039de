import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import {
  describeModel,
  describeProgress,
  createProgressReporter,
} from '../../../src/measure/sweep/progress-reporter.js';
import {
  computeTotals,
  countCell,
  countPossibleCharge,
  countSkipped,
  estimateRest,
  startProgress,
  stopModel,
  type ModelFlow,
  type SweepProgress,
} from '../../../src/measure/sweep/sweep-progress.js';

const counts = [
  { model: 'a', total: 4, settledBefore: 1 },
  { model: 'b', total: 4, settledBefore: 0 },
];
const start = startProgress(counts, 1000);
const flow: ModelFlow = { inFlight: 2, waiting: 5, limit: 20, isPaused: false };

function remaining(progress: SweepProgress, nowMs: number) {
  return estimateRest(progress.models.values(), progress.startedMs, nowMs)?.remainingMs;
}

function entry(changes: Partial<LedgerEntry>): LedgerEntry {
  return {
    model: 'a',
    outcome: 'answered',
    costUsd: 0.5,
    usage: {},
    error: null,
    ...changes,
  } as LedgerEntry;
}

describe('sweep progress', () => {
  it('starts with the cells that earlier runs settled', () => {
    expect(start.models.get('a')).toMatchObject({ total: 4, settledBefore: 1, done: 0 });
    expect(start.models.get('b')).toMatchObject({ total: 4, settledBefore: 0 });
  });

  it('counts cells, failures, skipped cells and money by model', () => {
    let progress = countCell(start, entry({}));
    progress = countCell(progress, entry({ model: 'b', outcome: 'truncated', costUsd: 0.25 }));
    progress = countCell(progress, entry({ outcome: 'infrastructure', costUsd: null }));
    progress = countCell(progress, entry({ costUsd: null, usage: null }));
    progress = stopModel(countSkipped(progress, 'b'), 'b', 'quota');
    expect(progress.models.get('a')).toMatchObject({ done: 2, failed: 1, unpriced: 1 });
    expect(progress.models.get('b')).toMatchObject({
      done: 1,
      skipped: 1,
      stoppedBecause: 'quota',
    });
    expect(computeTotals(progress)).toMatchObject({ total: 8, done: 3, failed: 1, spentUsd: 0.75 });
    expect(start.models.get('a')?.done).toBe(0);
  });

  it('counts calls that may have been charged besides what is known', () => {
    const timedOut = { outcome: 'infrastructure', costUsd: null, error: 'timeout' } as const;
    let progress = countCell(start, entry({ possibleCostUsd: 0.1 }));
    progress = countCell(progress, entry({ ...timedOut, possibleCostUsd: 0.1 }));
    progress = countCell(progress, entry({ ...timedOut, unboundedCalls: 1 }));
    progress = countCell(progress, entry({ ...timedOut, model: 'b' }));
    // It counts as an answer of unknown cost already.
    progress = countCell(progress, entry({ costUsd: null, possibleCostUsd: 0.1 }));
    expect(progress.models.get('a')).toMatchObject({ possiblyCharged: 3, unpriced: 1 });
    expect(progress.models.get('b')).toMatchObject({ possiblyCharged: 0, unpriced: 0 });
    expect(describeProgress(progress, 2000)).toContain('at least $0.50 spent');
    const known = countPossibleCharge(countPossibleCharge(progress, 'b'), 'b', -1);
    expect(computeTotals(known)).toMatchObject({ possiblyCharged: 3 });
  });

  it('counts costs that are partly an estimate', () => {
    let progress = countCell(start, entry({ costIsGuess: true }));
    progress = countCell(progress, entry({ model: 'b', costIsGuess: true }));
    progress = countCell(progress, entry({}));
    expect(progress.models.get('a')).toMatchObject({ done: 2, guessed: 1 });
    expect(computeTotals(progress).guessed).toBe(2);
  });

  describe('estimates the rest', () => {
    const both = countCell(countCell(start, entry({})), entry({ model: 'b' }));
    const aDone = countCell(countCell(both, entry({})), entry({}));

    it('from the pace of the model that takes the longest', () => {
      // A cell of b took 1,000 ms; 3 are left.
      expect(remaining(both, 2000)).toBe(3000);
      expect(remaining(aDone, 2000)).toBe(3000);
    });

    it('only where each model that is still called has finished a cell', () => {
      expect(remaining(start, 2000)).toBeUndefined();
      const onlyA = countCell(start, entry({}));
      expect(remaining(onlyA, 2000)).toBeUndefined();
      expect(remaining(stopModel(onlyA, 'b', 'quota'), 2000)).toBe(2000);
      expect(remaining(countSkipped(aDone, 'b', 3), 2000)).toBeUndefined();
    });

    it('with what the models that are still called cost', () => {
      // 3 cells of a cost $1.50, and the one of b $0.50 in 2 s.
      expect(describeProgress(aDone, 3000)).toBe('5/8 cells, $2.00 spent, $0.25/s, 6 s left');
    });
  });

  it('is described in one line', () => {
    const progress = countSkipped(countCell(start, entry({ model: 'b' })), 'a', 3);
    expect(describeProgress(progress, 2000)).toBe(
      '2/8 cells, 3 not called, $0.50 spent, $0.50/s, 3 s left',
    );
  });

  it('says that a sum of costs lacks those that are unknown', () => {
    const unknown = countCell(start, entry({ costUsd: null }));
    expect(unknown.models.get('a')).toMatchObject({ unpriced: 1, spentUsd: 0 });
    expect(describeProgress(unknown, 2000)).toContain(', cost unknown');
    const some = countCell(unknown, entry({}));
    expect(describeProgress(some, 2000)).toContain(', at least $0.50 spent');
  });

  it('shows for each model how many calls are in flight and the limit', () => {
    const flowing = startProgress(counts, 1000, () => flow);
    const line = describeModel(countCell(flowing, entry({})), 'a', 2000);
    expect(line).toBe('2/4 cells, 2/20 in flight, $0.50 spent, $0.50/s, 2 s left');
    const paused = startProgress(counts, 1000, () => ({ ...flow, isPaused: true }));
    expect(describeModel(paused, 'a', 2000)).toContain('paused, 2 in flight');
    expect(describeModel(stopModel(flowing, 'a', 'quota'), 'a', 2000)).toContain('skipped');
    expect(describeProgress(flowing, 2000)).toContain('4 in flight');
  });
});

describe('createProgressReporter', () => {
  function createStream(isTTY: boolean) {
    const written: string[] = [];
    const stream = {
      isTTY,
      columns: 120,
      write: (text: string) => written.push(text) > 0,
      on: () => stream,
      removeListener: () => stream,
    };
    return { stream: stream as unknown as NodeJS.WriteStream, written };
  }

  it('writes a line every five seconds and one at the end, without a terminal', () => {
    const { stream, written } = createStream(false);
    let nowMs = 1000;
    const reporter = createProgressReporter(stream, { now: () => nowMs });
    reporter.report(start, 'something to know');
    reporter.report(start);
    const called = countSkipped(countCell(start, entry({})), 'b', 4);
    nowMs = 6000;
    reporter.report(called);
    nowMs = 6500;
    reporter.report(called);
    reporter.close();
    reporter.close();
    expect(written).toEqual([
      'something to know\n',
      '2/8 cells, 4 not called, $0.50 spent, $0.10/s, 10 s left\n',
      '2/8 cells, 4 not called, $0.50 spent, $0.0909/s, 11 s left\n',
    ]);
  });

  it('draws a bar for each model and one for all on a terminal, and leaves interrupts to the sweep', () => {
    const { stream, written } = createStream(true);
    const listeners = process.listenerCount('SIGINT');
    const reporter = createProgressReporter(stream, { now: () => 2000 });
    reporter.report(start);
    reporter.report(countCell(start, entry({})), 'something to know');
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    reporter.close();
    for (const text of ['2/8 cells', '2/4 cells', '0/4 cells']) {
      expect(written.join('')).toContain(text);
    }
    expect(written.join('')).toContain('something to know');
  });
});
