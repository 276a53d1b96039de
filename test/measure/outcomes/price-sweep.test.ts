import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { priceSweep } from '../../../src/measure/outcomes/price-sweep.js';
import { readHeldOut } from '../../../src/measure/outcomes/held-out.js';
import { computePromptHash } from '../../../src/measure/tasks/example.js';
import { writeTestFiles } from './write-test-files.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'price-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const price = (perMillionUsd: number) => ({
  inputPerMillionUsd: perMillionUsd,
  outputPerMillionUsd: perMillionUsd,
  date: '2026-01-01',
});

function entry(taskId: string, changes: Partial<LedgerEntry>): LedgerEntry {
  return {
    version: 1,
    cellKey: taskId,
    taskId,
    promptHash: computePromptHash(taskId),
    model: 'small',
    repeat: 0,
    outcome: 'answered',
    answer: 'text',
    gradeKey: 'g',
    grade: { kind: 'graded', quality: 1 },
    usage: {
      inputTokens: 500_000,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 500_000,
      reasoningTokens: 0,
    },
    rawUsage: {},
    costUsd: 1,
    costSource: 'price_table',
    ttftMs: null,
    firstContentMs: null,
    latencyMs: null,
    queueMs: 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    failedAttempts: [],
    finishReason: 'stop',
    servedModel: null,
    error: null,
    simulated: false,
    ...changes,
  };
}

const heldOut = {
  version: 1,
  seed: 3,
  promptSet: 'digest',
  prompts: 2,
  heldOut: ['hash'],
  addedModels: [],
};

function writeRun(entries: readonly LedgerEntry[]): Promise<string> {
  return writeTestFiles({
    'run.json': JSON.stringify({
      version: 1,
      kind: 'sweep',
      name: 'priced',
      createdAt: '2026-01-01T00:00:00.000Z',
      simulated: false,
      models: [{ id: 'small', price: price(1) }],
      costBasis: 'recorded',
      sources: [],
    }),
    'tasks.jsonl': entries
      .map(({ taskId: id }) => `${JSON.stringify({ id, prompt: id })}\n`)
      .join(''),
    'ledger.jsonl': entries.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'held-out.json': JSON.stringify(heldOut),
  });
}

describe('a copy of a sweep with other prices', () => {
  it('pays for batches the same share of the new cost', async () => {
    const run = await writeRun([entry('call', {}), entry('batch', { paidUsd: 0.5 })]);
    const copyTo = path.join(folder, 'copy');
    await priceSweep(run, { prices: new Map([['small', price(3)]]), copyTo });
    const copied = await readLedger(path.join(copyTo, 'ledger.jsonl'));
    expect(copied.map(({ costUsd, paidUsd }) => [costUsd, paidUsd])).toEqual([
      [3, undefined],
      [3, 1.5],
    ]);
  });

  it('counts what was paid for answers that were graded later', async () => {
    const first = entry('call', {
      grade: { kind: 'ungraded', reason: 'no judge' },
      gradeKey: null,
    });
    const run = await writeRun([first, entry('call', { regraded: true })]);
    const copyTo = path.join(folder, 'copy');
    await priceSweep(run, { prices: new Map([['small', price(3)]]), copyTo });
    const copied = await readLedger(path.join(copyTo, 'ledger.jsonl'));
    expect(copied.map(({ regraded, costUsd }) => [regraded, costUsd])).toEqual([[undefined, 3]]);
  });

  it('reads usage as the sweep did, in either protocol', async () => {
    const openAi = {
      input_tokens: 1000,
      output_tokens: 10,
      total_tokens: 1210,
      input_tokens_details: { cached_tokens: 900 },
    };
    const anthropic = { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 10 };
    const run = await writeRun([
      entry('a', { rawUsage: openAi }),
      entry('b', { rawUsage: anthropic }),
    ]);
    const copyTo = path.join(folder, 'copy');
    await priceSweep(run, { copyTo });
    const [a, b] = await readLedger(path.join(copyTo, 'ledger.jsonl'));
    expect(a?.usage).toMatchObject({
      inputTokens: 1000,
      cachedInputTokens: 900,
      outputTokens: 210,
    });
    expect(b?.usage).toMatchObject({ inputTokens: 1000, cachedInputTokens: 900, outputTokens: 10 });
  });

  it("keeps that a cost is a guess, and reads what proxies repeat of Anthropic in OpenAI's form", async () => {
    const proxied = {
      prompt_tokens: 1000,
      completion_tokens: 10,
      total_tokens: 1210,
      cache_read_input_tokens: 0,
    };
    const run = await writeRun([
      entry('a', { rawUsage: proxied }),
      entry('b', { rawUsage: {}, costIsGuess: true }),
    ]);
    const copyTo = path.join(folder, 'copy');
    await priceSweep(run, { copyTo });
    const [a, b] = await readLedger(path.join(copyTo, 'ledger.jsonl'));
    expect(a?.usage).toMatchObject({ inputTokens: 1000, outputTokens: 210 });
    expect([a?.costIsGuess, b?.costIsGuess]).toEqual([true, true]);
  });

  it('says that a cost is a guess until the price of cached input is given', async () => {
    const rawUsage = {
      prompt_tokens: 1000,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 900 },
    };
    const run = await writeRun([entry('a', { rawUsage }), entry('b', {})]);
    const guess = path.join(folder, 'guess');
    expect((await priceSweep(run, { copyTo: guess })).models).toMatchObject([
      { cells: 2, guessed: 1 },
    ]);
    const [a] = await readLedger(path.join(guess, 'ledger.jsonl'));
    expect(a?.costIsGuess).toBe(true);

    const full = { ...price(1), cachedInputPerMillionUsd: 0.1 };
    const known = path.join(folder, 'known');
    const repriced = await priceSweep(guess, { prices: new Map([['small', full]]), copyTo: known });
    expect(repriced.models).toMatchObject([{ cells: 2, guessed: 0 }]);
    const [again] = await readLedger(path.join(known, 'ledger.jsonl'));
    expect(again?.costIsGuess).toBe(false);
  });

  it('counts what a provider refused at a cost of 0, where the answers have a cost', async () => {
    const none = { usage: null, rawUsage: null, costUsd: null, costSource: null, latencyMs: null };
    const refused = { ...none, outcome: 'refused', answer: null, error: 'refused' } as const;
    const unknown = await writeRun([entry('a', none), entry('b', refused)]);
    expect(await priceSweep(unknown)).toMatchObject({ models: [{ cells: 0 }], withoutTokens: 1 });

    const known = await writeRun([entry('a', {}), entry('b', refused)]);
    const prices = new Map([['small', price(3)]]);
    expect(await priceSweep(known, { prices })).toMatchObject({
      models: [{ cells: 2, recordedUsd: 1, pricedUsd: 3 }],
      withoutTokens: 0,
    });
  });

  it('keeps a refusal that was not billed free, and the cost of one that may not have been a guess', async () => {
    const answer = {
      outcome: 'refused',
      answer: '',
      finishReason: 'refusal',
      rawUsage: { input_tokens: 500_000, output_tokens: 1 },
    } as const;
    const free = { ...answer, costUsd: 0, costSource: 'provider' } as const;
    const run = await writeRun([
      entry('a', {}),
      entry('b', free),
      entry('c', { ...answer, costIsGuess: true }),
      entry('d', { ...answer, answer: 'I cannot' }),
    ]);
    const copyTo = path.join(folder, 'copy');
    const prices = new Map([['small', price(4)]]);
    const { models, reported } = await priceSweep(run, { prices, copyTo });
    expect(models).toMatchObject([{ guessed: 1 }]);
    expect(reported).toBe(0);
    const entries = await readLedger(path.join(copyTo, 'ledger.jsonl'));
    expect(
      entries.map(({ costUsd, costSource, costIsGuess }) => ({ costUsd, costSource, costIsGuess })),
    ).toEqual([
      { costUsd: 4, costSource: 'price_table' },
      { costUsd: 0, costSource: 'provider' },
      { costUsd: 2.000004, costSource: 'price_table', costIsGuess: true },
      { costUsd: 2.000004, costSource: 'price_table' },
    ]);
  });

  it('keeps the recorded cost of a model that has no new price', async () => {
    const run = await writeRun([entry('a', {}), entry('b', { costSource: 'provider' })]);
    expect(await priceSweep(run, { prices: new Map([['other', price(3)]]) })).toMatchObject({
      models: [{ cells: 2, recordedUsd: 2, pricedUsd: null, guessed: 0, changedShare: null }],
      reported: 0,
      unpricedModels: ['small'],
    });
  });

  it('keeps the prompts that are held out', async () => {
    const copyTo = path.join(folder, 'copy');
    await priceSweep(await writeRun([entry('call', {})]), { copyTo });
    expect(await readHeldOut(copyTo)).toEqual(heldOut);
  });
});
