import { beforeEach, describe, expect, it } from 'vitest';
import { estimateAddition } from '../../../src/cli/commands/estimate-addition.js';
import { AddedSource, type AddedSettings } from '../../../src/learn/adaptive/added/added-source.js';
import type { PoolModel } from '../../../src/measure/models/model.js';
import { readRun } from '../../../src/measure/outcomes/run-folder.js';
import { computeWorstCaseCostUsd } from '../../../src/measure/sweep/worst-case-cost.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { delta, done, stream, usageEvent } from '../../support/scripted-server.js';
import { setUpSweepBench } from '../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../support/task-set.js';

const bench = setUpSweepBench();
const longPrompt = `What is 3 + 1? ${'x'.repeat(100_000)}`;
const examples = Array.from({ length: 40 }, (_, index) =>
  buildExample(String(index), index === 17 ? { prompt: longPrompt } : {}),
);
const taskSet = buildTaskSet(examples);
const parameters = { maxTokens: 10 };

let added: AddedSettings;
let model: PoolModel;

beforeEach(async () => {
  const usage = usageEvent({ prompt_tokens: 30, completion_tokens: 10 });
  const server = await bench.serve((response, request) => {
    const content = request.body['model'] === 'c-1' ? 'It is 4.' : 'It is 5.';
    return stream(delta({ content }, 'stop'), usage, done)(response, request);
  });
  await bench.sweep(bench.buildModels(server, ['a', 'b'], { parameters }), { taskSet });
  model = bench.buildModels(server, ['c'], { parameters })[0] as PoolModel;
  const { table } = await readRun(bench.runDirectory());
  added = { table, share: 0.2, seed: 0 };
});

function estimate(judge?: PoolModel) {
  const settings = {
    taskSet,
    pool: { file: 'models-in-memory.yaml', models: [model] },
    runDirectory: bench.runDirectory(),
    environment: {},
  };
  return estimateAddition(settings, added, { model: 'c', judge });
}

const buy = (changes = {}) =>
  bench.sweep([model], {
    taskSet,
    createSource: (plan) => new AddedSource(plan, added),
    ...changes,
  });

describe('what adding a model costs', () => {
  it('is at worst the cost of the most expensive prompts that may be chosen', async () => {
    const { learningCalls, heldOutCalls, worstCaseUsd } = await estimate();
    const longUsd = computeWorstCaseCostUsd(model, longPrompt);
    const restUsd = (learningCalls + heldOutCalls - 1) * computeWorstCaseCostUsd(model, 'What is ');
    expect(worstCaseUsd).toBeGreaterThan(longUsd + restUsd);
  });

  it('is of the share that it really asks, which is more where each task needs two prompts', async () => {
    expect(await estimate()).toMatchObject({ share: 7 / 34, isShareRaised: false });
    added = { ...added, share: 0.01 };
    const raised = { learningCalls: 2, share: 2 / 34, isShareRaised: true };
    expect(await estimate()).toMatchObject(raised);
  });

  it('has no limit where a call of it has none', async () => {
    model = { ...model, parameters: {} };
    expect(await estimate()).toMatchObject({ worstCaseUsd: null, judge: null });
  });

  it('is what is left of it after a sweep that was interrupted, and nothing at its end', async () => {
    const before = await estimate();
    const controller = new AbortController();
    const first = await buy({
      concurrency: 1,
      signal: controller.signal,
      onProgress: ({ models }: { models: ReadonlyMap<string, { done: number }> }) => {
        if (models.get('c')?.done === 3) controller.abort();
      },
    });
    const left = await estimate();
    expect(left.settledCalls).toBe(first.totals.done);
    expect(left.learningCalls + left.heldOutCalls).toBe(
      before.learningCalls + before.heldOutCalls - first.totals.done,
    );
    expect(left.worstCaseUsd).toBeLessThan(before.worstCaseUsd ?? 0);
    await buy();
    expect(await estimate()).toEqual({
      ...before,
      settledCalls: before.learningCalls + before.heldOutCalls,
      learningCalls: 0,
      heldOutCalls: 0,
      learningUsd: 0,
      heldOutUsd: 0,
      worstCaseUsd: 0,
    });
  });

  it('includes a judge only for the answers that it is to judge', async () => {
    const { judge } = await estimate(buildPoolModel({ id: 'judge' }));
    expect(judge).toEqual({ calls: 0, expectedUsd: 0, worstCaseUsd: 0 });
  });
});
