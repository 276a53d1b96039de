import { afterEach, describe, expect, it } from 'vitest';
import { answerAs, ask, pathOf, startGateway, type TestGateway } from '../../support/gateway.js';
import { failWith, type Reply } from '../../support/scripted-server.js';

const tests: TestGateway[] = [];

afterEach(async () => {
  await Promise.all(tests.splice(0).map((test) => test.close()));
});

const remedy =
  "the server refuses max_tokens: set request: { tokenLimit: 'max_completion_tokens' } at the endpoint";

/** As models do that take another name of the limit. */
const refusesLimit: Reply = (response, request) => {
  const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
  const reply =
    'max_tokens' in request.body
      ? failWith(400, { message, param: 'max_tokens', code: 'unsupported_parameter' })
      : answerAs('openai', 'four');
  return reply(response, request);
};

async function start(large: Reply): Promise<TestGateway> {
  const test = await startGateway({
    large: { reply: large },
    small: { reply: answerAs('openai', 'four') },
  });
  tests.push(test);
  return test;
}

async function send(test: TestGateway, members: object, times: number): Promise<void> {
  for (let call = 0; call < times; call++) {
    const response = await test.post(pathOf.openai, ask('openai', members));
    expect(response.status).toBe(200);
    await response.text();
  }
}

async function readProblems(test: TestGateway): Promise<unknown> {
  const { problems } = (await (await test.get('/ready')).json()) as { problems: unknown };
  return problems;
}

describe('a model that rejects every call', () => {
  it('is a problem of the gateway, with the setting that avoids it', async () => {
    const test = await start(refusesLimit);
    await send(test, { max_tokens: 9 }, 4);
    expect(await readProblems(test)).toEqual([]);
    await send(test, { max_tokens: 9 }, 2);
    expect(await readProblems(test)).toEqual([
      `large rejected 6 calls since its last answer: ${remedy}`,
    ]);
    expect(await (await test.get('/metrics')).text()).toContain('routesmith_problems 1');
  });

  it('is none any more after an answer, or where the pool is replaced', async () => {
    const test = await start(refusesLimit);
    await send(test, { max_tokens: 9 }, 5);
    await send(test, {}, 1);
    expect(await readProblems(test)).toEqual([]);
    await send(test, { max_tokens: 9 }, 5);
    expect(await readProblems(test)).toHaveLength(1);
    test.gateway.update({ pool: test.settings.pool });
    expect(await readProblems(test)).toEqual([]);
  });

  it('is named with the status where nothing else is known', async () => {
    const message = 'This model does not support image input';
    const test = await start(failWith(400, { message, code: 'unsupported_value' }));
    await send(test, {}, 5);
    expect(await readProblems(test)).toEqual([
      'large rejected 5 calls since its last answer: HTTP 400',
    ]);
  });

  it('is logged with the setting that avoids it, in each request', async () => {
    const test = await start(refusesLimit);
    await send(test, { max_tokens: 9 }, 1);
    expect(test.log[0]?.attempts).toMatchObject([
      { model: 'large', why: 'unsupported', status: 400, detail: remedy },
      { model: 'small', outcome: 'answered' },
    ]);
  });
});
