import { beforeAll, describe, expect, it } from 'vitest';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { trainPolicy, type TrainedPolicy } from '../../../src/learn/train/train-policy.js';
import type { Prompt } from '../../../src/llm/chat.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import type { ModelInfo } from '../../../src/measure/outcomes/run.js';
import { loadPolicy, type LoadedPolicy } from '../../../src/policy/decide/load-policy.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

const tools = [{ type: 'function', function: { name: 'now' } }];
const planted = buildPlantedOutcomes(120, { seed: 5 });
const [cheap, middle, best] = planted.models as [string, string, string];

/** Every fourth prompt has tools, every sixteenth an image, too. */
const hasTools = (row: number): boolean => row % 4 === 1;
const hasImage = (row: number): boolean => row % 16 === 5;

function buildPrompt(text: Prompt, row: number): Prompt {
  if (!hasTools(row)) return text;
  const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
  const parts = [{ type: 'text', text: text as string }, ...(hasImage(row) ? [image] : [])];
  return { messages: [{ role: 'user', content: parts }], tools };
}

const table: OutcomeTable = {
  ...planted,
  prompts: planted.prompts.map((one, row) => ({ ...one, prompt: buildPrompt(one.prompt, row) })),
};

const none = { vision: false, tools: false, json: false, reasoning: false };

async function train(models: readonly ModelInfo[]): Promise<TrainedPolicy> {
  const run = { table, info: { models: [...models] } };
  const options = { createdBy: 'test', family: 'task_mixture', threads: 1 } as const;
  return trainPolicy(await sharedTensorFlowEngine(), run, options);
}

describe('a policy of models that cannot take every prompt', () => {
  let trained: TrainedPolicy;
  let loaded: LoadedPolicy;
  beforeAll(async () => {
    trained = await train([
      { id: cheap, capabilities: none },
      { id: middle, capabilities: { ...none, tools: true } },
      { id: best, capabilities: { ...none, tools: true } },
    ]);
    loaded = await loadPolicy(trained.text);
  });

  it('is evaluated on the prompts that its file takes', () => {
    const objectives = trained.policy.objectives.map(({ name }) => name);
    expect(objectives).toContain('quality');
    for (const objective of objectives) {
      const choices = table.prompts.map(({ prompt }) => loaded.decide(prompt, { objective }).model);
      const without = choices.filter((model) => model === null).length;
      expect(without).toBe(table.prompts.filter((_, row) => hasImage(row)).length);
      expect(trained.evaluation).toMatchObject({
        prompts: table.prompts.length - without,
        promptsWithoutModel: without,
        verdict: { heldOutPrompts: table.prompts.length - without },
      });
    }
  });

  it('has single models and strategies whose figures are of the same prompts', () => {
    const { strategies, models, delivery } = trained.evaluation;
    const meanOf = (model: string): number => {
      const column = table.models.indexOf(model);
      const values = table.prompts.flatMap((_, row) =>
        hasImage(row) ? [] : [table.quality[row * table.models.length + column] as number],
      );
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    for (const { model, quality } of models) expect(quality).toBeCloseTo(meanOf(model), 6);
    for (const { quality, qualityDifference } of [...strategies, ...(delivery?.objectives ?? [])])
      expect(quality).toBeCloseTo(meanOf(trained.policy.baseline) + qualityDifference.mean, 6);
  });

  it('never counts the outcomes of a model that it may not choose', () => {
    const { strategies } = trained.evaluation;
    const taken = table.prompts.filter((_, row) => !hasImage(row)).length;
    const withTools = table.prompts.filter((_, row) => hasTools(row) && !hasImage(row)).length;
    const routed = strategies.filter(({ kind }) => kind === 'routed');
    expect(routed.length).toBeGreaterThan(0);
    for (const { shares } of routed) {
      const share = shares.find(({ model }) => model === cheap)?.share ?? 0;
      expect(share).toBeLessThanOrEqual(1 - withTools / taken);
    }
  });

  it('has no single model that a quarter of the prompts are beyond', () => {
    expect(trained.policy.baseline).not.toBe(cheap);
    for (const { constantModel } of trained.policy.objectives)
      expect(constantModel).not.toBe(cheap);
  });

  it('says for how many prompts it has no model', () => {
    expect(trained.warnings).toContainEqual(
      expect.stringContaining('no model can take 8 of 120 held-out prompts'),
    );
  });
});

describe('models that can take none of the prompts', () => {
  it('are refused where their context windows are too short for all', async () => {
    const windows = planted.models.map((id) => ({ id, contextWindow: 1 }));
    await expect(train(windows)).rejects.toMatchObject({
      code: 'insufficient_data',
      message: expect.stringContaining('none can take any of the 120 held-out prompts') as string,
    });
  });

  it('are refused before anything is fitted', async () => {
    const every = planted.prompts.map((one) => ({
      ...one,
      prompt: { messages: [{ role: 'user' as const, content: one.prompt as string }], tools },
    }));
    const run = {
      table: { ...planted, prompts: every },
      info: { models: planted.models.map((id) => ({ id, capabilities: none })) },
    };
    const onProgress = (): never => {
      throw new Error('fitted');
    };
    await expect(
      trainPolicy(await sharedTensorFlowEngine(), run, { createdBy: 'test', onProgress }),
    ).rejects.toMatchObject({
      code: 'insufficient_data',
      message: expect.stringContaining('none can take any of the 120 prompts (tools)') as string,
    });
  });
});
