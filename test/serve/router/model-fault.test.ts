import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../../support/close-after-each.js';
import {
  answer,
  buildAnswer,
  errorOf,
  question,
  replyJson,
  startRouter,
} from '../../support/router.js';
import { buildPolicyModel } from '../../support/routing-policy.js';
import {
  delta,
  done,
  event,
  failWith,
  stream,
  usageEvent,
  type Reply,
} from '../../support/scripted-server.js';

const start = closeAfterEach(startRouter);

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const reason = 'function_call_filter: MALFORMED_FUNCTION_CALL';
const openRouter = {
  delta: { content: '' },
  finish_reason: 'error',
  native_finish_reason: 'MALFORMED_FUNCTION_CALL',
};

const faults: readonly (readonly [string, Reply])[] = [
  ['of Gemini', replyJson(buildAnswer('', { usage }, reason))],
  ['of Gemini, streamed', stream(delta({ content: '' }, reason), usageEvent(usage), done)],
  [
    'of OpenRouter, streamed',
    stream(event({ choices: [{ index: 0, ...openRouter }] }), usageEvent(usage), done),
  ],
  ['of Groq', failWith(400, { code: 'tool_use_failed', failed_generation: '<function=f>' })],
  ['of Groq, in a stream', stream(event({ error: { code: 'tool_use_failed' } }))],
];

describe('a call of a tool that the server of a model cannot read', () => {
  it.each(faults)('is no fault of the endpoint, however often it comes: %s', async (_, reply) => {
    const { router } = await start({ large: reply });
    for (let count = 0; count < 6; count++) {
      const error = await errorOf(router.stream(question));
      expect(error).toMatchObject({
        code: 'all_attempts_failed',
        failure: { class: 'malformed' },
      });
    }
    expect(router.health()['large']).toMatchObject({ state: 'closed', failed: 0 });
  });

  it.each(faults)('of two models leaves the request to a third one: %s', async (_, reply) => {
    const { router } = await start({ large: reply, small: reply, local: answer('4') });
    for (const kind of ['complete', 'stream'] as const) {
      expect((await router[kind](question)).model).toBe('local');
    }
  });

  it('is charged as an answer is, where its usage is told', async () => {
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-01' };
    const models = ['large', 'small', 'local'].map((id) => ({ ...buildPolicyModel(id), price }));
    for (const [, reply] of faults.slice(0, 3)) {
      const { router, events } = await start({ large: reply }, { policy: { models } });
      await errorOf(router.stream(question));
      expect(events.find(({ type }) => type === 'attempt_failed')).toMatchObject({
        charge: { usage: { inputTokens: 10, outputTokens: 5 }, costUsd: 20e-6 },
      });
    }
  });
});
