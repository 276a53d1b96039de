import { afterEach, describe, expect, it } from 'vitest';
import type { RequestLog } from '../../../src/serve/gateway/request-log.js';
import type { SpendingEntry } from '../../../src/serve/gateway/spending.js';
import {
  ask,
  buildMessage,
  pathOf,
  sha256Of,
  startGateway,
  type Served,
  type TestGateway,
} from '../../support/gateway.js';
import { buildAnswer, replyJson } from '../../support/router.js';
import {
  delta,
  done,
  failWith,
  resetWithin,
  stream,
  usageEvent,
} from '../../support/scripted-server.js';

const usage = { prompt_tokens: 8000, completion_tokens: 50 };
/** At the price of the tests' models. */
const usd = 0.0081;
const figures = { inputTokens: 8000, outputTokens: 50, costIsGuess: false };
/** Of the other model. */
const small4 = { prompt_tokens: 10, completion_tokens: 5 };
const usd4 = 0.00002;
const guessed: Served = {
  reply: replyJson(
    buildAnswer('4', { usage: { ...small4, prompt_tokens_details: { audio_tokens: 9 } } }),
  ),
};
const cutOff: Served = { reply: replyJson(buildAnswer('', { usage }, 'length')) };
const authorization = { authorization: 'Bearer key' };
let test: TestGateway;
let entries: SpendingEntry[];

async function post(served: Readonly<Record<string, Served>>, members: object): Promise<Response> {
  entries = [];
  test = await startGateway(served, {
    access: { kind: 'keys', callers: [{ name: 'c', keySha256: sha256Of('key'), usdPerMonth: 1 }] },
    spending: { entries: [], record: (entry) => void entries.push(entry) },
  });
  return test.post(pathOf.openai, ask('openai', { max_tokens: 50, ...members }), authorization);
}

afterEach(() => test.close());

describe('a whole answer without content', () => {
  it.each<[string, Served, number]>([
    ['at the token limit', cutOff, 502],
    [
      'at the token limit, streamed',
      { reply: stream(delta({}, 'length'), usageEvent(usage), done) },
      502,
    ],
    ['ended by a filter', { reply: replyJson(buildAnswer('', { usage }, 'content_filter')) }, 400],
    [
      'that its model ended',
      {
        kind: 'anthropic',
        reply: replyJson({
          ...buildMessage([]),
          usage: { input_tokens: 8000, output_tokens: 50 },
        }),
      },
      502,
    ],
  ])('is charged and shown with its cost: %s', async (name, large, status) => {
    const response = await post({ large }, { stream: name.endsWith('streamed') });
    expect(response.status).toBe(status);
    const [held, settled] = entries;
    expect(held?.isSettled).toBe(false);
    expect(settled?.isSettled).toBe(true);
    expect(settled?.usd).toBeCloseTo(usd, 12);
    const costUsd = settled?.usd;
    expect(test.log[0]).toMatchObject({ model: 'large', ...figures, costUsd });
    expect(test.log[0]?.attempts[0]).toMatchObject({ outcome: 'failed', ...figures, costUsd });
    const metrics = await (await test.get('/metrics', authorization)).text();
    expect(metrics).toContain('routesmith_tokens_total{model="large",direction="input"} 8000');
    expect(metrics).toContain(`routesmith_cost_usd_total{model="large"} ${costUsd}`);
    expect(metrics).toContain('routesmith_unknown_costs_total{model="large"} 0');
  });

  it('counts beside the answer of the next model', async () => {
    const small = { reply: replyJson(buildAnswer('4', { usage: small4 })) };
    const response = await post({ large: cutOff, small }, { routesmith: { explain: true } });
    expect(response.status).toBe(200);
    expect(entries.map((entry) => entry.isSettled)).toEqual([false, true, false, true]);
    const spent = (entries[1]?.usd ?? 0) + (entries[3]?.usd ?? 0);
    expect(spent).toBeCloseTo(usd + usd4, 12);
    expect(Number(response.headers.get('x-routesmith-cost-usd'))).toBeCloseTo(spent, 12);
    const { routesmith } = (await response.json()) as { routesmith: RequestLog };
    const { attempts } = routesmith;
    expect(attempts).toMatchObject([figures, { inputTokens: 10, outputTokens: 5 }]);
    for (const { costUsd, costIsGuess } of [routesmith, test.log[0] as RequestLog]) {
      expect([costUsd, costIsGuess]).toEqual([spent, false]);
    }
    expect(attempts.reduce((sum, { costUsd }) => sum + (costUsd ?? NaN), 0)).toBe(spent);
    expect(test.log[0]).toMatchObject({ inputTokens: 8010, outputTokens: 55, attempts });
  });

  it('counts beside the streamed answer of the next model, once that has ended', async () => {
    const small = { reply: stream(delta({ content: '4' }, 'stop'), usageEvent(small4), done) };
    const explain = { stream: true, routesmith: { explain: true } };
    const response = await post({ large: cutOff, small }, explain);
    const cost = response.headers.get('x-routesmith-cost-usd');
    expect([null, usd + usd4]).toContain(cost === null ? null : Number(cost));
    expect(await response.text()).toContain(`"costUsd":${test.log[0]?.costUsd},`);
    expect(test.log[0]?.costUsd).toBeCloseTo(usd + usd4, 12);
  });

  it('counts beside other empty answers, where no model has another', async () => {
    const small = { reply: replyJson(buildAnswer('', { usage: small4 })) };
    const response = await post({ large: cutOff, small }, {});
    expect(response.status).toBe(502);
    expect(Number(response.headers.get('x-routesmith-cost-usd'))).toBeCloseTo(usd + usd4, 12);
    expect(test.log[0]).toMatchObject({ inputTokens: 8010, outputTokens: 55 });
    expect(test.log[0]?.costUsd).toBeCloseTo(usd + usd4, 12);
  });

  it.each<[string, Served, Served, number | null, boolean]>([
    ['a guess beside a known one', cutOff, guessed, usd + usd4, true],
    ['unknown beside one that is', cutOff, { reply: resetWithin }, null, false],
    ['unknown after one that is', { reply: failWith(504) }, guessed, null, false],
    ['known after one that is not charged', { reply: failWith(500) }, cutOff, usd, false],
  ])('makes the cost of a request %s', async (_, large, small, costUsd, costIsGuess) => {
    const response = await post({ large, small }, {});
    await response.text();
    expect(test.log[0]?.attempts).toHaveLength(2);
    if (costUsd === null) expect(test.log[0]?.costUsd).toBeNull();
    else expect(test.log[0]?.costUsd).toBeCloseTo(costUsd, 12);
    expect(test.log[0]?.costIsGuess).toBe(costIsGuess);
    expect(response.headers.has('x-routesmith-cost-usd')).toBe(costUsd !== null);
    expect(response.headers.has('x-routesmith-cost-is-guess')).toBe(costIsGuess);
  });

  it('is charged the worst case without usage, and no other call is given its figures', async () => {
    const silent = { reply: replyJson(buildAnswer('', { usage: null })) };
    await post({ large: cutOff, small: silent }, {});
    const [, , held, settled] = entries;
    expect(settled?.usd).toBe(held?.usd);
    expect(test.log[0]).toMatchObject({ model: 'small', inputTokens: null, costUsd: null });
  });

  it('is not asked for again only where a token limit caused every failure', async () => {
    const retry = async (served: Readonly<Record<string, Served>>) => {
      const response = await post(served, {});
      await test.close();
      return response.headers.get('x-should-retry');
    };
    expect(await retry({ large: cutOff, small: cutOff })).toBe('false');
    expect(await retry({ large: cutOff, small: { reply: failWith(500) } })).toBeNull();
    expect(await retry({ large: { reply: replyJson(buildAnswer('', { usage })) } })).toBeNull();
  });
});
