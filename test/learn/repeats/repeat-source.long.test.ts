import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import { describeRepeatRecord } from '../../../src/learn/repeats/repeat-record.js';
import { RepeatSource } from '../../../src/learn/repeats/repeat-source.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import type { SweepSettings } from '../../../src/measure/sweep/run-sweep.js';
import { createRandom } from '../../../src/util/random.js';
import { textHash } from '../../../src/util/text-hash.js';
import { failWith, say, type Reply } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();
const taskCount = 60;

/** `steady-1` always answers alike; the others are right with a chance of 0.6 at each call. */
function answerNoisily(): Reply {
  const asked = new Map<string, number>();
  return (response, request) => {
    const key = JSON.stringify([request.body['model'], request.body['messages']]);
    const count = asked.get(key) ?? 0;
    asked.set(key, count + 1);
    const isSteady = request.body['model'] === 'steady-1';
    const random = createRandom(textHash(key, isSteady ? 1 : count + 2));
    return say(random() < 0.6 ? 'It is 4.' : 'I do not know.')(response, request);
  };
}

/** Sweeps into a folder until the source has handed out everything, or the signal aborts. */
async function sweep(folder: string, reply: Reply | string, signal?: AbortSignal) {
  const baseUrl = typeof reply === 'string' ? reply : (await bench.serve(reply)).baseUrl;
  const models = bench.buildModels({ baseUrl, requests: [], close: async () => {} }, [
    'one',
    'two',
    'steady',
  ]);
  let source: RepeatSource | undefined;
  const settings: Partial<SweepSettings> = {
    repeats: 3,
    runDirectory: folder,
    createSource: (plan) => (source = new RepeatSource(plan)),
    ...(signal && { signal }),
  };
  const summary = await bench.sweep(models, { taskCount, ...settings });
  if (source === undefined) throw new Error('no source');
  return { summary, record: describeRepeatRecord(source, models) };
}

const readEntries = (folder: string) => readLedger(path.join(folder, 'ledger.jsonl'));

async function listBought(folder: string): Promise<string[]> {
  const entries = await readEntries(folder);
  return entries
    .map(({ taskId, model, repeat, grade, purchase }) =>
      JSON.stringify([taskId, model, repeat, grade, purchase]),
    )
    .sort();
}

describe('a sweep that decides about repeats', () => {
  it('calls every cell once and a pilot twice, then repeats the noisy models that are tied', async () => {
    const { summary, record } = await sweep(bench.runDirectory(), answerNoisily());
    const entries = await readEntries(bench.runDirectory());
    const count = (reason: string | undefined): number =>
      entries.filter(({ purchase }) => purchase?.reason === reason).length;
    expect(count(undefined)).toBe(3 * taskCount);
    expect(count('pilot')).toBe(3 * 40);
    const repeats = entries.filter(({ purchase }) => purchase?.reason === 'repeat');
    expect(repeats.length).toBeGreaterThan(20);
    expect(repeats.some(({ model }) => model === 'steady')).toBe(false);
    expect(record).toMatchObject({ ended: true, pilotPrompts: 40, maxRepeats: 3 });
    expect(record.models[2]).toMatchObject({ model: 'steady', noise: 0, repeats: 0 });
    expect(record.tasks.map(({ task }) => task)).toEqual(['arithmetic']);
    expect(record.tasks[0]?.repeats).toBe(repeats.length);
    expect(summary).toMatchObject({ coverage: 1, totals: { total: entries.length } });
  });

  it('makes a table of all prompts, each with the mean of its answers', async () => {
    await sweep(bench.runDirectory(), answerNoisily());
    const { table } = await readRun(bench.runDirectory());
    expect(table.design).toBeUndefined();
    const entries = await readEntries(bench.runDirectory());
    for (const [row, { id }] of table.prompts.entries()) {
      const grades = entries.flatMap(({ taskId, model, grade }) =>
        taskId === id && model === 'one' && grade.kind === 'graded' ? [grade.quality] : [],
      );
      const mean = grades.reduce((sum, grade) => sum + grade, 0) / grades.length;
      expect(table.quality[row * 3 + table.models.indexOf('one')]).toBeCloseTo(mean, 6);
    }
  });

  it('buys the same cells when it is stopped and resumed, at any place', async () => {
    const whole = `${bench.runDirectory()}-whole`;
    await sweep(whole, answerNoisily());
    const bought = await listBought(whole);
    const stopped = `${bench.runDirectory()}-stopped`;
    const reply = answerNoisily();
    let calls = 0;
    let controller = new AbortController();
    const server = await bench.serve((response, request) => {
      calls += 1;
      // In the first answers, in the pilot, and in the repeats.
      if (calls === 50 || calls === 250 || calls === 310) controller.abort();
      return reply(response, request);
    });
    for (let stop = 0; stop < 3; stop++) {
      controller = new AbortController();
      const { record } = await sweep(stopped, server.baseUrl, controller.signal);
      expect(record.ended).toBe(false);
    }
    const { record } = await sweep(stopped, server.baseUrl);
    expect(record.ended).toBe(true);
    expect(await listBought(stopped)).toEqual(bought);
  });

  it('counts only repeats with an answer where calls to a model had to stop, and has not ended', async () => {
    const reply = answerNoisily();
    let calls = 0;
    const { record } = await sweep(bench.runDirectory(), (response, request) => {
      const isTwo = request.body['model'] === 'two-1';
      if (isTwo) calls += 1;
      // In the repeats, after each cell and the pilot.
      const isLost = isTwo && calls > taskCount + 45;
      return (isLost ? failWith(401, {}) : reply)(response, request);
    });
    const entries = await readEntries(bench.runDirectory());
    const answered = entries.filter(
      ({ purchase, outcome }) => purchase?.reason === 'repeat' && outcome !== 'infrastructure',
    );
    const count = (model: string): number => answered.filter((one) => one.model === model).length;
    expect(count('two')).toBe(5);
    expect(record.models.map(({ repeats }) => repeats)).toEqual([count('one'), 5, 0]);
    expect(record.tasks[0]?.repeats).toBe(answered.length);
    expect(record.tasks[0]?.exhausted).not.toContain('two');
    expect(record.ended).toBe(false);
  });
});
