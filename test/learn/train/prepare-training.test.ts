import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/learn/evaluate/cross-validate.js';
import { prepareTraining } from '../../../src/learn/train/prepare-training.js';
import { trainRun, type TrainRunOptions } from '../../../src/learn/train/train-run.js';
import type { Run } from '../../../src/measure/outcomes/run.js';
import type { RoutesmithError } from '../../../src/util/errors.js';
import { buildImportedRun } from '../../support/imported-run.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

const tools = [{ name: 'look_up' }];
const incapable = { capabilities: { vision: false, tools: false, json: false, reasoning: false } };
const planted = buildPlantedOutcomes(80, { seed: 5 });

const problemOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    ({ code, message }: RoutesmithError) => `${code}: ${message}`,
  );

describe('what can be trained', () => {
  it('offers the standard objectives and those that are requested', () => {
    const objectives = [{ kind: 'limit_cost', name: 'cheap', maxCostPerRequestUsd: 1 }] as const;
    const { requests, leftOut, data } = prepareTraining(buildImportedRun(planted), {
      seed: 1,
      objectives,
    });
    expect(requests.map(({ name }) => name)).toContain('cheap');
    expect(requests.map(({ name }) => name)).toContain('quality');
    expect(leftOut).toEqual([]);
    expect(data.table.prompts).toHaveLength(80);
  });

  it('says which objectives it leaves out, and refuses one of these as the default', () => {
    const costUsd = new Float32Array(planted.costUsd.length).fill(Number.NaN);
    const run = buildImportedRun({ ...planted, costUsd });
    const { requests, leftOut } = prepareTraining(run, { seed: 1 });
    expect(requests.map(({ name }) => name)).not.toContain('cost');
    expect(leftOut.length).toBeGreaterThan(0);
    expect(() => prepareTraining(run, { seed: 1, defaultObjective: 'cost' })).toThrow('is unknown');
  });

  const labelPerPrompt = buildOutcomeTable(
    ['large', 'small'],
    Array.from({ length: 1001 }, (_, row) => ({ task: `task ${row}`, quality: [1, row % 2] })),
  );
  const withTools = planted.prompts.map((one) => ({
    ...one,
    prompt: { messages: [{ role: 'user' as const, content: one.prompt as string }], tools },
  }));
  it.each<[string, Run, Pick<TrainRunOptions, 'baseline' | 'objectives'>]>([
    ['an unknown baseline', buildImportedRun(planted), { baseline: 'huge' }],
    ['a label per prompt', buildImportedRun(labelPerPrompt), {}],
    [
      'models that can take no prompt',
      buildImportedRun({ ...planted, prompts: withTools }, incapable),
      {},
    ],
    ['too few prompts', buildImportedRun(buildPlantedOutcomes(4, { seed: 5 })), {}],
    [
      'an objective that is there already',
      buildImportedRun(planted),
      { objectives: [{ kind: 'limit_cost', name: 'quality', maxCostPerRequestUsd: 1 }] },
    ],
  ])(
    'is refused in the same words for training and for cross-validation: %s',
    async (_, run, options) => {
      const trained = await problemOf(trainRun(run, { family: 'task_table', ...options }));
      const evaluated = await problemOf(
        crossValidate(run, { seed: 1, family: 'task_table', unseenTasks: false, ...options }),
      );
      expect(trained).not.toBe('none');
      expect(evaluated).toBe(trained);
    },
  );
});
