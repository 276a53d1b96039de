import { describe, expect, it } from 'vitest';
import { parseSpool, type SpooledLine } from '../../../src/measure/queue/spool-lines.js';

const key = { runId: 'run', lane: 0, number: 1, jobId: 'job', fence: 0, workerId: 'worker' };

const judging = (id: string, possibleCostUsd: number | null = 0.25): SpooledLine => ({
  kind: 'judging',
  ...key,
  call: {
    cellKey: 'cell',
    taskId: '1',
    promptHash: 'hash',
    model: 'm',
    repeat: 0,
    simulated: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    possibleCostUsd,
    judging: { id, model: 'judge', promptVersion: 1 },
  },
});

const grade = (id: string): SpooledLine => ({
  kind: 'grade',
  ...key,
  line: `${JSON.stringify({ grade: { judge: { costUsd: 0.5, id } } })}\n`,
  judge: { calls: 1, costUsd: 0.5, guessed: 1, unpriced: 0 },
});

const parse = (...lines: SpooledLine[]) =>
  parseSpool(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const listOpen = (...lines: SpooledLine[]) =>
  parse(...lines).judgings.map(({ call }) => [call.judging.id, call.possibleCostUsd]);

describe('the lines of a spool', () => {
  it('are answers, grades and calls of the judge', () => {
    const answer = { ...key, chargedUsd: 0.5, line: '{"version":1}\n', isGrading: true };
    expect(parse(answer, judging('a'), grade('b'))).toEqual({
      answers: [answer],
      grades: [grade('b')],
      judgings: [judging('a')],
      damaged: 0,
    });
  });

  it('of earlier versions say nothing of estimated costs of a judge', () => {
    const judge = { calls: 1, costUsd: 0.5, unpriced: 0 };
    const line = JSON.stringify({ ...grade('a'), judge });
    expect(parseSpool(`${line}\n`).grades).toMatchObject([{ judge: { ...judge, guessed: 0 } }]);
  });

  it('count the last line of the calls for a grade, which has the cost of all', () => {
    expect(listOpen(judging('a', 0.25), judging('b', null), judging('a', 0.5))).toEqual([
      ['a', 0.5],
      ['b', null],
    ]);
  });

  it('keep earlier calls whose cost nothing limits', () => {
    const earlier = judging('a', 0) as Extract<SpooledLine, { kind: 'judging' }>;
    const line = { ...earlier, call: { ...earlier.call, unboundedCalls: 2 } };
    expect(parse(line).judgings).toEqual([line]);
  });

  it('take no call for cut off whose grade is there, or that was not charged', () => {
    expect(listOpen(judging('a'), grade('a'), judging('b'), judging('b', 0))).toEqual([]);
    const answer = { ...key, chargedUsd: 0.5, line: '{"grade":{"judge":{"id":"c"}}}\n' };
    expect(listOpen(judging('c'), answer)).toEqual([]);
  });
});
