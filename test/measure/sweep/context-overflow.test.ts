import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { listWithoutRoom } from '../../../src/measure/sweep/preflight.js';
import { startBatchServer } from '../../support/batch-server.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { failWith, say } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';

const bench = setUpSweepBench();

const promptTooLong = {
  message:
    "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.",
};
const noRoom = {
  message:
    "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context " +
    'length is 4096 tokens and your request has 19 input tokens (4096 > 4096 - 19).',
};
const both = {
  message:
    'Please reduce the length of the messages or completion. Current length is 9000 while limit is 4096',
};
const vague = { message: 'Your request exceeded model token limit: 4096 (requested: 4115)' };

describe('a call that a server refuses for its size', () => {
  it.each([
    ['the prompt alone does not fit', promptTooLong],
    ['the answer could take less than what is too much', both],
    ['nothing is left for the answer', { message: 'max_tokens must be at least 1, got -186.' }],
  ])('is a label where %s', async (_, error) => {
    const server = await bench.serve(failWith(400, error));
    const models = bench.buildModels(server, ['small'], { parameters: { maxTokens: 1000 } });
    await bench.sweep(models, { taskCount: 2 });
    const entries = await bench.readEntries();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['context_overflow', 'context_overflow']);
    expect(entries[0]?.grade).toMatchObject({ kind: 'graded', quality: 0 });
  });

  it.each([
    ['maxTokens leaves no room for the prompt', 400, noRoom, {}],
    ['the answer may take all that is too much', 400, both, { parameters: { maxTokens: 5000 } }],
    ['the prompt fits the window by its bytes', 400, vague, { contextWindow: 4096 }],
    ['a proxy limits bodies', 413, 'Request Entity Too Large', {}],
  ])('says nothing of the model where %s', async (_, status, error, changes) => {
    const parameters = { maxTokens: 4096 };
    const server = await bench.serve(failWith(status, error));
    const models = bench.buildModels(server, ['small'], { parameters, ...changes });
    const events: string[] = [];
    await bench.sweep(models, {
      taskCount: 30,
      concurrency: 1,
      onEvent: (event) => event.kind === 'stopped' && events.push(event.reason),
    });
    const entries = await bench.readEntries();
    expect(new Set(entries.map(({ outcome }) => outcome))).toEqual(new Set(['infrastructure']));
    // The server would refuse the others, too.
    expect(entries).toHaveLength(20);
    expect(events).toHaveLength(1);
    if (status === 400) expect(entries[0]?.error).toContain('lower parameters.maxTokens');

    const { table } = await readRun(bench.runDirectory());
    expect(table.prompts).toEqual([]);
  });

  it('is called again when maxTokens was lowered', async () => {
    const server = await bench.serve((response, request) =>
      (request.body['max_tokens'] === 4096 ? failWith(400, noRoom) : say('It is 4.'))(
        response,
        request,
      ),
    );
    const [model] = bench.buildModels(server, ['small'], { parameters: { maxTokens: 4096 } });
    if (model === undefined) throw new Error('no model');
    await bench.sweep([model], { taskCount: 1 });
    await bench.sweep([{ ...model, parameters: { maxTokens: 1024 } }], { taskCount: 1 });
    expect((await bench.readEntries()).at(-1)?.outcome).toBe('answered');
  });

  it.each([
    ['infrastructure', noRoom, 4096],
    ['infrastructure', both, 5000],
    ['context_overflow', both, 1000],
  ])('is %s likewise in a batch', async (outcome, error, maxTokens) => {
    const server = await startBatchServer({ reply: () => ({ status: 400, error }) });
    const [model] = bench.buildModels({ ...server, requests: [] }, ['small']);
    if (model === undefined) throw new Error('no model');
    await bench.sweep([{ ...model, parameters: { maxTokens } }], {
      taskCount: 2,
      batches: { pollMs: 1 },
    });
    await server.close();
    const entries = await bench.readEntries();
    expect(entries.map((entry) => entry.outcome)).toEqual([outcome, outcome]);
  });
});

describe('listWithoutRoom', () => {
  it('names the models whose answer may fill the window', () => {
    const model = (id: string, maxTokens: number | undefined, contextWindow: number | undefined) =>
      buildPoolModel({
        id,
        contextWindow,
        parameters: maxTokens === undefined ? {} : { maxTokens },
      });
    const models = [
      model('full', 4096, 4096),
      model('more', 5000, 4096),
      model('fits', 4095, 4096),
      model('no limit', undefined, 4096),
      model('no window', 4096, undefined),
    ];
    expect(listWithoutRoom(models)).toEqual(['full', 'more']);
  });
});
