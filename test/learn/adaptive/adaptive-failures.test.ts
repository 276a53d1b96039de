import { describe, expect, it } from 'vitest';
import { AdaptiveSource } from '../../../src/learn/adaptive/adaptive-source.js';
import type { SweepSummary } from '../../../src/measure/sweep/sweep-summary.js';
import { textHash } from '../../../src/util/text-hash.js';
import { failWith, say, type ScriptedServer } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();

/** A server that answers some prompts correctly, and fails for some until it is repaired. */
interface Fragile {
  readonly server: ScriptedServer;
  repair(): void;
}

/** What is lost before the repair makes model three the best. */
async function serve(): Promise<Fragile> {
  let isRepaired = false;
  const server = await bench.serve((response, request) => {
    const text = JSON.stringify(request.body);
    const isFragile = textHash(text, 2) % 3 === 0;
    if (isFragile && !isRepaired) return failWith(400, {})(response, request);
    const isRight = text.includes('three-1') ? isFragile : textHash(text, 1) % 3 === 0;
    return say(isRight ? 'It is 4.' : 'It is 5.')(response, request);
  });
  return { server, repair: () => (isRepaired = true) };
}

/** Sweeps adaptively, and says how many answers the source counted. */
async function sweep({
  server,
}: Fragile): Promise<{ readonly totals: SweepSummary['totals']; readonly answers: number }> {
  let source: AdaptiveSource | undefined;
  const { totals } = await bench.sweep(bench.buildModels(server, ['one', 'two', 'three']), {
    taskCount: 80,
    concurrency: 4,
    createSource: (plan) => {
      const settings = { objective: 'quality', isBudgeted: false, seed: 1 } as const;
      return (source = new AdaptiveSource(plan, { ...settings, worth: 0.1 }));
    },
  });
  const { learning = 0, heldOut = 0 } = source?.answers ?? {};
  return { totals, answers: learning + heldOut };
}

describe('an adaptive sweep with failed calls', () => {
  it('calls only those again, and counts their answers', async () => {
    const fragile = await serve();
    const first = await sweep(fragile);
    expect(first.totals.failed).toBeGreaterThan(5);
    expect(first.totals.total).toBeLessThan(200);
    expect(first.answers).toBe(first.totals.total - first.totals.failed);
    fragile.repair();
    const second = await sweep(fragile);
    expect(second.totals).toMatchObject({
      total: first.totals.total,
      done: first.totals.failed,
      failed: 0,
    });
    expect(second.answers).toBe(second.totals.total);
    const third = await sweep(fragile);
    expect(third.totals).toMatchObject({ total: first.totals.total, done: 0 });
  });
});
