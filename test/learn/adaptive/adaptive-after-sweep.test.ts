import { describe, expect, it } from 'vitest';
import { describeAdaptive } from '../../../src/learn/adaptive/adaptive-record.js';
import {
  AdaptiveSource,
  type AdaptiveSettings,
} from '../../../src/learn/adaptive/adaptive-source.js';
import { textHash } from '../../../src/util/text-hash.js';
import { say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();
const settings: AdaptiveSettings = {
  objective: 'quality',
  worth: 0.02,
  isBudgeted: false,
  seed: 1,
};

describe('an adaptive sweep into the folder of a full sweep of a part of the tasks', () => {
  it('counts as bought what adaptive sweeps called, also when it runs again', async () => {
    const server = await bench.serve((response, request) => {
      const isRight = textHash(JSON.stringify(request.body), 1) % 3 === 0;
      return say(isRight ? 'It is 4.' : 'It is 5.')(response, request);
    });
    const models = bench.buildModels(server, ['one', 'two', 'three']);
    await bench.sweep(models, { taskCount: 20 });
    const before = (await bench.readEntries()).length;
    expect(before).toBe(60);

    const sweep = async () => {
      let source: AdaptiveSource | undefined;
      const { totals } = await bench.sweep(models, {
        taskCount: 80,
        createSource: (plan, isSettled) => (source = new AdaptiveSource(plan, settings, isSettled)),
      });
      return { totals, record: describeAdaptive(source!, settings) };
    };
    const first = await sweep();
    // Some of the cells that it wanted had an answer.
    expect(first.totals.total).toBeGreaterThan(first.totals.done);
    const { all, learning, heldOut, kept } = first.record.cells;
    expect({ all, kept, bought: learning + heldOut }).toEqual({
      all: 240,
      kept: before,
      bought: (await bench.readEntries()).length - before,
    });

    const second = await sweep();
    expect(second.totals.done).toBe(0);
    expect(second.record.cells).toEqual(first.record.cells);
  });
});
