import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PoolModel } from '../../../src/measure/models/model.js';
import { systemClock, type Clock } from '../../../src/measure/sweep/calls/clock.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { runSweep, type SweepSettings } from '../../../src/measure/sweep/run-sweep.js';
import type { SweepEvent } from '../../../src/measure/sweep/sweep-event.js';
import { buildPoolModel } from '../../support/pool-model.js';
import {
  failWith,
  findClosedBaseUrl,
  inTurn,
  say,
  startScriptedServer,
  stream,
  delta,
  done,
  type Reply,
  type ScriptedServer,
} from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

/** Nobody has to wait for a retry here. */
const clock: Clock = { ...systemClock, sleep: async () => {} };
const servers: ScriptedServer[] = [];
let directory = '';
let runDirectory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sweep-'));
  runDirectory = path.join(directory, 'first');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(directory, { recursive: true });
});

async function serve(reply: Reply): Promise<ScriptedServer> {
  const server = await startScriptedServer(reply);
  servers.push(server);
  return server;
}

function buildModels(baseUrl: string, ...ids: readonly string[]): PoolModel[] {
  return ids.map((id) => buildPoolModel({ id, model: `${id}-1`, baseUrl }));
}

const examples = ['1', '2', '3', '4', '5', '6'].map((id) => buildExample(id));

function sweep(models: readonly PoolModel[], changes: Partial<SweepSettings> = {}) {
  return runSweep({
    taskSet: buildTaskSet(examples),
    pool: { file: 'models-in-memory.yaml', models },
    runDirectory,
    environment: {},
    clock,
    concurrency: 3,
    ...changes,
  });
}

const ledgerFile = () => path.join(runDirectory, 'ledger.jsonl');

describe('runSweep', () => {
  it('says once what the pool has to say of models whose usual requests are rejected', async () => {
    const member = 'max_tokens';
    const server = await serve((response, request) => {
      const isRefused = member in request.body && request.body['model'] === 'b-1';
      const message = `Unsupported parameter: '${member}'`;
      const reply = isRefused ? failWith(400, { message, param: member }) : say('It is 4.');
      reply(response, request);
    });
    const models = buildModels(server.baseUrl, 'a', 'b', 'b').map((model, index) => ({
      ...model,
      ...(index > 0 && { id: `b@${index}`, effort: { of: 'b', level: String(index) } }),
      parameters: { maxTokens: 9 + index },
    }));
    const events: SweepEvent[] = [];
    const summary = await sweep(models, { onEvent: (event) => events.push(event) });
    const newForm = { model: 'b', request: { tokenLimit: 'max_completion_tokens' } };
    expect(summary).toMatchObject({ coverage: 1, newForms: [newForm] });
    expect(events).toContainEqual({ kind: 'new_form', ...newForm });
    expect(await sweep(models)).not.toHaveProperty('newForms');
  });

  it('calls every cell once, and leaves a run that can be read', async () => {
    const server = await serve(say('It is 4.'));
    const summary = await sweep(buildModels(server.baseUrl, 'a', 'b'), { repeats: 2 });
    expect(server.requests).toHaveLength(24);
    expect(summary).toMatchObject({ coverage: 1, interrupted: false, simulated: false });
    expect(summary.totals).toMatchObject({ total: 24, done: 24, failed: 0, skipped: 0 });
    // 10 tokens at 1 USD and 5 at 2 USD per million, 24 times.
    expect(summary.totals.spentUsd).toBeCloseTo(24 * 20e-6, 12);
    const run = await readRun(runDirectory);
    expect(run.info).toMatchObject({ kind: 'sweep', name: 'first', simulated: false });
    expect(run.info.sources.map((source) => source.file)).toEqual([
      'tasks-in-memory.jsonl',
      'models-in-memory.yaml',
    ]);
    expect(run.table.models).toEqual(['a', 'b']);
    expect([...run.table.quality]).toEqual(Array(12).fill(1));
    expect(run.leftOut.size).toBe(0);
  });

  it('averages what repeats of a cell gave', async () => {
    const answers = ['It is 4.', 'It is 5.', 'It is 4.', 'It is 4.'];
    const server = await serve((...args) => say(answers.shift() ?? 'It is 5.')(...args));
    await sweep(buildModels(server.baseUrl, 'a'), { repeats: 4, limit: 1, concurrency: 1 });
    expect(server.requests).toHaveLength(4);
    const { table } = await readRun(runDirectory);
    expect([...table.quality]).toEqual([0.75]);
  });

  it('records a cell with its grade, usage, cost and timing', async () => {
    const server = await serve(say('It is 5.'));
    await sweep(buildModels(server.baseUrl, 'a'), { limit: 1 });
    const [entry, ...others] = await readLedger(ledgerFile());
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      model: 'a',
      repeat: 0,
      outcome: 'answered',
      answer: 'It is 5.',
      grade: { kind: 'graded', quality: 0 },
      usage: { inputTokens: 10, outputTokens: 5 },
      rawUsage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      costUsd: 20e-6,
      costSource: 'price_table',
      failedAttempts: [],
      finishReason: 'stop',
      servedModel: 'served-model',
      error: null,
    });
    expect(entry?.ttftMs).toBeLessThanOrEqual(entry?.latencyMs ?? -1);
  });

  it('tells progress after every cell', async () => {
    const server = await serve(say('It is 4.'));
    const finished: number[] = [];
    await sweep(buildModels(server.baseUrl, 'a'), {
      onProgress: (progress) => finished.push(progress.models.get('a')?.done ?? -1),
    });
    expect(new Set(finished)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });

  it.each([{ concurrency: 0 }, { repeats: 1.5 }, { limit: -1 }])('refuses %j', async (settings) => {
    const server = await serve(say('4'));
    const attempt = sweep(buildModels(server.baseUrl, 'a'), settings);
    await expect(attempt).rejects.toMatchObject({ code: 'usage' });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('an interrupted sweep', () => {
  it('goes on where it ended, in any order of tasks and models, and calls nothing twice', async () => {
    const controller = new AbortController();
    const server = await serve((response, request) => {
      if (request.index === 6) controller.abort();
      return say('It is 4.')(response, request);
    });
    const models = buildModels(server.baseUrl, 'a', 'b');
    const first = await sweep(models, { signal: controller.signal });
    const calledFirst = server.requests.length;
    expect(first.interrupted).toBe(true);
    expect(first.totals.skipped).toBeGreaterThan(0);
    // In-flight calls were finished and recorded.
    expect(first.totals.done).toBe(calledFirst);
    expect(await readLedger(ledgerFile())).toHaveLength(calledFirst);

    const second = await sweep(models.toReversed(), {
      taskSet: buildTaskSet(examples.toReversed()),
      seed: 99,
    });
    expect(second).toMatchObject({ interrupted: false, coverage: 1 });
    expect(second.totals.settledBefore).toBe(calledFirst);
    const asked = server.requests.map(({ body }) =>
      JSON.stringify([body['model'], body['messages']]),
    );
    expect(asked).toHaveLength(12);
    expect(new Set(asked).size).toBe(12);
  });

  it('begins nothing where it was interrupted before', async () => {
    const server = await serve(say('4'));
    const summary = await sweep(buildModels(server.baseUrl, 'a'), { signal: AbortSignal.abort() });
    expect(server.requests).toHaveLength(0);
    expect(summary).toMatchObject({ interrupted: true, coverage: 0 });
  });

  it('calls only what a larger pool, more repeats or changed parameters add', async () => {
    const server = await serve(say('It is 4.'));
    const [a, b] = buildModels(server.baseUrl, 'a', 'b') as [PoolModel, PoolModel];
    await sweep([a]);
    await sweep([a, b]);
    expect(server.requests).toHaveLength(12);
    await sweep([b, a], { repeats: 2 });
    expect(server.requests).toHaveLength(24);
    await sweep([{ ...a, parameters: { temperature: 1 } }]);
    expect(server.requests).toHaveLength(30);
    expect((await readRun(runDirectory)).info.models.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('a sweep whose tasks have changed', () => {
  it('regrades without a call when the reference changes', async () => {
    const server = await serve(say('It is 4.'));
    const models = buildModels(server.baseUrl, 'a');
    await sweep(models);
    const changed = examples.map((example) => ({ ...example, reference: '7' }));
    const summary = await sweep(models, { taskSet: buildTaskSet(changed) });
    expect(server.requests).toHaveLength(6);
    expect(summary).toMatchObject({ regraded: 6, renamed: 0, coverage: 1 });
    expect([...(await readRun(runDirectory)).table.quality]).toEqual(Array(6).fill(0));
    expect((await sweep(models, { taskSet: buildTaskSet(changed) })).regraded).toBe(0);
  });

  it('keeps answers whose task or model has only got another name', async () => {
    const server = await serve(say('It is 4.'));
    const [model] = buildModels(server.baseUrl, 'a') as [PoolModel];
    await sweep([model]);
    const renamed = examples.map((example) => ({ ...example, id: `new-${example.id}` }));
    await sweep([{ ...model, id: 'z' }], { taskSet: buildTaskSet(renamed) });
    expect(server.requests).toHaveLength(6);
    const { table } = await readRun(runDirectory);
    const row = table.prompts.findIndex((prompt) => prompt.id === 'new-1');
    const column = table.models.indexOf('z');
    expect(table.quality[row * table.models.length + column]).toBe(1);
  });

  it('shows the answers of the present parameters when it returns to them', async () => {
    const server = await serve((response, request) =>
      say(request.body['temperature'] === 1 ? 'It is 5.' : 'It is 4.')(response, request),
    );
    const [model] = buildModels(server.baseUrl, 'a') as [PoolModel];
    await sweep([model]);
    await sweep([{ ...model, parameters: { temperature: 1 } }]);
    expect([...(await readRun(runDirectory)).table.quality]).toEqual(Array(6).fill(0));
    await sweep([model]);
    expect(server.requests).toHaveLength(12);
    expect([...(await readRun(runDirectory)).table.quality]).toEqual(Array(6).fill(1));
  });

  it('asks a duplicate task once and says so', async () => {
    const server = await serve(say('It is 4.'));
    const notices: string[] = [];
    const twins = [buildExample('1'), buildExample('twin', { prompt: buildExample('1').prompt })];
    const summary = await sweep(buildModels(server.baseUrl, 'a'), {
      taskSet: buildTaskSet(twins),
      onProgress: (_, notice) => notice !== undefined && notices.push(notice),
    });
    expect(server.requests).toHaveLength(1);
    expect(summary.duplicateTasks).toBe(1);
    expect(notices.join()).toContain('twin');
  });
});

describe('failures', () => {
  it('are tried again and recorded, with Retry-After as asked', async () => {
    const slept: number[] = [];
    const server = await serve(
      inTurn(failWith(429, { message: 'slow down' }, { 'retry-after': '2' }), say('It is 4.')),
    );
    await sweep(buildModels(server.baseUrl, 'a'), {
      limit: 1,
      clock: { ...clock, sleep: async (delayMs) => void slept.push(delayMs) },
    });
    const [entry] = await readLedger(ledgerFile());
    expect(entry?.outcome).toBe('answered');
    expect(entry?.failedAttempts).toMatchObject([
      { status: 429, error: 'rate_limited: HTTP 429: slow down' },
    ]);
    expect(slept).toHaveLength(1);
    expect(slept[0]).toBeGreaterThanOrEqual(2000);
  });

  it('that last are infrastructure, ungraded, and called again by the next run', async () => {
    let isBroken = true;
    const server = await serve((response, request) =>
      (isBroken ? failWith(500) : say('It is 4.'))(response, request),
    );
    const models = buildModels(server.baseUrl, 'a');
    const first = await sweep(models, { limit: 1 });
    expect(server.requests).toHaveLength(5);
    expect(first.totals).toMatchObject({ done: 0, failed: 1 });
    expect(first.coverage).toBe(0);
    const [entry] = await readLedger(ledgerFile());
    expect(entry).toMatchObject({ outcome: 'infrastructure', answer: null, costUsd: null });
    expect(entry?.grade.kind).toBe('ungraded');
    expect(entry?.failedAttempts).toHaveLength(4);
    isBroken = false;
    const second = await sweep(models, { limit: 1 });
    expect(second.coverage).toBe(1);
    expect(server.requests).toHaveLength(6);
  });

  it('of a cut stream are tried again, and only the whole answer counts', async () => {
    const server = await serve(
      inTurn(stream(delta({ content: 'It is 5' })), stream(delta({ content: '4' }, 'stop'), done)),
    );
    await sweep(buildModels(server.baseUrl, 'a'), { limit: 1 });
    expect((await readLedger(ledgerFile()))[0]).toMatchObject({ answer: '4', outcome: 'answered' });
  });

  it.each([
    ['authentication', failWith(401, { message: 'bad key' })],
    ['quota', failWith(429, { code: 'insufficient_quota', message: 'used up' })],
    ['an unknown model', failWith(404, { message: 'no such model' })],
  ])('of %s end that model’s work and no other’s', async (_, reply) => {
    const server = await serve((response, request) =>
      (request.body['model'] === 'bad-1' ? reply : say('It is 4.'))(response, request),
    );
    const notices: string[] = [];
    const summary = await sweep(buildModels(server.baseUrl, 'bad', 'good'), {
      concurrency: 1,
      onProgress: (_progress, notice) => notice !== undefined && notices.push(notice),
    });
    const [bad, good] = summary.models;
    expect(bad).toMatchObject({ failed: 5, skipped: 1, done: 0 });
    expect(bad?.stoppedBecause).toContain('HTTP');
    expect(good).toMatchObject({ done: 6, stoppedBecause: undefined });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^bad is skipped for the rest of the sweep/);
  });
});

describe('before the first call', () => {
  it('a sweep ends where nobody listens', async () => {
    const server = await serve(say('4'));
    const closed = await findClosedBaseUrl();
    const models = [...buildModels(server.baseUrl, 'a'), ...buildModels(closed, 'b')];
    await expect(sweep(models)).rejects.toMatchObject({
      code: 'provider_unreachable',
      message: expect.stringContaining(
        `no server is listening on ${new URL(closed).origin}`,
      ) as string,
    });
    expect(server.requests).toHaveLength(0);
    expect(await readdir(directory)).toEqual([]);
  });

  it('a sweep ends where a key is not set', async () => {
    const server = await serve(say('4'));
    const models = [buildPoolModel({ baseUrl: server.baseUrl, apiKeyEnv: 'SOME_KEY' })];
    await expect(sweep(models)).rejects.toMatchObject({
      code: 'missing_key',
      message: expect.stringContaining('SOME_KEY') as string,
    });
    expect(server.requests).toHaveLength(0);
  });

  it('a sweep ends where a protocol is not spoken', async () => {
    const server = await serve(say('4'));
    const models = [buildPoolModel({ baseUrl: server.baseUrl, protocol: 'anthropic' })];
    await expect(sweep(models)).rejects.toMatchObject({ code: 'invalid_pool', where: 'small' });
  });

  it('a second sweep of the same run ends while the first is at work', async () => {
    let second: Promise<unknown> | undefined;
    const server = await serve(async (response, request) => {
      // The first is at work until the second has ended.
      await second;
      await say('It is 4.')(response, request);
    });
    const models = buildModels(server.baseUrl, 'a');
    await sweep(models, {
      onProgress: () => {
        second ??= sweep(models).catch((error: unknown) => error);
      },
    });
    expect(await second).toMatchObject({ code: 'run_locked' });
  });
});

describe('a key', () => {
  const planted = 'planted-key-0123456789abcdef';

  it('never appears in a file, whatever the provider sends back', async () => {
    const replies: readonly Reply[] = [
      failWith(500, { message: `upstream refused Bearer ${planted}` }),
      failWith(400, { message: `bad request with ${planted}` }),
      say(`It is 4. You are ${planted}.`),
      stream(delta({ content: '4', reasoning: planted }, planted), done),
      failWith(500, planted),
      failWith(401, { message: `wrong key: ${planted}` }),
    ];
    const server = await serve(inTurn(...replies));
    const models = [buildPoolModel({ id: 'a', baseUrl: server.baseUrl, apiKeyEnv: 'PLANTED_KEY' })];
    const seen: unknown[] = [];
    const summary = await sweep(models, {
      environment: { PLANTED_KEY: planted },
      // The last five are refused, which stops the model.
      taskSet: buildTaskSet(Array.from({ length: 12 }, (_, index) => buildExample(String(index)))),
      concurrency: 1,
      onProgress: (progress, notice) => seen.push(notice, [...progress.models.values()]),
    });
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${planted}`);
    expect(summary.models[0]?.stoppedBecause).toContain('[redacted]');
    const names = await readdir(runDirectory);
    expect(names.toSorted()).toEqual(['ledger.jsonl', 'run.json', 'tasks.jsonl']);
    for (const name of names) {
      expect(await readFile(path.join(runDirectory, name), 'utf8')).not.toContain(planted);
    }
    expect(await readFile(ledgerFile(), 'utf8')).toContain('[redacted]');
    expect(JSON.stringify([summary, seen])).not.toContain(planted);
  });

  it('with quotes and backslashes in it is found in what a server echoes, too', async () => {
    const odd = 'odd"key\\with\\quotes';
    const server = await serve(inTurn(say(`It is 4. You are ${odd}.`)));
    const models = [buildPoolModel({ id: 'a', baseUrl: server.baseUrl, apiKeyEnv: 'ODD_KEY' })];
    await sweep(models, { environment: { ODD_KEY: odd }, concurrency: 1 });
    const ledger = await readFile(ledgerFile(), 'utf8');
    expect(ledger).not.toContain(JSON.stringify(odd).slice(1, -1));
    expect(ledger).toContain('[redacted]');
  });

  it('that occurs in the id of a model leaves the ids of the ledger alone, so that it resumes', async () => {
    const server = await serve(inTurn(say('It is 4.')));
    const id = 'lm-studio/small';
    const models = [buildPoolModel({ id, baseUrl: server.baseUrl, apiKeyEnv: 'DUMMY_KEY' })];
    const environment = { DUMMY_KEY: 'lm-studio' };
    const first = await sweep(models, { environment });
    const calls = server.requests.length;
    const second = await sweep(models, { environment });
    expect(first.coverage).toBe(1);
    expect(second.coverage).toBe(1);
    expect(server.requests.length).toBe(calls);
    expect(second.regraded).toBe(0);
  });
});
