import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();
const priceAt = (usd: number, date = '2026-01-01') => ({
  price: { inputPerMillionUsd: usd, outputPerMillionUsd: 2 * usd, date },
});

describe('a sweep that goes on at another price', () => {
  it('says so, compares all answers at the new one, and counts what was spent as it was', async () => {
    const server = await bench.serve(say('It is 4.'));
    await bench.sweep(bench.buildModels(server, ['small'], priceAt(4)), { taskCount: 2 });
    const notices: string[] = [];
    const onProgress = (_: unknown, notice?: string): void =>
      void (notice !== undefined && notices.push(notice));
    const models = bench.buildModels(server, ['small'], priceAt(1));
    const summary = await bench.sweep(models, { taskCount: 4, onProgress });
    expect(notices.join()).toContain('The price of small has changed');
    // 10 tokens in and 5 out: 20 tokens at the price of input.
    const { table } = await readRun(bench.runDirectory());
    expect([...table.costUsd].map((usd) => Math.round(1e6 * usd))).toEqual([20, 20, 20, 20]);
    expect(summary.budget.spentUsd).toBeCloseTo(2 * 80e-6 + 2 * 20e-6, 12);
  });

  it('says nothing where only the date of the price is another one', async () => {
    const server = await bench.serve(say('It is 4.'));
    await bench.sweep(bench.buildModels(server, ['small'], priceAt(1)), { taskCount: 1 });
    const notices: string[] = [];
    await bench.sweep(bench.buildModels(server, ['small'], priceAt(1, '2026-02-02')), {
      taskCount: 1,
      onProgress: (_, notice) => void (notice !== undefined && notices.push(notice)),
    });
    expect(notices.join()).not.toContain('price');
  });
});
