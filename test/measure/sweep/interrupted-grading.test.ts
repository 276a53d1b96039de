import { describe, expect, it } from 'vitest';
import { checkComplete } from '../../../src/measure/sweep/check-complete.js';
import { hastyClock } from '../../support/hasty-clock.js';
import { setUpJudges } from '../../support/judges.js';
import { failWith, say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();

const examples = Array.from({ length: 40 }, (_, index) =>
  buildExample(String(index), {
    reference: undefined,
    grader: { name: 'judge', options: { rubric: 'Is it right?', choices: { yes: 1, no: 0 } } },
  }),
);
const taskSet = buildTaskSet(examples);

describe('recorded answers that wait for a judge', () => {
  it('are judged until the sweep is interrupted, and the rest when it is resumed', async () => {
    const models = bench.buildModels(await bench.serve(say('It is 4.')), ['small']);
    await bench.sweep(models, { taskSet });
    const stop = new AbortController();
    const server = await bench.serve((response, request) => {
      if (request.index === 2) stop.abort();
      return say('VERDICT: yes')(response, request);
    });
    const tools = { judge: openJudge(server) };
    const first = await bench.sweep(models, { taskSet, tools, signal: stop.signal });
    const judged = server.requests.length;
    // Those in progress are finished.
    expect(judged).toBeLessThan(20);
    expect(first).toMatchObject({ interrupted: true, coverage: 1, regraded: judged });
    expect(() => checkComplete(first)).toThrow(
      `interrupted with ${40 - judged} recorded answers to grade again`,
    );
    const last = await bench.sweep(models, { taskSet, tools });
    expect(last).toMatchObject({ interrupted: false, regraded: 40 - judged });
    expect(server.requests).toHaveLength(40);
  });

  it('are counted now and then while they are judged', async () => {
    const models = bench.buildModels(await bench.serve(say('It is 4.')), ['small']);
    await bench.sweep(models, { taskSet });
    const tools = { judge: openJudge(await bench.serve(say('VERDICT: yes'))) };
    const notices: string[] = [];
    let seconds = 0;
    await bench.sweep(models, {
      taskSet,
      tools,
      clock: { ...hastyClock, date: () => new Date(1000 * seconds++) },
      onProgress: (_, notice) => notices.push(notice ?? ''),
    });
    expect(notices.join()).toMatch(/Graded \d+ of 40 recorded answers again\./);
  });
});

describe('a judge that is to be asked once more', () => {
  it('is not when the sweep was interrupted meanwhile', async () => {
    const stop = new AbortController();
    const server = await bench.serve(failWith(503));
    const clock = { ...hastyClock, sleep: async () => stop.abort() };
    const judge = openJudge(server, {}, { clock, signal: stop.signal });
    const reply = await judge.ask([{ role: 'user', content: 'Is it right?' }]);
    expect(reply).toMatchObject({ kind: 'failed' });
    expect(server.requests).toHaveLength(1);
  });
});
