import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import type { PoolModel } from '../../../src/measure/models/model.js';
import { say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const { serve, buildModels, sweep, runDirectory } = setUpSweepBench();

async function readModels(): Promise<{ described: string[]; outcomes: Record<string, number> }> {
  const { info, table } = await readRun(runDirectory());
  const outcomes = table.models.map((model, column) => {
    const known = table.prompts.filter(
      (_, row) => !Number.isNaN(table.quality[row * table.models.length + column]),
    );
    return [model, known.length] as const;
  });
  return { described: info.models.map(({ id }) => id), outcomes: Object.fromEntries(outcomes) };
}

describe('a model whose id has changed in the pool', () => {
  it('takes its outcomes along, and leaves nothing under the old id', async () => {
    const server = await serve(say('It is 4.'));
    const [a, b] = buildModels(server, ['a', 'b']) as [PoolModel, PoolModel];
    await sweep([a, b]);
    await sweep([{ ...a, id: 'renamed' }, b]);
    expect(server.requests).toHaveLength(12);
    expect(await readModels()).toEqual({
      described: ['b', 'renamed'],
      outcomes: { b: 6, renamed: 6 },
    });
  });

  it('takes its outcomes back with its former id, as do examples', async () => {
    const server = await serve(say('It is 4.'));
    const [a, b] = buildModels(server, ['a', 'b']) as [PoolModel, PoolModel];
    const examples = ['1', '2'].map((id) => buildExample(id));
    const taskSet = buildTaskSet(examples);
    const renamed = buildTaskSet(
      examples.map((example) => ({ ...example, id: `new-${example.id}` })),
    );
    await sweep([a, b], { taskSet });
    await sweep([{ ...a, id: 'renamed' }, b], { taskSet });
    await sweep([a, b], { taskSet });
    expect(await readModels()).toEqual({ described: ['b', 'a'], outcomes: { a: 2, b: 2 } });
    await sweep([a, b], { taskSet: renamed });
    await sweep([a, b], { taskSet });
    expect((await readModels()).outcomes).toEqual({ a: 2, b: 2 });
    expect(await sweep([a, b], { taskSet })).toMatchObject({ regraded: 0, renamed: 0 });
    expect(server.requests).toHaveLength(4);
  });

  it('takes along those of prompts that are not swept now', async () => {
    const server = await serve(say('It is 4.'));
    const [a] = buildModels(server, ['a']) as [PoolModel];
    await sweep([a], { taskCount: 6 });
    await sweep([{ ...a, id: 'renamed' }], { taskCount: 2 });
    expect(server.requests).toHaveLength(6);
    expect((await readModels()).outcomes).toEqual({ renamed: 6 });
  });

  it('takes them along when two models swap their ids', async () => {
    const server = await serve((response, request) =>
      say(request.body['model'] === 'a-1' ? 'It is 4.' : 'It is 5.')(response, request),
    );
    const [a, b] = buildModels(server, ['a', 'b']) as [PoolModel, PoolModel];
    await sweep([a, b], { taskCount: 6 });
    await sweep(
      [
        { ...a, id: 'b' },
        { ...b, id: 'a' },
      ],
      { taskCount: 2 },
    );
    expect(server.requests).toHaveLength(12);
    const { table } = await readRun(runDirectory());
    expect(table.models).toEqual(['a', 'b']);
    expect([...table.quality]).toEqual(Array.from({ length: 12 }, (_, cell) => cell % 2));
  });

  it('keeps the old id where other settings of it have outcomes', async () => {
    const server = await serve(say('It is 4.'));
    const [a] = buildModels(server, ['a']) as [PoolModel];
    await sweep([{ ...a, parameters: { temperature: 1 } }]);
    await sweep([{ ...a, id: 'renamed' }]);
    expect((await readModels()).outcomes).toEqual({ a: 6, renamed: 6 });
  });
});
