import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createWorkProgress } from '../../../src/cli/print/work-progress.js';

describe('the progress of a computation', () => {
  it('is a line every five seconds where there is no terminal, with the time left', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    let nowMs = 0;
    const progress = createWorkProgress({ unit: 'fits', stream, now: () => nowMs });
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
    expect(stream.read()).toBe('2/4 fits, about 6 s left\n');
  });
});
