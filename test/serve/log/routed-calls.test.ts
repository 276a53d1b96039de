import { describe, expect, it } from 'vitest';
import { createLogFeedback } from '../../../src/serve/host/keep-feedback.js';
import { summarizeLog } from '../../../src/review/replay/summarize-log.js';
import { systemRouterClock } from '../../../src/serve/router/call.js';
import { createDecisionLog, type DecisionLog } from '../../../src/serve/log/decision-log.js';
import type { LogLevel } from '../../../src/serve/log/record.js';
import { readAll, readTexts } from '../../support/decision-log.js';
import { answerAs, ask, pathOf, startGateway } from '../../support/gateway.js';
import {
  answer,
  buildAnswer,
  question,
  readEvents,
  replyJson,
  startRouter,
  type TestRouter,
} from '../../support/router.js';
import { done, event, failWith, stream, type Reply } from '../../support/scripted-server.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
let count = 0;

async function withLog(
  use: (log: DecisionLog) => Promise<void>,
  level: LogLevel = 'scores',
  clock = systemRouterClock,
): Promise<Awaited<ReturnType<typeof readAll>> & { readonly directory: string }> {
  const directory = folder.file(`log-${++count}`);
  const log = await createDecisionLog({ directory, level, clock });
  await use(log);
  await log.close();
  return { ...(await readAll(directory)), directory };
}

const overloaded = replyJson({ error: { message: 'planted secret, busy' } }, 503);

describe('the log of a router', () => {
  it('records the policy’s choice apart from the model that served, and each attempt', async () => {
    const { requests } = await withLog(async (log) => {
      const { router, close } = await startRouter(
        { large: overloaded, small: answer('four') },
        { log },
      );
      const answered = await router.complete(question);
      expect(answered.logId).toMatch(/^[0-9a-f-]{36}$/);
      await log.feedback({ id: answered.logId as string, quality: 1, source: 'grader' });
      await close();
    });
    expect(requests).toHaveLength(1);
    const [{ decision, served, feedback } = {}] = requests;
    expect(decision).toMatchObject({
      choice: 'large',
      propensity: 1,
      exclusions: [null, null, 'unavailable'],
    });
    expect(served).toMatchObject({
      id: decision?.id,
      model: 'small',
      propensity: 1,
      outcome: 'answered',
      attempts: [
        { model: 'large', outcome: 'failed', why: 'server_error' },
        { model: 'small', outcome: 'answered', why: null },
      ],
      finishReason: 'stop',
      usage: { inputTokens: 10, outputTokens: 5 },
    });
    expect(feedback).toMatchObject([{ quality: 1, source: 'grader' }]);
  });

  it('keeps what an empty answer cost apart from the answer of the model that took over', async () => {
    const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-01' };
    const usage = { prompt_tokens: 8000, completion_tokens: 50 };
    const cutOff = replyJson(buildAnswer('', { usage }, 'length'));
    const silent = replyJson(buildAnswer('', { usage: null }, 'length'));
    const { requests, directory } = await withLog(async (log) => {
      for (const replies of [
        { large: cutOff, small: answer('four') },
        { large: cutOff, small: cutOff },
        { large: silent, small: answer('four') },
        { large: failWith(504), small: answer('four') },
        { large: failWith(500), small: answer('four') },
      ]) {
        const { router, close } = await startRouter(replies, { log, endpoint: { price } });
        await router.complete(question).catch(() => undefined);
        await close();
      }
    });
    const charge = {
      usage: { inputTokens: 8000, outputTokens: 50 },
      costUsd: expect.closeTo(0.0081, 12) as number,
      costIsGuess: false,
    };
    const [taken, failed, unknown, late, broken] = requests.map(({ served }) => served);
    expect(taken).toMatchObject({
      model: 'small',
      attempts: [{ model: 'large', outcome: 'failed', charge }, { outcome: 'answered' }],
      usage: { inputTokens: 10, outputTokens: 5 },
      costUsd: expect.closeTo(0.00002, 12) as number,
    });
    expect(taken?.attempts[1]).not.toHaveProperty('charge');
    expect(failed).toMatchObject({
      outcome: 'failed',
      attempts: [{ charge }, { charge }],
      usage: null,
      costUsd: null,
    });
    expect(unknown?.attempts[0]).toMatchObject({ charge: { usage: null, costUsd: null } });
    expect(late?.attempts[0]).toMatchObject({ charge: { usage: null, costUsd: null } });
    expect(broken?.attempts[0]).not.toHaveProperty('charge');
    // What was paid: for four answers, two of them beside an unknown charge, and three empty ones.
    const summary = await summarizeLog(directory);
    expect(summary).toMatchObject({ requestsOfKnownCost: 5, guessedCosts: 2, incompleteCosts: 2 });
    expect(summary.costUsd).toBeCloseTo(0.0081 * 3 + 0.00002 * 4, 12);
  });

  it('gives the model that served the chance of all that led to it', async () => {
    const { requests } = await withLog(async (log) => {
      const { router, close } = await startRouter(
        { large: overloaded, small: answer('four'), local: answer('4') },
        { log, breaker: { failureThreshold: 1000 } },
      );
      for (let seed = 0; seed < 40; seed++) {
        await router.complete(question, { explore: { share: 0.3, seed } });
      }
      await close();
    });
    // Without exploration: large, which always fails, and then small. local is chosen by chance only.
    for (const { decision, served } of requests) {
      expect(decision.policyChoice).toBe('large');
      expect(decision.propensity).toBeCloseTo(decision.choice === 'large' ? 0.8 : 0.1, 12);
      const failed = served?.attempts.some(({ model }) => model === 'large');
      if (served?.model === 'local') expect(served.propensity).toBeCloseTo(0.1, 12);
      else expect(served?.propensity).toBeCloseTo(failed === true ? 0.9 : 0.1, 12);
    }
    expect(new Set(requests.map(({ served }) => served?.model))).toEqual(
      new Set(['small', 'local']),
    );
  });

  it('counts the chance of a model that is down also where it was not drawn', async () => {
    const { requests } = await withLog(async (log) => {
      const { router, close } = await startRouter(
        { large: answer('four'), small: answer('4'), local: overloaded },
        { log, breaker: { failureThreshold: 1 } },
      );
      await router.complete(question, { model: 'local' });
      for (let seed = 0; seed < 60; seed++) {
        await router.complete(question, { explore: { share: 0.3, seed } });
      }
      await close();
    });
    const explored = requests.filter(({ decision }) => decision.named === null);
    // In place of local, large is called: the chances of large and of small add up to 1.
    for (const { served } of explored) {
      expect(served?.propensity).toBeCloseTo(served?.model === 'large' ? 0.9 : 0.1, 12);
    }
    expect(new Set(explored.map(({ decision }) => decision.choice))).toEqual(
      new Set(['large', 'small', 'local']),
    );
  });

  it('counts latency and time to the first content from the decision on', async () => {
    const routed: Partial<TestRouter> = {};
    const clock = { now: () => routed.clock?.now() ?? 0, date: () => new Date() };
    const record = async (log: DecisionLog): Promise<void> => {
      const fails: Reply = (response, request) => {
        routed.clock?.advance(600);
        overloaded(response, request);
      };
      const answers: Reply = (response, request) => {
        routed.clock?.advance(30);
        answer('four')(response, request);
      };
      Object.assign(routed, await startRouter({ large: fails, small: answers }, { log }));
      await readEvents((await routed.router!.stream(question)).events);
      await routed.close?.();
    };
    const { requests } = await withLog(record, 'scores', clock);
    expect(requests[0]?.served).toMatchObject({
      ttftMs: 630,
      latencyMs: 630,
      attempts: [{ latencyMs: 600 }, { latencyMs: 30 }],
    });
  });

  it('records streams: answered, broken and left', async () => {
    const { requests } = await withLog(async (log) => {
      const whole = await startRouter({ large: answer('four') }, { log });
      await readEvents((await whole.router.stream(question)).events);
      const left = await whole.router.stream(question);
      await left.events.next();
      await left.events.return?.();
      await whole.close();
      const content = { choices: [{ index: 0, delta: { content: 'fo' } }] };
      const broken = await startRouter({ large: stream(event(content)) }, { log });
      await readEvents((await broken.router.stream(question)).events);
      await broken.close();
      const none = await startRouter({ large: overloaded }, { log });
      await none.router.complete(question).catch(() => undefined);
      await none.close();
    }, 'prompts');
    expect(requests.map(({ served }) => [served?.outcome, served?.model])).toEqual([
      ['answered', 'large'],
      ['aborted', null],
      ['broken', null],
      ['failed', null],
    ]);
    expect(requests.map(({ served }) => served?.answer)).toEqual(['four', '', 'fo', '']);
    expect(requests[0]?.decision.request).toMatchObject(question);
    expect(requests[0]?.served?.ttftMs).toBeGreaterThanOrEqual(0);
  });
});

it('keeps the first of several choices, streamed as whole', async () => {
  const part = (index: number, content: string, finish_reason: string | null = null): string =>
    event({ choices: [{ index, delta: { content }, finish_reason }] });
  const choices = [
    { index: 0, message: { role: 'assistant', content: 'The answer' }, finish_reason: 'stop' },
    { index: 1, message: { role: 'assistant', content: 'It is' }, finish_reason: 'stop' },
  ];
  const streamed = stream(
    part(0, 'The'),
    part(1, 'It'),
    part(0, ' answer', 'stop'),
    part(1, ' is', 'stop'),
    done,
  );
  const { requests } = await withLog(async (log) => {
    for (const reply of [replyJson({ choices }), streamed]) {
      const { router, close } = await startRouter({ large: reply }, { log });
      const { events } = await router.stream({ ...question, n: 2 });
      expect((await readEvents(events)).text).toBe('The answer');
      await close();
    }
  }, 'prompts');
  expect(requests.map(({ served }) => served?.answer)).toEqual(['The answer', 'The answer']);
});

describe('the log of a gateway', () => {
  it('names each record as its answer, and takes its feedback', async () => {
    const ids: (string | null)[] = [];
    const { requests, totals } = await withLog(async (log) => {
      const feedback = createLogFeedback(log);
      const { post, close } = await startGateway(
        { large: { kind: 'anthropic', reply: answerAs('anthropic', 'four') } },
        { decisionLog: log, feedback },
      );
      const headers = { 'x-routesmith-conversation': 'jane-doe', 'x-routesmith-objective': 'cost' };
      const answered = await post(pathOf.openai, ask('openai', { stream: true }), headers);
      await answered.text();
      const id = answered.headers.get('x-routesmith-id');
      await post('/v1/feedback', { id, quality: 0.5, source: 'unit-tests' });
      await post('/v1/feedback', { id, quality: 1, source: 'human' });
      ids.push(id);
      const routed = await post('/v1/route', ask('openai'), {
        'x-routesmith-conversation': 'jane-doe',
      });
      ids.push(routed.headers.get('x-routesmith-id'));
      await close();
    });
    expect(requests.map(({ decision }) => [decision.id, decision.awaitsServed])).toEqual([
      [ids[0], true],
      [ids[1], false],
    ]);
    expect(requests[0]?.decision.conversation).toBe(requests[1]?.decision.conversation);
    expect(requests[0]?.decision.objective.name).toBe('cost');
    expect(requests[0]?.served).toMatchObject({ model: 'large', outcome: 'answered' });
    expect(requests[0]?.feedback).toMatchObject([
      { quality: 0.5, source: 'other', by: 'unit-tests' },
      { quality: 1, source: 'human', by: null },
    ]);
    expect(totals.unmatchedFeedback).toBe(0);
  });

  it('puts the turns of a conversation that nobody named together, from the first on', async () => {
    const { requests } = await withLog(async (log) => {
      const { post, close } = await startGateway(
        { large: { reply: answerAs('openai', 'four') } },
        { decisionLog: log },
      );
      const first = [{ role: 'user', content: 'What is 2 + 2?' }];
      const next = [
        ...first,
        { role: 'assistant', content: 'four' },
        { role: 'user', content: 'And 3 + 3?' },
      ];
      for (const messages of [
        first,
        next,
        [...next.slice(0, 2), { role: 'user', content: 'Why?' }],
      ]) {
        await post(pathOf.openai, ask('openai', { messages }));
      }
      await post(pathOf.openai, ask('openai', { messages: [{ role: 'user', content: 'Hello' }] }));
      await close();
    });
    const [one, two, three, other] = requests.map(({ decision }) => decision.conversation);
    expect([two, three]).toEqual([one, one]);
    expect(one).toMatch(/^[0-9a-f]+$/);
    expect(other).not.toBe(one);
  });

  it('holds no key and no text below the level of prompts', async () => {
    const { directory } = await withLog(async (log) => {
      const leaky = replyJson({ error: { message: 'sk-large-key Xyzzy' } }, 401);
      const { post, close } = await startGateway(
        { large: { reply: leaky }, small: { reply: answerAs('openai', 'Xyzzy') } },
        { decisionLog: log, exposeProviderMessages: true, feedback: createLogFeedback(log) },
      );
      const messages = [{ role: 'user', content: 'Xyzzy sk-caller-0123456789' }];
      const headers = { authorization: 'Bearer sk-caller-0123456789' };
      const body = ask('openai', { messages, user: 'Xyzzy', metadata: { name: 'Xyzzy' } });
      await post(pathOf.openai, body, { ...headers, 'x-routesmith-conversation': 'Xyzzy' });
      await post(pathOf.openai, body, { ...headers, 'x-routesmith-task': 'Xyzzy' });
      await post('/v1/feedback', { id: 'Xyzzy-1', quality: 1, source: 'sk-caller-0123456789' });
      await close();
    }, 'features');
    const written = readTexts(directory);
    expect(written).toContain('"kind":"served"');
    expect(written).not.toMatch(/sk-|messages|Bearer/);
    // The id of feedback is the caller's, and names nothing else.
    expect(written.replaceAll('Xyzzy-1', '')).not.toContain('Xyzzy');
  });
});
