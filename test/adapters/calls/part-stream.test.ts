import { describe, expect, it } from 'vitest';
import { openPartStream, type PartReader } from '../../../src/adapters/calls/part-stream.js';
import { createFailure } from '../../../src/llm/failure.js';
import type { Conclusion } from '../../../src/llm/types.js';
import { createCutoff } from '../../../src/serve/router/cutoff.js';
import { defaultRouterTimeouts } from '../../../src/serve/router/timeouts.js';

const whole: Conclusion = {
  kind: 'answered',
  ending: 'complete',
  finishReason: 'stop',
  hasAnswer: true,
};
const broken: Conclusion = { kind: 'failed', failure: createFailure('truncated', 'no end') };

/** Opens a stream of two parts, the second of which may say that it is the last one. */
function open(conclusion: Conclusion, saysLast: boolean) {
  const parts = ['It', ' is'];
  const reader: PartReader<string> = {
    read: (text) => ({
      events: [{ kind: 'text', text, choice: 0 }],
      isContent: true,
      isLast: saysLast && text === ' is',
    }),
    conclude: () => conclusion,
    readTokens: () => ({ usage: null, isGuess: false, reportedCostUsd: undefined }),
  };
  const attempt = {
    cutoff: createCutoff(undefined, Infinity, 'attempt_timeout'),
    timeouts: defaultRouterTimeouts,
    elapsedMs: () => 0,
    date: () => new Date(),
    resendsOnReset: false,
  };
  const source = { next: () => Promise.resolve(parts.shift()), cancel: () => {} };
  return openPartStream(attempt, source, reader);
}

describe('an answer in parts', () => {
  it('is complete with its last part', async () => {
    const stream = await open(whole, true);
    expect(stream.isComplete()).toBe(false);
    await stream.next();
    expect(stream.isComplete()).toBe(true);
    expect(await stream.next()).toBeUndefined();
  });

  it('is complete only with the end of its source where no part says that it is the last one', async () => {
    const stream = await open(whole, false);
    await stream.next();
    expect(stream.isComplete()).toBe(false);
    await stream.next();
    expect(stream.isComplete()).toBe(true);
  });

  it('is never complete where it is not whole', async () => {
    const stream = await open(broken, true);
    await stream.next();
    expect(stream.isComplete()).toBe(false);
    await expect(stream.next()).rejects.toMatchObject({ failure: { class: 'truncated' } });
  });
});
