import { describe, expect, it } from 'vitest';
import { estimateSweep } from '../../../src/measure/sweep/estimate-sweep.js';
import { setUpJudges } from '../../support/judges.js';
import { delta, done, event, say, stream, usageEvent } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const openJudge = setUpJudges();

describe('an answer whose grade follows in a line of its own', () => {
  const example = (id: string) =>
    buildExample(id, {
      reference: undefined,
      grader: { name: 'judge', options: { rubric: 'Is it right?', choices: { yes: 1, no: 0 } } },
    });

  it('counts once for a resumed sweep and its estimate', async () => {
    const server = await bench.serve(
      stream(
        event({ model: 'other', choices: [{ index: 0, delta: { content: '4' } }] }),
        delta({}, 'stop'),
        usageEvent({ prompt_tokens: 30, completion_tokens: 10 }),
        done,
      ),
    );
    const models = bench.buildModels(server, ['a']);
    const taskSet = buildTaskSet([example('0'), example('1')]);
    const tools = { judge: openJudge(await bench.serve(say('VERDICT: yes'))) };
    await bench.sweep(models, { taskSet, tools });
    expect(await bench.readEntries()).toMatchObject([
      { grade: { kind: 'ungraded' } },
      { grade: { kind: 'ungraded' } },
      { regraded: true },
      { regraded: true },
    ]);
    const resumed = await bench.sweep(models, { taskSet, tools });
    expect(resumed.served).toMatchObject([
      { kind: 'other_model', detail: 'requested a-1, answered by other (2)' },
    ]);
    const estimate = await estimateSweep({
      taskSet: buildTaskSet([...taskSet.examples, example('2')]),
      pool: { file: 'models-in-memory.yaml', models },
      runDirectory: bench.runDirectory(),
      environment: {},
    });
    expect(estimate.models).toMatchObject([{ cells: 1, measuredCells: 2 }]);
  });
});
