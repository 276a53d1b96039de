import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFitProgress } from '../../../src/cli/print/fit-progress.js';

describe('the progress of a training', () => {
  it('is a line every five seconds where nobody sits at a terminal, with the time left', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    let nowMs = 0;
    const progress = createFitProgress(stream, () => nowMs);
    for (const [done, atMs] of [
      [1, 3_000],
      [2, 6_000],
      [3, 9_000],
      [4, 12_000],
    ] as const) {
      nowMs = atMs;
      progress.report(done, 4);
    }
    progress.close();
    expect(stream.read()).toBe('fit 2/4, about 6 s left\n');
  });
});
