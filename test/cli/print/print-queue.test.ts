import { afterEach, describe, expect, it, vi } from 'vitest';
import { printQueueStatus } from '../../../src/cli/print/print-queue.js';
import type { QueueStatus, RunStatus } from '../../../src/measure/queue/manage-queue.js';

const run: RunStatus = {
  id: '6f1f3a52-8f5e-4d6a-9a51-2b8f0c1d2e3f',
  name: 'mine',
  state: 'finished',
  limitUsd: 50,
  spentUsd: 10,
  possibleUsd: 0,
  reservedUsd: 0,
  judgeCalls: 0,
  judgeUsd: 0,
  judgeGuessed: 0,
  judgeUnpriced: 0,
  judgeBeforeUsd: 0,
  lateAnswers: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  cells: 6,
  done: 6,
  lanes: [],
};

afterEach(() => vi.restoreAllMocks());

function readPrinted(status: QueueStatus): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printQueueStatus(status);
  const printed = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  return printed;
}

describe('the status of a run', () => {
  it('says what counts against its budget for the judge, also of earlier sweeps', () => {
    const judged = { ...run, judgeUsd: 1.25, judgeBeforeUsd: 2 };
    expect(readPrinted({ runs: [judged], workers: [] })).toContain(
      '$10.00 spent, $3.25 for the judge, budget $50.00',
    );
  });
});

describe('what a worker says of a run', () => {
  it('names the run, also where that was purged', () => {
    const text = 'takes no cells of small: SMALL_API_KEY is not set';
    const worker = {
      id: 'w',
      name: 'build-7 (4121)',
      version: '0',
      concurrency: 8,
      inFlight: 0,
      settled: 0,
      runId: null,
      notes: [run.id, 'gone'].map((runId) => ({ runId, text })),
      silentSeconds: 1,
    };
    const printed = readPrinted({ runs: [run], workers: [worker] }).replaceAll(/\s+/gu, ' ');
    expect(printed).toContain(`build-7 (4121) ${text} (mine, run ${run.id})`);
    expect(printed).toContain(`build-7 (4121) ${text} (run gone)`);
  });
});
