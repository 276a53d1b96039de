import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { computeGradeKey } from '../../../src/measure/graders/grade-answer.js';
import { readLedger } from '../../../src/measure/ledger/ledger.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { gradeRun } from '../../../src/measure/sweep/grade-run.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { setUpJudges } from '../../support/judges.js';
import { failWith, say, type ScriptedServer } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();

const examples = Array.from({ length: 3 }, (_, index) =>
  buildExample(String(index), {
    reference: undefined,
    grader: { name: 'judge', options: { rubric: 'Is it right?', choices: { yes: 1, no: 0 } } },
  }),
);

async function sweepJudged(judged: readonly Example[]): Promise<{
  readonly model: ScriptedServer;
  readonly judge: ScriptedServer;
}> {
  const model = await bench.serve(say('It is 4.'));
  const judge = await bench.serve(say('VERDICT: yes'));
  await bench.sweep(bench.buildModels(model, ['small']), {
    taskSet: buildTaskSet(judged),
    tools: { judge: openJudge(judge) },
  });
  expect(judge.requests).toHaveLength(3);
  return { model, judge };
}

async function readQualities(): Promise<readonly number[]> {
  const { table } = await readRun(bench.runDirectory());
  return [...table.quality];
}

/** Makes all grades those of an earlier version of their grader. */
async function outdateGrades(): Promise<void> {
  const file = path.join(bench.runDirectory(), 'ledger.jsonl');
  const outdated = (await readLedger(file)).map((entry) => {
    const example = examples.find(({ id }) => id === entry.taskId) as Example;
    const { answer, grade } = entry;
    return { ...entry, gradeKey: computeGradeKey(example, answer ?? '', grade.judge, 1) };
  });
  await writeFile(file, outdated.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

const renamed = examples.map((example) => ({ ...example, id: `new-${example.id}` }));

describe('a grade by a judge', () => {
  it.each([
    ['the model', 'mini', examples],
    ['every example', 'small', renamed],
  ])('is kept where %s has got another name, with the judge and without', async (_, id, tasks) => {
    const { model, judge } = await sweepJudged(examples);
    const models = bench.buildModels(model, [id], { model: 'small-1' });
    const taskSet = buildTaskSet(tasks);
    const summary = await bench.sweep(models, { taskSet });
    expect(summary).toMatchObject({
      totals: { settledBefore: 3, done: 0 },
      regraded: 0,
      renamed: 3,
    });
    expect(await readQualities()).toEqual(expect.arrayContaining([1, 1, 1]));
    const back = bench.buildModels(model, ['small']);
    const tools = { judge: openJudge(judge) };
    await bench.sweep(back, { taskSet: buildTaskSet(examples), tools });
    expect(judge.requests).toHaveLength(3);
    expect(model.requests).toHaveLength(3);
  });

  it('is kept where other parameters had superseded its cell for a while', async () => {
    const { model, judge } = await sweepJudged(examples);
    const taskSet = buildTaskSet(examples);
    const warm = bench.buildModels(model, ['small'], { parameters: { temperature: 1 } });
    await bench.sweep(warm, { taskSet });
    const back = await bench.sweep(bench.buildModels(model, ['small']), { taskSet });
    expect(back).toMatchObject({ regraded: 0, renamed: 0 });
    expect(await readQualities()).toEqual([1, 1, 1]);
    expect(judge.requests).toHaveLength(3);
  });

  it('is kept where everything is graded again without the judge', async () => {
    await sweepJudged(examples);
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date() };
    const all = await gradeRun({ ...settings, tools: {}, force: true });
    expect(all.changes).toEqual([]);
    const moved = await gradeRun({ ...settings, tools: {}, examples: renamed });
    expect(moved.changes).toEqual([]);
    expect(moved.entries.map(({ taskId }) => taskId).sort()).toEqual(['new-0', 'new-1', 'new-2']);
    expect(await readQualities()).toEqual(expect.arrayContaining([1, 1, 1]));
  });

  it('is given up where the rubric has changed: it says nothing of the new one', async () => {
    await sweepJudged(examples);
    const changed = examples.map((example) => ({
      ...example,
      grader: { name: 'judge', options: { rubric: 'Is it short?' } },
    }));
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date() };
    const { changes } = await gradeRun({ ...settings, tools: {}, examples: changed });
    expect(changes).toHaveLength(3);
    expect(changes[0]?.after).toMatchObject({ kind: 'ungraded', retryable: true });
  });

  it('is kept, and named, where its grader has a newer version and no judge is given', async () => {
    const { model, judge } = await sweepJudged(examples);
    await outdateGrades();
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date(), tools: {} };
    const summary = await gradeRun(settings);
    expect(summary).toMatchObject({ graded: 0, changes: [] });
    expect([...summary.kept]).toEqual([['no model was given to judge: name one with --judge', 3]]);
    expect(await readQualities()).toEqual([1, 1, 1]);
    const models = bench.buildModels(model, ['small']);
    const notices: string[] = [];
    await bench.sweep(models, {
      taskSet: buildTaskSet(examples),
      onProgress: (_, notice) => void (notice !== undefined && notices.push(notice)),
    });
    expect(await readQualities()).toEqual([1, 1, 1]);
    expect(notices.join('\n')).toContain('3 grades of an earlier version of their graders');
    expect(judge.requests).toHaveLength(3);
    await bench.sweep(models, {
      taskSet: buildTaskSet(examples),
      tools: { judge: openJudge(judge) },
    });
    expect(judge.requests).toHaveLength(6);
  });

  it('is kept in one sentence where the judge fails, whatever its server says each time', async () => {
    const { model } = await sweepJudged(examples);
    await outdateGrades();
    const failing = await bench.serve((response, request) =>
      failWith(400, { message: `no thanks (req_${request.index})` })(response, request),
    );
    const tools = { judge: openJudge(failing) };
    const notices: string[] = [];
    await bench.sweep(bench.buildModels(model, ['small']), {
      taskSet: buildTaskSet(examples),
      tools,
      onProgress: (_, notice) => void (notice !== undefined && notices.push(notice)),
    });
    const kept = notices.filter((notice) => notice.includes('of an earlier version'));
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(
      /^3 grades .* could not be asked: bad_request \(for example: .*req_\d\)\)\.$/,
    );
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date(), tools };
    expect([...(await gradeRun(settings)).kept.values()]).toEqual([3]);
  });
});
