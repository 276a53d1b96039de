import { describe, expect, it } from 'vitest';
import { nameDelivery } from '../../../src/measure/queue/exchange-types.js';
import { startLaneControl } from '../../../src/measure/queue/lane-control.js';
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

  it('asks for nothing once its leases may have run out, until it has no cell left', () => {
    const lane = new WorkerLane(0);
    lane.hold(holdCell(7, 0));
    expect(lane.mayAsk(0)).toBe(true);
    lane.noteLease(true);
    expect(lane.mayAsk(0)).toBe(false);
    // Renewed, but others may have the cell by now.
    lane.noteLease(false);
    expect(lane.isLapsed).toBe(true);
    expect(lane.giveUpReady()).toHaveLength(1);
    lane.noteLease(false);
    expect(lane.isLapsed).toBe(false);
  });

  it('forgets a cell that was lost while it waited to be called again', () => {
    const lane = new WorkerLane(0);
    const [earlier, later] = [holdCell(7, 0), holdCell(7, 1)];
    lane.hold(later);
    lane.queue(earlier, 0);
    const control = startLaneControl(10);
    lane.accept(
      {
        judgments: new Map(),
        granted: new Set(),
        lost: new Set([nameDelivery(earlier.key)]),
        hold: { kind: 'none' },
        runState: 'open',
        inFlight: 0,
        control,
        events: [],
      },
      0,
      0,
    );
    expect(lane.ready).toEqual([later]);
    expect(lane.find(later.key)).toBe(later);
  });
});
