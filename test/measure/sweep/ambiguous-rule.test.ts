import { beforeEach, describe, expect, it } from 'vitest';
import type { AmbiguousRule } from '../../../src/measure/graders/grade.js';
import { gradeRun } from '../../../src/measure/sweep/grade-run.js';
import { setUpJudges } from '../../support/judges.js';
import { say, type ScriptedServer } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();
const examples = Array.from({ length: 4 }, (_, index) =>
  buildExample(String(index), { grader: { name: 'numeric', options: {} } }),
);

let server: Promise<ScriptedServer>;

beforeEach(() => {
  server = bench.serve(say('It is 3 or 4.'));
});

/** Sweeps models that name two numbers, and reads how all of their answers are graded now. */
async function sweepVague(ids: readonly string[], ambiguous?: AmbiguousRule, limit = 4) {
  const models = bench.buildModels(await server, ids);
  await bench.sweep(models, {
    taskSet: buildTaskSet(examples),
    limit,
    tools: ambiguous === undefined ? {} : { ambiguous },
  });
  return readGrades();
}

async function readGrades(): Promise<readonly string[]> {
  const latest = new Map(
    (await bench.readEntries()).map(({ cellKey, grade }) => [
      cellKey,
      grade.kind === 'graded' ? String(grade.quality) : 'ungraded',
    ]),
  );
  return [...latest.values()];
}

describe('the rule for ambiguous answers of a run', () => {
  it('holds for answers that were recorded before it was given', async () => {
    expect(await sweepVague(['small'], undefined, 2)).toEqual(['ungraded', 'ungraded']);
    expect(await sweepVague(['small'], 'wrong')).toEqual(['0', '0', '0', '0']);
  });

  it('holds for what later sweeps add, also where they do not repeat it', async () => {
    await sweepVague(['small'], 'wrong', 2);
    expect(await sweepVague(['small', 'large'])).toEqual(Array.from({ length: 8 }, () => '0'));
  });

  it('is kept by what grades the run again, and can be taken back', async () => {
    await sweepVague(['small'], undefined, 2);
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date() };
    await gradeRun({ ...settings, tools: { ambiguous: 'wrong' } });
    expect(await sweepVague(['small'])).toEqual(['0', '0', '0', '0']);
    const { changes } = await gradeRun({ ...settings, tools: {}, force: true });
    expect(changes).toEqual([]);
    await gradeRun({ ...settings, tools: { ambiguous: 'ungraded' } });
    expect(await readGrades()).toEqual(Array.from({ length: 4 }, () => 'ungraded'));
  });

  it('is not changed by a dry run', async () => {
    await sweepVague(['small'], undefined, 2);
    const settings = { runDirectory: bench.runDirectory(), now: () => new Date() };
    await gradeRun({ ...settings, tools: { ambiguous: 'wrong' }, dryRun: true });
    expect(await sweepVague(['small'])).toEqual(Array.from({ length: 4 }, () => 'ungraded'));
  });

  it('lets another judge decide again: one table follows one judge', async () => {
    const models = bench.buildModels(await server, ['small']);
    const judgeBy = async (name: string, verdict: string): Promise<ScriptedServer> => {
      const answering = await bench.serve(say(`VERDICT: ${verdict}`));
      const judge = openJudge(answering, { model: name });
      await bench.sweep(models, {
        taskSet: buildTaskSet(examples),
        limit: name === 'first' ? 2 : 4,
        tools: { ambiguous: 'judge', judge },
      });
      return answering;
    };
    await judgeBy('first', 'correct');
    expect(await readGrades()).toEqual(['1', '1']);
    const second = await judgeBy('second', 'incorrect');
    expect(await readGrades()).toEqual(['0', '0', '0', '0']);
    expect(second.requests).toHaveLength(4);
  });

  it('asks a judge that has given no verdict only once', async () => {
    const judge = await bench.serve(say('I cannot tell.'));
    const tools = { ambiguous: 'judge' as const, judge: openJudge(judge) };
    const models = bench.buildModels(await server, ['small']);
    const settings = { taskSet: buildTaskSet(examples), tools };
    await bench.sweep(models, settings);
    await bench.sweep(models, settings);
    await gradeRun({ runDirectory: bench.runDirectory(), now: () => new Date(), tools });
    expect(judge.requests).toHaveLength(4);
    expect(await readGrades()).toEqual(Array.from({ length: 4 }, () => 'ungraded'));
    // Another rule still decides.
    expect(await sweepVague(['small'], 'wrong')).toEqual(['0', '0', '0', '0']);
  });
});
