import { describe, expect, it } from 'vitest';
import {
  computeCallTimeouts,
  defaultCallTimeouts,
} from '../../../../src/measure/sweep/calls/call-timeouts.js';
import type { PoolModel } from '../../../../src/measure/models/model.js';
import { buildPoolModel } from '../../../support/pool-model.js';

const compute = (changes: Partial<PoolModel>) =>
  computeCallTimeouts(buildPoolModel(changes), 'question');

describe('computeCallTimeouts', () => {
  it('has its defaults for short answers', () => {
    expect(compute({})).toEqual(defaultCallTimeouts);
    expect(compute({ parameters: { maxTokens: 2000 } })).toEqual(defaultCallTimeouts);
  });

  it('leaves a long answer the time that a slow model takes, also until its first content', () => {
    expect(compute({ parameters: { maxTokens: 32_768 } })).toMatchObject({
      firstByteMs: 1_638_400,
      firstContentMs: 1_638_400,
      idleMs: 60_000,
      totalMs: 1_758_400,
    });
  });

  it('expects a long answer of a model that reasons without a limit', () => {
    expect(compute({ parameters: { reasoningEffort: 'high' } }).firstContentMs).toBe(1_600_000);
  });

  it('leaves the time for what the prompt itself allows', () => {
    const model = buildPoolModel({ parameters: { maxTokens: 100 } });
    const messages = [{ role: 'user', content: 'question' }] as const;
    const long = computeCallTimeouts(model, { messages, members: { max_tokens: 32_768 } });
    expect(long.totalMs).toBe(1_758_400);
    const reasons = { messages, members: { reasoning_effort: 'high' } };
    expect(computeCallTimeouts(buildPoolModel(), reasons).firstContentMs).toBe(1_600_000);
  });

  it.each([-1, 0, '100000'])(
    'leaves the time for any answer where the limit of the prompt is none: %j',
    (limit) => {
      const model = buildPoolModel({ parameters: { maxTokens: 100, reasoningEffort: 'high' } });
      const messages = [{ role: 'user', content: 'question' }] as const;
      const timeouts = computeCallTimeouts(model, { messages, members: { max_tokens: limit } });
      expect(timeouts.firstContentMs).toBe(1_600_000);
    },
  );

  it('takes what the pool says before anything else', () => {
    const model = buildPoolModel({ timeouts: { totalMs: 7 } });
    const timeouts = computeCallTimeouts(model, 'question', { totalMs: 8, idleMs: 9 });
    expect(timeouts).toMatchObject({ totalMs: 7, idleMs: 9, connectMs: 10_000 });
  });
});
