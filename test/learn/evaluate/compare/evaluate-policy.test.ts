import { describe, expect, it } from 'vitest';
import {
  evaluatePolicy,
  type EvaluatePolicyOptions,
  type PolicyEvaluation,
} from '../../../../src/learn/evaluate/compare/evaluate-policy.js';
import { computeOutcomesDigest } from '../../../../src/learn/train/outcomes-digest.js';
import { computeTrainingData } from '../../../../src/learn/train/training-data.js';
import { balanceTasks } from '../../../../src/measure/outcomes/balance-tasks.js';
import { selectUniformRows } from '../../../../src/measure/outcomes/chosen-cells.js';
import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import { loadPolicy, type LoadedPolicy } from '../../../../src/policy/decide/load-policy.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';
import { buildConstantPolicy, writePolicyFile } from '../../../support/routing-policy.js';

/** Under "quality" it takes `large` for everything, under "cost" `small`. */
async function load(): Promise<LoadedPolicy> {
  return loadPolicy((await writePolicyFile(buildConstantPolicy())).text);
}

async function evaluate(
  table: OutcomeTable,
  changes: Partial<EvaluatePolicyOptions> = {},
): Promise<PolicyEvaluation> {
  return evaluatePolicy(await load(), table, {
    groups: listRows(table.prompts.length),
    ...changes,
  });
}

const table = buildOutcomeTable(
  ['large', 'small'],
  Array.from({ length: 20 }, (_, row) => ({
    quality: [row % 10 === 0 ? 0 : 1, row % 2],
    costUsd: [0.01, 0.001],
    latencyMs: [200, 50],
  })),
);

function find(evaluation: PolicyEvaluation, name: string) {
  const strategy = evaluation.strategies.find((item) => item.name === name);
  if (strategy === undefined) throw new Error(`no strategy ${name}`);
  return strategy;
}

describe('a policy on recorded outcomes', () => {
  it('gets what was recorded for its choices under each objective', async () => {
    const evaluation = await evaluate(table);
    expect(evaluation).toMatchObject({ prompts: 20, bestSingle: 'large', simulated: false });
    const quality = find(evaluation, 'routed: quality');
    expect(quality).toMatchObject({ quality: 0.9, shares: [{ model: 'large', share: 1 }] });
    expect(quality.qualityDifference).toEqual({ mean: 0, low: 0, high: 0 });
    const cost = find(evaluation, 'routed: cost');
    expect(cost).toMatchObject({ quality: 0.5, shares: [{ model: 'small', share: 1 }] });
    expect(cost.qualityDifference.mean).toBeCloseTo(-0.4);
    expect(cost.qualityDifference.low).toBeLessThan(-0.4);
    expect(cost.costSaved?.mean).toBeCloseTo(0.9);
    expect(cost.latencySaved?.mean).toBeCloseTo(0.75);
  });

  it('counts no prompt without an outcome, and says how many there are', async () => {
    const ungraded = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 50 }, (_, row) => ({
        quality: row < 20 ? [1, row % 2] : [null, null],
      })),
    );
    expect(await evaluate(ungraded)).toMatchObject({ prompts: 20, promptsWithoutOutcome: 30 });
  });

  it('says how many prompts of equal weight would say as much, where these are far fewer', async () => {
    const weighted = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 50 }, (_, row) => ({
        quality: [1, row % 2],
        weight: row < 12 ? 100 : 1,
      })),
    );
    expect(await evaluate(weighted)).toMatchObject({ prompts: 50, effectivePrompts: 12 });
    expect(await evaluate(table)).not.toHaveProperty('effectivePrompts');
  });

  it('counts tasks equally by their graded prompts, as training does', async () => {
    const uneven = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 240 }, (_, row) => {
        const isHard = row < 120;
        const isGraded = !isHard || row % 4 === 0;
        return {
          task: isHard ? 'hard' : 'easy',
          quality: !isGraded ? [null, null] : isHard ? [1, 0] : [0, 0.8],
        };
      }),
    );
    const balanced = balanceTasks(uneven);
    const groups = listRows(240).map((row) => Math.floor(row / 4));
    const evaluation = await evaluate(balanced, { groups });
    expect(evaluation).toMatchObject({
      prompts: 150,
      promptsWithoutOutcome: 90,
      bestSingle: 'large',
    });
    expect(find(evaluation, 'routed: quality').quality).toBeCloseTo(0.5);
    expect(find(evaluation, 'routed: cost').quality).toBeCloseTo(0.4);
    const { table: trained } = computeTrainingData(balanced);
    const ofTrained = await evaluate(trained, {
      groups: groups.filter((_, row) => row >= 120 || row % 4 === 0),
    });
    expect(ofTrained.strategies).toEqual(evaluation.strategies);
  });

  it('counts each task of a model that has few outcomes of some as often as the prompts do', async () => {
    const partly = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 200 }, (_, row) => {
        const isHard = row < 100;
        return {
          task: isHard ? 'hard' : 'easy',
          quality: [isHard ? Number(row % 5 < 2) : 1, !isHard || row < 20 ? Number(!isHard) : null],
          costUsd: [0.01, !isHard || row < 20 ? 0.001 : null],
        };
      }),
    );
    const evaluation = await evaluate(partly);
    const cost = find(evaluation, 'routed: cost');
    expect(cost).toMatchObject({ quality: 0.5, shares: [{ model: 'small', share: 1 }] });
    expect(cost.qualityDifference.mean).toBeCloseTo(-0.2);
    expect(find(evaluation, 'cheapest').quality).toBe(0.5);
    expect(find(evaluation, 'best single').quality).toBe(0.7);
  });

  it('sends prompts with other members where the runtime sends such requests', async () => {
    const messages = [{ role: 'user' as const, content: 'List three fruits.' }];
    const members = { response_format: { type: 'json_object' } };
    const asking = {
      ...table,
      prompts: table.prompts.map((one, row) =>
        row < 5 ? { ...one, prompt: { messages, members } } : one,
      ),
    };
    const policy = buildConstantPolicy();
    const models = policy.models.map((one) =>
      one.id === 'large'
        ? { ...one, capabilities: { vision: true, tools: true, json: false, reasoning: true } }
        : one,
    );
    const loaded = await loadPolicy((await writePolicyFile({ ...policy, models })).text);
    const evaluation = evaluatePolicy(loaded, asking, { groups: listRows(20) });
    expect(find(evaluation, 'routed: quality').shares).toEqual([
      { model: 'large', share: 0.75 },
      { model: 'small', share: 0.25 },
    ]);
  });

  it('stands beside its baseline, single models, chance and hindsight', async () => {
    const evaluation = await evaluate(table);
    expect(evaluation.strategies.map(({ name }) => name)).toEqual([
      'routed: quality',
      'routed: cost',
      "policy's baseline",
      'best single',
      'cheapest',
      'random',
      'oracle',
    ]);
    expect(find(evaluation, 'random').quality).toBeCloseTo(0.7);
    expect(find(evaluation, 'oracle').quality).toBeCloseTo(0.9);
    expect(find(evaluation, 'cheapest').shares).toEqual([{ model: 'small', share: 1 }]);
  });

  it('is recognised on the outcomes that it was trained on', async () => {
    expect((await evaluate(table)).isTrainingData).toBe(false);
    const policy = buildConstantPolicy();
    const outcomesDigest = computeOutcomesDigest(table);
    const { text } = await writePolicyFile({
      ...policy,
      provenance: { ...policy.provenance, outcomesDigest },
    });
    expect(evaluatePolicy(await loadPolicy(text), table).isTrainingData).toBe(true);
  });
});

describe('the table of an adaptive sweep', () => {
  const adaptive: OutcomeTable = {
    ...table,
    prompts: table.prompts.map((prompt, row) =>
      row >= 8 ? { ...prompt, heldOut: true as const } : prompt,
    ),
    design: 'adaptive',
  };

  it('counts with its held-out prompts only, whose groups are those of the whole table', async () => {
    const evaluation = await evaluate(adaptive);
    expect(evaluation.prompts).toBe(12);
    expect(find(evaluation, 'routed: quality').quality).toBeCloseTo(11 / 12);
    const inPairs = listRows(20).map((row) => (row < 8 ? 0 : Math.floor(row / 2)));
    const whole = await evaluate(adaptive, { groups: inPairs });
    const part = await evaluate(selectUniformRows(adaptive), { groups: inPairs.subarray(8) });
    expect(whole).toEqual(part);
  });

  it('leaves out held-out prompts without an outcome, and keeps the groups of the others', async () => {
    const quality = adaptive.quality.map((value, cell) =>
      cell === 16 || cell === 17 ? Number.NaN : value,
    );
    const groups = listRows(20).map((row) => Math.floor(row / 2));
    const evaluation = await evaluate({ ...adaptive, quality }, { groups });
    expect(evaluation).toMatchObject({ prompts: 11, promptsWithoutOutcome: 1 });
    const shorter = selectUniformRows({
      ...adaptive,
      prompts: table.prompts.map((prompt, row) =>
        row >= 9 ? { ...prompt, heldOut: true as const } : prompt,
      ),
    });
    const part = await evaluate(shorter, { groups: groups.subarray(9) });
    expect(evaluation.strategies).toEqual(part.strategies);
  });

  it('is recognised by a policy that was trained on all of it', async () => {
    const { provenance } = buildConstantPolicy();
    const outcomesDigest = computeOutcomesDigest(adaptive);
    const { text } = await writePolicyFile(
      buildConstantPolicy({ provenance: { ...provenance, outcomesDigest } }),
    );
    const trained = await loadPolicy(text);
    expect(evaluatePolicy(trained, adaptive).isTrainingData).toBe(true);
    expect(evaluatePolicy(await load(), adaptive).isTrainingData).toBe(false);
  });
});

describe('a model that a policy may not choose for many prompts', () => {
  it('is neither the best single model nor the cheapest, as in training', async () => {
    const policy = buildConstantPolicy();
    const models = policy.models.map((model) =>
      model.id === 'small' ? { ...model, contextWindow: 300 } : model,
    );
    const long = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 40 }, (_, row) => ({
        ...(row % 4 === 0 && { prompt: 'a long prompt '.repeat(200) }),
        quality: row % 4 === 0 ? [1, null] : [row % 2, 1],
        costUsd: row % 4 === 0 ? [0.01, null] : [0.01, 0.001],
      })),
    );
    const loaded = await loadPolicy((await writePolicyFile({ ...policy, models })).text);
    const found = evaluatePolicy(loaded, long, { groups: listRows(40) });
    expect(found.bestSingle).toBe('large');
    expect(find(found, 'cheapest').shares).toEqual([{ model: 'large', share: 1 }]);
    // Of a prompt that only one can take, that one is the best and a random one.
    expect(find(found, 'oracle').quality).toBe(1);
    expect(find(found, 'random').quality).toBeCloseTo((10 + 20 + 5) / 40, 6);
  });
});

describe('prompts that no model of the policy can take', () => {
  const withTools = {
    messages: [{ role: 'user' as const, content: 'What time is it?' }],
    tools: [{ type: 'function', function: { name: 'now' } }],
  };
  /** Every fourth prompt needs tools, which no model of the policy has. */
  async function evaluateMute(models: readonly string[]): Promise<PolicyEvaluation> {
    const policy = buildConstantPolicy();
    const capabilities = { vision: false, tools: false, json: false, reasoning: false };
    const mute = { ...policy, models: policy.models.map((model) => ({ ...model, capabilities })) };
    const mixed = buildOutcomeTable(
      models,
      Array.from({ length: 20 }, (_, row) => ({
        ...(row % 4 === 1 && { prompt: withTools }),
        quality: row % 4 === 0 ? [1, 1] : [0.5, 0.25],
        costUsd: [0.01, 0.001],
      })),
    );
    const loaded = await loadPolicy((await writePolicyFile(mute)).text);
    return evaluatePolicy(loaded, mixed, { groups: listRows(20) });
  }

  it('are counted, and in no figure or share', async () => {
    const { strategies, ...counts } = await evaluateMute(['large', 'small']);
    expect(counts).toMatchObject({ prompts: 15, promptsWithoutModel: 5 });
    expect(strategies.find(({ name }) => name === 'routed: quality')).toMatchObject({
      // Ten of the 15 others have 0.5, five 1.
      quality: expect.closeTo(2 / 3, 6) as number,
      unknownOutcomes: 0,
      shares: [{ model: 'large', share: 1 }],
    });
    // The figures of a single model are of the same prompts.
    expect(strategies.find(({ name }) => name === 'best single')).toMatchObject({
      quality: expect.closeTo(2 / 3, 6) as number,
      qualityDifference: { mean: 0 },
    });
  });

  it('have no outcome of a neighboring cell where the baseline has none at all', async () => {
    const { strategies, promptsWithoutModel } = await evaluateMute(['stranger', 'small']);
    expect(promptsWithoutModel).toBe(5);
    expect(strategies.find(({ name }) => name === 'routed: quality')).toMatchObject({
      quality: expect.closeTo((5 * 1 + 10 * 0.25) / 15, 6) as number,
      shares: [{ model: 'small', share: 1 }],
    });
  });
});

describe('a run with a model that shares no prompts with the others', () => {
  /** The last model was asked easy prompts of its own. */
  const buildTable = (models: readonly string[]) =>
    buildOutcomeTable(
      models,
      Array.from({ length: 80 }, (_, row) => ({
        quality: row < 40 ? [row % 2, 0.25, null] : [null, null, 1],
      })),
    );

  it('leaves it out by name, as training does', async () => {
    const evaluation = await evaluate(buildTable(['large', 'small', 'local']));
    expect(evaluation).toMatchObject({
      prompts: 40,
      promptsWithoutOutcome: 40,
      bestSingle: 'large',
      modelsWithoutOutcomes: ['local'],
    });
    expect(evaluation.leftOut).toEqual([
      'local has too few outcomes of the same prompts as large and small to be compared with them ' +
        '(local and large share 0 prompts; 14 are needed), so it is left out. ' +
        'Sweep the missing prompts.',
    ]);
    expect(find(evaluation, 'oracle').quality).toBeCloseTo(0.625);
  });

  it('is refused for a policy that has no other one', async () => {
    await expect(evaluate(buildTable(['stranger', 'other', 'large']))).rejects.toMatchObject({
      code: 'insufficient_data',
      message: expect.stringContaining(
        'no model of the policy can be compared; large has too few outcomes of the same prompts',
      ) as string,
    });
  });
});

describe('a run with other models than the policy', () => {
  it('keeps the policy to those that both have, and says so', async () => {
    const other = buildOutcomeTable(
      ['small', 'stranger'],
      Array.from({ length: 12 }, () => ({ quality: [0.5, 1] })),
    );
    const evaluation = await evaluate(other);
    expect(evaluation).toMatchObject({
      bestSingle: 'stranger',
      modelsWithoutOutcomes: ['large', 'local'],
      modelsUnknownToPolicy: ['stranger'],
    });
    expect(find(evaluation, 'routed: quality').shares).toEqual([{ model: 'small', share: 1 }]);
    const names = evaluation.strategies.map(({ name }) => name);
    expect(names).not.toContain("policy's baseline");
    expect(names).not.toContain('cheapest');
  });

  it('is refused with too few prompts for an interval', async () => {
    const few = buildOutcomeTable(['large'], [{ quality: [1] }, { quality: [0] }]);
    await expect(evaluate(few)).rejects.toMatchObject({ code: 'insufficient_data' });
  });

  it('is refused where there is no model in common', async () => {
    const strange = buildOutcomeTable(['stranger'], [{ quality: [1] }]);
    await expect(evaluate(strange)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
