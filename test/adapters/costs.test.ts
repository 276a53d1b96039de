import { describe, expect, it } from 'vitest';
import type { RoutingMetadata } from '../../src/adapters/calls/routing-metadata.js';
import { createRoutesmith } from '../../src/adapters/ai-sdk/create-routesmith.js';
import { ChatRoutesmith } from '../../src/adapters/langchain/chat-routesmith.js';
import { loadPolicy } from '../../src/policy/decide/load-policy.js';
import { createRouter } from '../../src/serve/router/router.js';
import type { Usage } from '../../src/llm/usage.js';
import type { AnswerCharge } from '../../src/serve/router/answer-charge.js';
import type { RouterEvent } from '../../src/serve/router/router-event.js';
import { createCompatibleModel, prompt, startAiSdk } from '../support/ai-sdk.js';
import { closeAfterEach } from '../support/close-after-each.js';
import { createChatModel, startLangChain } from '../support/langchain.js';
import { buildAnswer, question, readEvents, replyJson } from '../support/router.js';
import {
  buildConstantPolicy,
  buildPolicyModel,
  writePolicyFile,
} from '../support/routing-policy.js';
import {
  delta,
  done,
  roleOnly,
  startScriptedServer,
  stream,
  usageEvent,
  type Reply,
} from '../support/scripted-server.js';

const startServer = closeAfterEach(startScriptedServer);
const startSdk = closeAfterEach(startAiSdk);
const startChat = closeAfterEach(startLangChain);

const price = {
  inputPerMillionUsd: 3,
  outputPerMillionUsd: 15,
  cachedInputPerMillionUsd: 0.3,
  cacheWritePerMillionUsd: 3.75,
  date: '2026-01-01',
};
const models = ['small', 'large', 'local'].map((id) => ({ ...buildPolicyModel(id), price }));

/** What an answer is said to have cost. */
type Bill = Pick<RoutingMetadata, 'costUsd' | 'costIsGuess'>;

const pick = ({ costUsd, costIsGuess }: Bill): Bill => ({
  costUsd,
  ...(costIsGuess !== undefined && { costIsGuess }),
});

/** What an answer with this usage costs by the router and both adapters, whole and streamed. */
async function listBills(usage: Record<string, unknown>): Promise<Record<string, Bill>> {
  const { baseUrl } = await startServer((response, request) =>
    (request.body['stream'] === true
      ? stream(roleOnly, delta({ content: 'hi' }), delta({}, 'stop'), usageEvent(usage), done)
      : replyJson(buildAnswer('hi', { usage })))(response, request),
  );
  const policy = await loadPolicy((await writePolicyFile(buildConstantPolicy({ models }))).text);

  const pool = { large: { kind: 'openai', baseUrl, model: 'large-1' } } as const;
  const router = createRouter({ policy, pool });
  const routed = await router.stream(question);
  const { end } = await readEvents(routed.events);

  const model = createRoutesmith({
    policy,
    models: { large: createCompatibleModel('large', baseUrl) },
  })();
  const { stream: parts } = await model.doStream({ prompt });
  let finish: unknown;
  for await (const part of parts) finish = part;

  const chat = new ChatRoutesmith({ policy, models: { large: createChatModel('large', baseUrl) } });
  const chunks = [];
  for await (const chunk of await chat.stream('hi')) chunks.push(chunk);
  const billed = (holder: unknown): Bill => pick((holder as { routesmith: Bill }).routesmith);
  return {
    'router, whole': pick(await router.complete(question)),
    'router, streamed': pick(end as unknown as Bill),
    'AI SDK, whole': billed((await model.doGenerate({ prompt })).providerMetadata),
    'AI SDK, streamed': billed((finish as { providerMetadata: unknown }).providerMetadata),
    'LangChain, whole': billed((await chat.invoke('hi')).response_metadata),
    'LangChain, streamed': billed(chunks.at(-1)?.response_metadata),
  };
}

describe('the cost of a reply, by the router and by both adapters', () => {
  it.each<[string, Bill, Record<string, unknown>]>([
    [
      'reasoning beside the output',
      { costUsd: 0.001641 },
      {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        completion_tokens_details: { reasoning_tokens: 94 },
      },
    ],
    [
      'reasoning in the total only',
      { costUsd: 0.01281, costIsGuess: true },
      { prompt_tokens: 20, completion_tokens: 50, total_tokens: 870 },
    ],
    [
      'tokens written to a cache',
      { costUsd: 0.0375 },
      {
        prompt_tokens: 10_000,
        completion_tokens: 50,
        total_tokens: 10_050,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 9000 },
      },
    ],
    [
      'cached tokens beside the details',
      { costUsd: 0.00645 },
      { prompt_tokens: 10_000, completion_tokens: 50, total_tokens: 10_050, cached_tokens: 9000 },
    ],
    [
      "the provider's own charge",
      { costUsd: 0.5 },
      { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70, cost: 0.5 },
    ],
    ['no count of the output', { costUsd: null }, { prompt_tokens: 20, total_tokens: 20 }],
  ])('is the same with %s', async (_, bill, usage) => {
    const bills = await listBills(usage);
    expect(bills).toEqual(Object.fromEntries(Object.keys(bills).map((from) => [from, bill])));
  });
});

describe('the charge of an empty answer, before another model takes over', () => {
  const usage = { prompt_tokens: 8000, completion_tokens: 50, total_tokens: 8050 };
  const empty: Reply = (response, request) =>
    (request.body['stream'] === true
      ? stream(roleOnly, delta({}, 'length'), usageEvent(usage), done)
      : replyJson(buildAnswer('', { usage }, 'length')))(response, request);
  const full: Reply = (response, request) =>
    (request.body['stream'] === true
      ? stream(roleOnly, delta({ content: '4' }), delta({}, 'stop'), done)
      : replyJson(buildAnswer('4')))(response, request);
  const replies = { large: empty, small: full };
  let charges: (AnswerCharge | undefined)[];
  const onEvent = (event: RouterEvent): void => {
    if (event.type === 'attempt_failed') charges.push(event.charge);
  };

  it.each<[string, () => Promise<unknown>]>([
    [
      'AI SDK',
      async () => {
        const { routesmith } = await startSdk(replies, { policy: { models }, onEvent });
        await routesmith().doGenerate({ prompt });
        for await (const _ of (await routesmith().doStream({ prompt })).stream);
      },
    ],
    [
      'LangChain',
      async () => {
        const { chat } = await startChat(replies, { policy: { models }, onEvent });
        await chat.invoke('hi');
        for await (const _ of await chat.stream('hi'));
      },
    ],
  ])('is told by the adapter for %s, whole and streamed', async (_, ask) => {
    charges = [];
    await ask();
    const charge = {
      usage: expect.objectContaining({ inputTokens: 8000, outputTokens: 50 }) as Usage,
      costUsd: expect.closeTo(0.02475, 12) as number,
    };
    expect(charges).toEqual([charge, charge]);
  });
});
