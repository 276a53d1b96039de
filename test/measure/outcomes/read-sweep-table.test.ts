import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../src/measure/ledger/ledger-entry.js';
import { computeModelSummaries } from '../../../src/measure/outcomes/model-summaries.js';
import { priceSweep } from '../../../src/measure/outcomes/price-sweep.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import type { Run } from '../../../src/measure/outcomes/run.js';
import { computePromptHash } from '../../../src/measure/tasks/example.js';
import { cellOf } from './table-cells.js';
import { writeTestFiles } from './write-test-files.js';

const info = {
  version: 1,
  kind: 'sweep',
  name: 'try',
  createdAt: '2026-01-01T00:00:00.000Z',
  simulated: false,
  models: [{ id: 'large' }, { id: 'small' }],
  costBasis: 'recorded',
  sources: [],
};

const task = (id: string, prompt: unknown = `Question ${id}`) => ({ id, prompt, task: 'ask' });

function entry(taskId: string, model: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    version: 1,
    cellKey: `${taskId}/${model}/${changes.repeat ?? 0}`,
    taskId,
    promptHash: computePromptHash(`Question ${taskId}`),
    model,
    repeat: 0,
    outcome: 'answered',
    answer: 'text',
    gradeKey: 'g',
    grade: { kind: 'graded', quality: 1 },
    usage: {
      inputTokens: 100,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 20,
      reasoningTokens: 0,
    },
    rawUsage: {},
    costUsd: 0.5,
    costSource: 'price_table',
    ttftMs: 100,
    firstContentMs: 110,
    latencyMs: 400,
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

async function readSweep(
  tasks: readonly unknown[],
  ledger: string,
  changes: object = {},
): Promise<Run> {
  const directory = await writeTestFiles({
    'run.json': JSON.stringify({ ...info, ...changes }),
    'tasks.jsonl': tasks.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'ledger.jsonl': ledger,
  });
  return readRun(directory);
}

const lines = (entries: readonly LedgerEntry[]): string =>
  entries.map((line) => `${JSON.stringify(line)}\n`).join('');

const bought = (reason: 'round' | 'hold_out'): Partial<LedgerEntry> => ({
  purchase: { reason, round: 2, probability: 0.5 },
});

describe('readRun of an adaptive sweep', () => {
  it('knows which prompts were held out, and keeps those that were not bought', async () => {
    const { table } = await readSweep(
      [task('a'), task('b'), task('c')],
      lines([entry('a', 'small', bought('hold_out')), entry('b', 'large', bought('round'))]),
    );
    expect(table.design).toBe('adaptive');
    expect(table.prompts.map(({ id, heldOut }) => [id, heldOut])).toEqual([
      ['a', true],
      ['b', undefined],
      ['c', undefined],
    ]);
    expect([...table.quality.subarray(4)].every(Number.isNaN)).toBe(true);
  });

  it('takes held-out prompts from the record, of which cells may have been settled before', async () => {
    const { directory } = await readSweep(
      [task('a'), task('b'), task('c')],
      lines([entry('a', 'small'), entry('b', 'large', bought('round'))]),
    );
    const heldOut = [computePromptHash('Question a')];
    const record = { version: 1, seed: 0, promptSet: '', prompts: 3, heldOut, addedModels: [] };
    await writeFile(join(directory, 'held-out.json'), JSON.stringify(record));
    const { table } = await readRun(directory);
    expect(table.prompts.map((prompt) => prompt.heldOut)).toEqual([true, undefined, undefined]);
  });

  it('has exact duplicates once, which are no leak', async () => {
    const { table, leftOut } = await readSweep(
      [task('a'), task('copy', 'Question a'), task('b')],
      lines([entry('a', 'small', bought('hold_out'))]),
    );
    expect(table.prompts.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(leftOut).toEqual(new Map([['task without outcomes', 1]]));
  });

  it('takes it for a full sweep where every cell was bought in the end', async () => {
    const { table } = await readSweep(
      [task('a')],
      lines([entry('a', 'small', bought('hold_out')), entry('a', 'large')]),
    );
    expect(table.design).toBeUndefined();
  });
});

describe('readRun of a sweep', () => {
  it('keeps the group of a task', async () => {
    const grouped = { ...task('a'), group: 'chat 1' };
    const { table } = await readSweep([grouped], `${JSON.stringify(entry('a', 'large'))}\n`);
    expect(table.prompts).toMatchObject([{ id: 'a', group: 'chat 1' }]);
  });

  it('turns graded cells into quality, cost, latency and tokens', async () => {
    const { table, leftOut } = await readSweep(
      [task('a')],
      lines([entry('a', 'small', { grade: { kind: 'graded', quality: 0.5 } })]),
    );
    expect(table.models).toEqual(['large', 'small']);
    expect(table.prompts).toEqual([
      { id: 'a', prompt: 'Question a', task: 'ask', group: undefined },
    ]);
    expect(cellOf(table, 'quality', 'a', 'small')).toBe(0.5);
    expect(cellOf(table, 'costUsd', 'a', 'small')).toBe(0.5);
    expect(cellOf(table, 'latencyMs', 'a', 'small')).toBe(400);
    expect(cellOf(table, 'ttftMs', 'a', 'small')).toBe(100);
    expect(cellOf(table, 'inputTokens', 'a', 'small')).toBe(100);
    expect(cellOf(table, 'outputTokens', 'a', 'small')).toBe(20);
    expect(cellOf(table, 'quality', 'a', 'large')).toBeNaN();
    expect(leftOut).toEqual(new Map());
  });

  it('prices all answers at the one price that the run has, except what a provider charged', async () => {
    const usage = {
      inputTokens: 1_000_000,
      cachedInputTokens: 400_000,
      cacheWriteTokens: 0,
      outputTokens: 100_000,
      reasoningTokens: 0,
    };
    const price = {
      inputPerMillionUsd: 2,
      cachedInputPerMillionUsd: 0.5,
      outputPerMillionUsd: 10,
      date: '2026-02-01',
    };
    const before = { usage, costUsd: 99 };
    const { table } = await readSweep(
      [task('a'), task('b')],
      lines([
        entry('a', 'small', before),
        entry('b', 'small', { ...before, costSource: 'provider' }),
        entry('a', 'large', before),
      ]),
      { models: [{ id: 'large' }, { id: 'small', price }] },
    );
    expect(cellOf(table, 'costUsd', 'a', 'small')).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10, 5);
    expect(cellOf(table, 'costUsd', 'b', 'small')).toBe(99);
    // A run of an earlier version may have no price.
    expect(cellOf(table, 'costUsd', 'a', 'large')).toBe(99);
  });

  describe.each(['refused', 'truncated', 'malformed', 'context_overflow'] as const)(
    'a cell that ended as %s',
    (outcome) => {
      const ended = { outcome, usage: null, costUsd: null, ttftMs: null } as const;

      it('has the quality of its grade', async () => {
        const graded = entry('a', 'small', { ...ended, grade: { kind: 'graded', quality: 0 } });
        const { table, leftOut } = await readSweep([task('a')], lines([graded]));
        expect(cellOf(table, 'quality', 'a', 'small')).toBe(0);
        expect(cellOf(table, 'costUsd', 'a', 'small')).toBeNaN();
        expect(leftOut.size).toBe(0);
      });

      it.each([
        ['the sandbox was missing', { retryable: true, reason: 'no sandbox' }],
        ['it has two final answers', { ambiguous: ['B', 'C'], reason: 'ambiguous: B, C' }],
      ])('is no label where nothing graded it: %s', async (_, why) => {
        const grade = { kind: 'ungraded', ...why } as const;
        const { table, leftOut } = await readSweep(
          [task('a'), task('b')],
          lines([entry('a', 'small', { ...ended, grade }), entry('b', 'small')]),
        );
        expect(table.prompts.map(({ id }) => id)).toEqual(['b']);
        expect(leftOut.get(`ungraded: ${grade.reason}`)).toBe(1);
      });
    },
  );

  describe('a request that its provider refused', () => {
    const refused = {
      outcome: 'refused',
      answer: null,
      grade: { kind: 'graded', quality: 0 },
      usage: null,
      rawUsage: null,
      costUsd: null,
      costSource: null,
      latencyMs: null,
      error: 'content_filtered: no',
    } as const;
    const ids = [...'abcdefghij'];
    const readCosts = async (entries: readonly LedgerEntry[]) => {
      const run = await readSweep(
        ids.map((id) => task(id)),
        lines(entries),
      );
      const summary = computeModelSummaries(run.table).find(({ model }) => model === 'small');
      const costs = ids.map((id) => cellOf(run.table, 'costUsd', id, 'small'));
      return { costs, mean: summary?.costUsd };
    };

    it('costs nothing, which counts in what a request costs', async () => {
      const { costs, mean } = await readCosts(
        ids.map((id, row) => entry(id, 'small', row < 4 ? refused : {})),
      );
      expect(costs).toEqual([0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
      expect(mean).toBeCloseTo(0.3, 6);
    });

    it('costs nothing where its answer was not billed, whatever the price of its tokens', async () => {
      const answer = { answer: '', error: null, finishReason: 'refusal', costUsd: 0 } as const;
      const free = {
        ...refused,
        ...answer,
        rawUsage: { input_tokens: 500, output_tokens: 1 },
        costSource: 'provider',
      } as const;
      const { costs } = await readCosts(
        ids.map((id, row) => entry(id, 'small', row < 2 ? free : {})),
      );
      expect(costs.slice(0, 3)).toEqual([0, 0, 0.5]);
    });

    it('has an unknown cost where it may have been charged, or is an answer', async () => {
      const { costs } = await readCosts([
        entry('a', 'small', { ...refused, possibleCostUsd: 0.1 }),
        entry('b', 'small', { ...refused, unboundedCalls: 1 }),
        entry('c', 'small', { ...refused, error: null, answer: 'I cannot help.' }),
        ...ids.slice(3).map((id) => entry(id, 'small')),
      ]);
      expect(costs.slice(0, 4)).toEqual([Number.NaN, Number.NaN, Number.NaN, 0.5]);
    });

    it('makes no model free whose answers have no usage', async () => {
      const unknown = { usage: null, rawUsage: null, costUsd: null, costSource: null };
      const { costs, mean } = await readCosts(
        ids.map((id, row) => entry(id, 'small', row < 6 ? refused : unknown)),
      );
      expect(costs.every(Number.isNaN)).toBe(true);
      expect(mean).toBeNull();
    });

    it('has an unknown cost where those of ungraded answers are, as `price` says', async () => {
      const unknown = { usage: null, rawUsage: null, costUsd: null, costSource: null };
      const ungraded = { ...unknown, grade: { kind: 'ungraded', reason: 'no sandbox' } } as const;
      const entries = ids.map((id, row) =>
        entry(id, 'small', row < 3 ? refused : row < 7 ? {} : ungraded),
      );
      const price = { inputPerMillionUsd: 1000, outputPerMillionUsd: 1000, date: '2026-02-01' };
      const read = async (some: readonly LedgerEntry[]) => {
        const run = await readSweep(
          ids.map((id) => task(id)),
          lines(some),
          { models: [{ id: 'small', price }] },
        );
        const [priced] = (await priceSweep(run.directory)).models;
        return [cellOf(run.table, 'costUsd', 'a', 'small'), priced?.cells];
      };
      expect(await read(entries.slice(0, 7))).toEqual([0, 7]);
      expect(await read(entries)).toEqual([Number.NaN, 4]);
    });

    it('leaves the cost of a prompt unknown where another repeat was answered at an unknown one', async () => {
      const unknown = { usage: null, rawUsage: null, costUsd: null, costSource: null };
      const answeredAgain = (change: Partial<LedgerEntry>) => [
        entry('a', 'small', refused),
        entry('a', 'small', { ...change, repeat: 1 }),
        ...ids.slice(1).flatMap((id) => [0, 1].map((repeat) => entry(id, 'small', { repeat }))),
      ];
      expect((await readCosts(answeredAgain({}))).costs[0]).toBe(0.25);
      expect((await readCosts(answeredAgain(unknown))).costs[0]).toBeNaN();
      const ungraded = { kind: 'ungraded', reason: 'no sandbox' } as const;
      const { costs } = await readCosts(answeredAgain({ ...unknown, grade: ungraded }));
      expect(costs[0]).toBe(0);
    });
  });

  it('prices the tokens that the provider counted, also where an earlier version read fewer', async () => {
    const price = {
      inputPerMillionUsd: 3,
      cacheWritePerMillionUsd: 3.75,
      outputPerMillionUsd: 15,
      date: '2026-02-01',
    };
    const usage = {
      inputTokens: 2000,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: 10,
      reasoningTokens: 0,
    };
    const proxied = {
      prompt_tokens: 2000,
      completion_tokens: 10,
      cache_creation_input_tokens: 1900,
    };
    const compacted = {
      input_tokens: 2000,
      output_tokens: 10,
      iterations: [
        { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
        { type: 'message', input_tokens: 2000, output_tokens: 10 },
      ],
    };
    const { table } = await readSweep(
      [task('a'), task('b')],
      lines([
        entry('a', 'small', { usage, rawUsage: proxied }),
        entry('b', 'small', { usage, rawUsage: compacted }),
      ]),
      { models: [{ id: 'small', price }] },
    );
    const expected = [(100 * 3 + 1900 * 3.75 + 150) / 1e6, (182_000 * 3 + 3510 * 15) / 1e6];
    expect(cellOf(table, 'costUsd', 'a', 'small')).toBeCloseTo(expected[0] ?? 0, 8);
    expect(cellOf(table, 'costUsd', 'b', 'small')).toBeCloseTo(expected[1] ?? 0, 6);
    expect(cellOf(table, 'inputTokens', 'b', 'small')).toBe(182_000);
    expect(cellOf(table, 'outputTokens', 'b', 'small')).toBe(3510);
  });

  it('never takes an infrastructure failure or an ungraded answer for a wrong answer', async () => {
    const { table, leftOut, ungraded } = await readSweep(
      [task('a'), task('b')],
      lines([
        entry('a', 'large'),
        entry('a', 'small', {
          outcome: 'infrastructure',
          grade: { kind: 'ungraded', reason: 'no answer' },
        }),
        entry('b', 'large', {
          grade: { kind: 'ungraded', reason: 'no sandbox', lacks: 'sandbox' },
        }),
      ]),
    );
    expect(ungraded).toEqual([{ reason: 'no sandbox', lacks: 'sandbox', answers: 1 }]);
    expect(table.prompts.map(({ id }) => id)).toEqual(['a']);
    expect(cellOf(table, 'quality', 'a', 'small')).toBeNaN();
    expect(Object.fromEntries(leftOut)).toEqual({
      infrastructure: 1,
      'ungraded: no sandbox': 1,
      'task without outcomes': 1,
    });
  });

  it('averages repeats, and takes the last entry of each', async () => {
    const quality = (value: number) => ({ grade: { kind: 'graded', quality: value } as const });
    const { table } = await readSweep(
      [task('a')],
      lines([
        entry('a', 'small', quality(0)),
        entry('a', 'small', { ...quality(0), repeat: 1 }),
        entry('a', 'small', quality(1)),
      ]),
    );
    expect(cellOf(table, 'quality', 'a', 'small')).toBe(0.5);
  });

  it('takes over the weights of tasks, and refuses what is none', async () => {
    const entries = lines([entry('a', 'small'), entry('b', 'small')]);
    const { table } = await readSweep([{ ...task('a'), weight: 2.5 }, task('b')], entries);
    expect(table.prompts.map(({ weight }) => weight)).toEqual([2.5, undefined]);
    await expect(readSweep([task('b'), { ...task('a'), weight: 0 }], entries)).rejects.toThrow(
      /weight must be a positive number, not 0/,
    );
  });

  it('leaves out answers to a prompt that has changed, and from settings that have', async () => {
    const { table, leftOut } = await readSweep(
      [task('a'), task('b'), task('a', 'Another question')],
      lines([
        entry('a', 'small'),
        entry('b', 'small', { cellKey: 'cold', grade: { kind: 'graded', quality: 0 } }),
        entry('b', 'small', { cellKey: 'warm' }),
        entry('c', 'small'),
      ]),
    );
    expect(table.prompts.map(({ id }) => id)).toEqual(['b']);
    expect(cellOf(table, 'quality', 'b', 'small')).toBe(1);
    expect(Object.fromEntries(leftOut)).toEqual({
      'prompt has changed': 1,
      'model settings have changed': 1,
      'task not in the task set': 1,
      'task without outcomes': 1,
    });
  });

  it('tolerates a torn last line, and says so', async () => {
    const whole = lines([entry('a', 'small')]);
    const torn = whole + whole.slice(0, 200);
    const { table, leftOut } = await readSweep([task('a')], torn);
    expect(table.prompts).toHaveLength(1);
    expect(leftOut).toEqual(new Map([['torn last line of the ledger', 1]]));
  });

  it('refuses a ledger that is damaged before its end, with the line', async () => {
    const whole = lines([entry('a', 'small')]);
    await expect(readSweep([task('a')], `${whole}{"version":\n${whole}`)).rejects.toMatchObject({
      code: 'ledger_corrupt',
      where: expect.stringMatching(/ledger\.jsonl:2$/) as string,
    });
  });

  it('is simulated when any of its answers is', async () => {
    const run = await readSweep([task('a')], lines([entry('a', 'small', { simulated: true })]));
    expect([run.info.simulated, run.table.simulated]).toEqual([true, true]);
  });

  it('reads conversations with tools', async () => {
    const prompt = {
      messages: [{ role: 'user' as const, content: 'Weather?' }],
      tools: [{ type: 'function', function: { name: 'weather' } }],
    };
    const asked = entry('a', 'small', { promptHash: computePromptHash(prompt) });
    const { table } = await readSweep([task('a', prompt)], lines([asked]));
    expect(table.prompts[0]?.prompt).toEqual(prompt);
  });

  it('names file and line of a damaged task', async () => {
    await expect(readSweep([task('a'), { id: 'b' }], '')).rejects.toMatchObject({
      code: 'invalid_task_set',
      where: expect.stringMatching(/tasks\.jsonl:2$/) as string,
    });
  });

  it('says so when there is no ledger yet', async () => {
    const directory = await writeTestFiles({
      'run.json': JSON.stringify(info),
      'tasks.jsonl': '',
    });
    await expect(readRun(directory)).rejects.toMatchObject({
      code: 'invalid_input',
      where: join(directory, 'ledger.jsonl'),
    });
  });
});
