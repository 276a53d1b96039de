import { describe, expect, it } from 'vitest';
import { WorkerLane, type HeldCell } from '../../../src/measure/queue/worker-lane.js';
import { startCellRun } from '../../../src/measure/sweep/cell-run.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { buildExample } from '../../support/task-set.js';

function holdCell(number: number, fence: number): HeldCell {
  const cell = {
    cellKey: `key-${number}`,
    example: buildExample(String(number)),
    promptHash: 'hash',
    model: buildPoolModel(),
    repeat: 0,
  };
  return {
    key: { number, fence, jobId: `job-${number}` },
    run: startCellRun(cell, number, 0),
    attempt: 0,
    worstUsd: 0,
    isClaimed: false,
    isLost: false,
    ended: undefined,
  };
}

describe("a worker's lane", () => {
  it('holds a cell once, by its latest lease', () => {
    const lane = new WorkerLane(0);
    const [earlier, later] = [holdCell(7, 0), holdCell(7, 1)];
    lane.hold(earlier);
    lane.hold(holdCell(8, 0));
    // As after a pause that was longer than the lease: the queue delivers the cell again.
    lane.hold(later);
    expect(lane.ready).toHaveLength(2);
    expect(lane.ready).toContain(later);
    expect(earlier.isLost).toBe(true);
    expect(lane.find(earlier.key)).toBeUndefined();
    expect(lane.find(later.key)).toBe(later);
  });
});
