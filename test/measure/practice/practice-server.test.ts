import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePool } from '../../../src/measure/models/read-pool.js';
import { practicePoolYaml } from '../../../src/measure/practice/practice-models.js';
import {
  startPracticeServer,
  type PracticeServer,
} from '../../../src/measure/practice/practice-server.js';
import { systemClock } from '../../../src/measure/sweep/calls/clock.js';
import { createProviderClient } from '../../../src/measure/sweep/calls/provider-client.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { runSweep } from '../../../src/measure/sweep/run-sweep.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const labels = ['arithmetic', 'translation', 'code-reading', 'sentiment', 'something-new'];
const examples = labels.flatMap((label) =>
  Array.from({ length: 40 }, (_, index) =>
    buildExample(`${label}-${index}`, {
      task: label,
      reference: String(100 + index),
      grader: { name: 'numeric', options: {} },
      prompt: `${label}: which number belongs to ${index}?`,
    }),
  ),
);

let server: PracticeServer;

beforeAll(async () => {
  server = await startPracticeServer({ examples, seed: 1, speed: Infinity, failures: 0.1 });
});

afterAll(() => server.close());

function post(body: unknown): Promise<Response> {
  return fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function ask(model: string, prompt: string) {
  const client = createProviderClient();
  const found = server.pool.models.find(({ id }) => id === model);
  if (found === undefined) throw new Error(`no model ${model}`);
  const request = { model: found, prompt, apiKey: undefined };
  let result = await client.complete(request);
  // A simulated failure happens on the first attempt only.
  if (result.kind === 'failed') result = await client.complete(request);
  await client.close();
  if (result.kind === 'failed') throw new Error(result.failure.message);
  return result;
}

describe('the practice pool', () => {
  it('is a pool file like any other, and says that it is simulated', () => {
    const yaml = practicePoolYaml(server.url);
    expect(yaml).toContain('SIMULATED');
    const pool = parsePool(yaml, 'models.yaml');
    expect(pool.models).toEqual(server.pool.models);
    expect(pool.models).toHaveLength(5);
    for (const model of pool.models) {
      expect(model).toMatchObject({ simulated: true, baseUrl: server.url });
      expect(model.id).toMatch(/^practice\//);
      expect(model.price.outputPerMillionUsd).toBeGreaterThan(0);
    }
  });

  it('streams answers with usage, over real HTTP', async () => {
    const result = await ask('practice/scholar', 'arithmetic: which number belongs to 3?');
    expect(result.answer).toMatch(/\d/);
    expect(result.tokens.usage?.inputTokens).toBeGreaterThan(0);
    expect(result.tokens.usage?.outputTokens).toBeGreaterThan(0);
    expect(result.ttftMs).not.toBeNull();
    expect(result.servedModel).toBe('practice/scholar (simulated)');
  });

  it('gives the same answer every time', async () => {
    const prompt = 'translation: which number belongs to 7?';
    const first = await ask('practice/feather', prompt);
    expect((await ask('practice/feather', prompt)).answer).toBe(first.answer);
  });

  it('says that it is simulated when asked anything else', async () => {
    const { answer } = await ask('practice/clerk', 'Who are you?');
    expect(answer).toContain('simulated');
  });

  it('cuts answers at the request’s limit', async () => {
    const prompt = { role: 'user', content: 'Who are you, and why?' };
    const body = { model: 'practice/clerk', messages: [prompt], max_tokens: 2 };
    let response = await post(body);
    if (!response.ok) response = await post(body);
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: 'I am pra' }, finish_reason: 'length' }],
      usage: { completion_tokens: 2 },
    });
  });

  it.each([
    ['not JSON', '{', 400],
    ['no messages', { model: 'practice/clerk' }, 400],
    ['a model it does not have', { model: 'gpt', messages: [] }, 404],
  ])('refuses %s', async (_, body, status) => {
    expect((await post(body)).status).toBe(status);
  });
});

describe('a sweep over the practice pool', () => {
  it('is marked as simulated, meets failures, and shows that routing pays', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'practice-'));
    const summary = await runSweep({
      taskSet: buildTaskSet(examples),
      pool: server.pool,
      runDirectory: directory,
      environment: {},
      clock: { ...systemClock, sleep: async () => {} },
      concurrency: 20,
    });
    expect(summary).toMatchObject({ coverage: 1, simulated: true });
    const entries = await readLedger(path.join(directory, 'ledger.jsonl'));
    const statuses = entries.flatMap((entry) => entry.failedAttempts.map(({ status }) => status));
    expect(new Set(statuses)).toEqual(new Set([429, 500]));
    const counted = [...server.calls().values()].reduce((sum, count) => sum + count, 0);
    expect(counted).toBeGreaterThanOrEqual(entries.length + statuses.length);

    const { table } = await readRun(directory);
    await rm(directory, { recursive: true });
    expect(table.simulated).toBe(true);
    const meanOf = (label: string | undefined, column: number): number => {
      const rows = table.prompts.flatMap(({ task }, row) =>
        label === undefined || task === label ? [row] : [],
      );
      const qualities = rows.map((row) => table.quality[row * table.models.length + column] ?? 0);
      return qualities.reduce((sum, quality) => sum + quality, 0) / qualities.length;
    };
    const columns = table.models.map((_, column) => column);
    const bestSingle = Math.max(...columns.map((column) => meanOf(undefined, column)));
    const bestByLabel =
      labels
        .map((label) => Math.max(...columns.map((column) => meanOf(label, column))))
        .reduce((sum, quality) => sum + quality, 0) / labels.length;
    expect(bestByLabel).toBeGreaterThan(bestSingle + 0.05);
  });
});
