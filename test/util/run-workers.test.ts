import { describe, expect, it } from 'vitest';
import { runWorkers } from '../../src/util/run-workers.js';

const turn = () => new Promise(setImmediate);

describe('runWorkers', () => {
  it('works on every item once, in order, with no more at a time than it may', async () => {
    const items = Array.from({ length: 20 }, (_, index) => index);
    const begun: number[] = [];
    let running = 0;
    let peak = 0;
    await runWorkers(items, 3, async (item) => {
      begun.push(item);
      peak = Math.max(peak, ++running);
      await turn();
      running--;
    });
    expect(begun).toEqual(items);
    expect(peak).toBe(3);
  });

  it('begins nothing after an error, and rejects with it when the rest has ended', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = async (item: number) => {
      begun.push(item);
      if (item === 2) throw new Error('disk full');
      await turn();
      ended++;
    };
    await expect(runWorkers([0, 1, 2, 3, 4, 5, 6, 7], 3, work)).rejects.toThrow('disk full');
    expect(begun).toEqual([0, 1, 2]);
    expect(ended).toBe(2);
  });

  it('is done at once where there is nothing to do', async () => {
    await runWorkers([], 4, async () => {
      throw new Error('called');
    });
  });
});
