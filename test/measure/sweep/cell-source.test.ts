import { describe, expect, it } from 'vitest';
import type { CellAnswer } from '../../../src/measure/sweep/cell-answers.js';
import type {
  CellSource,
  CreateCellSource,
  SourcedCell,
} from '../../../src/measure/sweep/cell-source.js';
import { failWith, say } from '../../support/scripted-server.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();

interface Watched {
  readonly source: CellSource;
  readonly create: CreateCellSource;
  /** Answers of the cells that ended, by number. */
  readonly ended: Map<number, CellAnswer | null>;
}

/** A source of fixed rounds, each handed out when the one before has ended. */
function watchRounds(rounds: readonly (readonly number[])[]): Watched {
  const ended = new Map<number, CellAnswer | null>();
  let next = 0;
  const source: CellSource = {
    takeNext() {
      const isOver = (rounds[next - 1] ?? []).every((number) => ended.has(number));
      if (!isOver || next >= rounds.length) return [];
      const round = next++;
      return (rounds[round] ?? []).map((number): SourcedCell => ({
        number,
        purchase: { reason: 'round', round, probability: 0.5 },
      }));
    },
    noteEnd: (number, answer) => {
      ended.set(number, answer);
    },
  };
  return { source, create: () => source, ended };
}

describe('a sweep with a source', () => {
  it('calls only the cells that the source hands out, and records why', async () => {
    const server = await bench.serve(say('It is 4.'));
    const models = bench.buildModels(server, ['one', 'two']);
    const { create, ended } = watchRounds([[0, 3], [5]]);
    const summary = await bench.sweep(models, { createSource: create });
    const entries = await bench.readEntries();
    expect(entries.map(({ purchase }) => purchase)).toEqual([
      { reason: 'round', round: 0, probability: 0.5 },
      { reason: 'round', round: 0, probability: 0.5 },
      { reason: 'round', round: 1, probability: 0.5 },
    ]);
    expect([...ended.keys()].sort()).toEqual([0, 3, 5]);
    expect(summary.totals).toMatchObject({ total: 3, done: 3, settledBefore: 0 });
    expect(summary.coverage).toBe(1);
  });

  it('tells the source what an earlier sweep settled, and does not call it again', async () => {
    const server = await bench.serve(say('It is 4.'));
    const models = bench.buildModels(server, ['one', 'two']);
    const first = watchRounds([[0, 1, 2]]);
    await bench.sweep(models, { createSource: first.create });
    const second = watchRounds([[0, 1, 2], [4]]);
    const summary = await bench.sweep(models, { createSource: second.create });
    expect(await bench.readEntries()).toHaveLength(4);
    expect(second.ended.get(0)).toEqual(first.ended.get(0));
    expect(summary.totals).toMatchObject({ total: 4, done: 1, settledBefore: 3 });
  });

  it('tells the source about answers without a grade, now and in later sweeps', async () => {
    const server = await bench.serve(say('It is 4, or 5.'));
    const models = bench.buildModels(server, ['one']);
    const numeric = { name: 'numeric', options: {} };
    const taskSet = buildTaskSet([buildExample('0', { grader: numeric })]);
    for (const done of [1, 0]) {
      const { create, ended } = watchRounds([[0]]);
      const summary = await bench.sweep(models, { taskSet, createSource: create });
      expect(summary.totals).toMatchObject({ total: 1, done });
      expect(ended.get(0)).toEqual({
        quality: Number.NaN,
        isBought: true,
        costUsd: expect.any(Number),
      });
      expect(ended.get(0)?.costUsd).toBeGreaterThan(0);
    }
  });

  it('tells the source that a call failed before, and calls it again', async () => {
    let isDown = true;
    const server = await bench.serve((response, request) =>
      (isDown ? failWith(400, {}) : say('It is 4.'))(response, request),
    );
    const models = bench.buildModels(server, ['one']);
    await bench.sweep(models, { createSource: watchRounds([[0, 1]]).create });
    isDown = false;
    for (const calls of [2, 0]) {
      const before = server.requests.length;
      const told: unknown[] = [];
      const watched = watchRounds([[0, 1]]);
      await bench.sweep(models, {
        createSource: () => ({
          ...watched.source,
          noteFailedBefore: (number: number) => void told.push(number),
          noteEnd: (number: number, answer: CellAnswer | null) => void told.push([number, answer]),
        }),
      });
      expect(told.slice(0, 1)).toEqual([0]);
      expect(told).toContainEqual([1, expect.objectContaining({ quality: 1 })]);
      expect(server.requests.length - before).toBe(calls);
    }
  });

  it('tells the source about cells that get no answer, so that it never waits for them', async () => {
    const server = await bench.serve(failWith(401, {}));
    const models = bench.buildModels(server, ['one']);
    const { create, ended } = watchRounds([[0, 1, 2, 3, 4], [5]]);
    const summary = await bench.sweep(models, { createSource: create });
    expect([...ended.values()]).toEqual([null, null, null, null, null, null]);
    expect(summary.coverage).toBeLessThan(1);
  });
});
