import { describe, expect, it } from 'vitest';
import { decodePolicy } from '../../../src/policy/file/decode-policy.js';
import { splitPromptFields } from '../../../src/policy/features/prompt-fields.js';
import { dequantizeMatrix } from '../../../src/policy/file/packed-numbers.js';
import type { LinearMap, RoundedLinearMap } from '../../../src/policy/file/routing-model.js';
import { createPromptScorer } from '../../../src/policy/decide/score-prompt.js';
import { assemblePolicy, roundWeights } from '../../../src/learn/train/assemble-policy.js';
import { collectLimits } from '../../../src/learn/train/model-limits.js';
import { poolEstimates } from '../../../src/learn/train/pool-estimates.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import type { FittedPart } from '../../../src/learn/train/fit-part.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom } from '../../../src/util/random.js';
import { buildPlan } from '../../support/held-out.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';
import { plantedTasks, writePlantedPrompt } from '../../support/planted-outcomes.js';
import {
  buildMixtureModel,
  buildMixturePolicy,
  buildObjective,
  writePolicyFile,
} from '../../support/routing-policy.js';

const model = buildMixtureModel(1);
const rounded = roundWeights(model);

/** The weights that a map stands for. */
function listWeights(map: LinearMap | RoundedLinearMap): Float32Array {
  return 'scales' in map ? dequantizeMatrix({ ...map, bytes: map.weights }) : map.weights;
}

describe('roundWeights', () => {
  it.each(['taskClassifier', 'heads'] as const)(
    'moves each weight of %s by half a step of its row and column at most',
    (name) => {
      const { outputCount, weights } = model[name];
      const after = listWeights(rounded[name]);
      const largestOf = (cells: readonly number[]): number => Math.max(...cells.map(Math.abs));
      const scales = Array.from({ length: outputCount }, (_, column) =>
        largestOf([...weights].filter((_weight, index) => index % outputCount === column)),
      );
      for (let start = 0; start < weights.length; start += outputCount) {
        const shares = scales.map((scale, column) => (weights[start + column] as number) / scale);
        scales.forEach((scale, column) => {
          const error = Math.abs(
            (weights[start + column] as number) - (after[start + column] as number),
          );
          // Twice the share of the row's largest weight, since shifts are whole.
          expect(error / scale).toBeLessThanOrEqual(Math.max(largestOf(shares), 2 ** -15) / 126);
        });
      }
      expect(after).not.toEqual(weights);
    },
  );

  it('gives rows of small weights as many steps as the others have', () => {
    const { outputCount, weights } = model.heads;
    const shrunken = weights.map((weight, index) =>
      index < 50 * outputCount ? weight / 64 : weight,
    );
    const uneven = roundWeights({ ...model, heads: { ...model.heads, weights: shrunken } });
    const listRow = <T extends Float32Array | Int8Array>(values: T, row: number): number[] =>
      Array.from(values.subarray(row * outputCount, (row + 1) * outputCount), Math.abs);
    const used = Array.from({ length: 50 }, (_, row) => row).filter((row) =>
      listRow(shrunken, row).some((weight) => weight !== 0),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const row of used) {
      expect(Math.max(...listRow(uneven.heads.weights, row))).toBeGreaterThan(60);
    }
  });

  it('gives exactly what a policy file holds', async () => {
    const { text } = await writePolicyFile(buildMixturePolicy({ scorer: rounded }));
    expect(decodePolicy(JSON.parse(text)).policy.scorer).toEqual(rounded);
  });

  it('leaves everything else as it is', () => {
    const { taskClassifier, heads, ...rest } = rounded;
    expect(rest).toEqual({ ...model, taskClassifier: undefined, heads: undefined });
    expect(taskClassifier.bias).toEqual(model.taskClassifier.bias);
    expect(heads.bias).toEqual(model.heads.bias);
  });

  it('hardly moves what is estimated', () => {
    const [exact, coarse] = [createPromptScorer(model), createPromptScorer(rounded)];
    const random = createRandom(6);
    for (let index = 0; index < 500; index++) {
      const fields = splitPromptFields(
        writePlantedPrompt(plantedTasks[index % 4] as string, random),
      );
      const { quality } = coarse(fields);
      exact(fields).quality.forEach((value, column) =>
        expect(Math.abs(value - (quality[column] as number))).toBeLessThan(0.02),
      );
    }
  });
});

/**
 * An adaptive sweep held out 40 prompts. Of the other 80 it asked `lucky` for those of the task where
 * it looked good, which are short ones.
 */
function buildAdaptiveTable(): OutcomeTable {
  const rows = Array.from({ length: 120 }, (_, row) => {
    const isHeldOut = row % 3 === 0;
    const isShort = row % 2 === 0;
    const isBought = !isHeldOut && isShort;
    return {
      task: isShort ? 'short' : 'long',
      quality: [isHeldOut ? Number(row % 12 === 0) : isBought ? 1 : null, row % 4 === 0 ? 0 : 1],
      costUsd: [isHeldOut || isBought ? (isShort ? 0.001 : 0.003) : null, 0.004],
      latencyMs: [isHeldOut || isBought ? (isShort ? 100 : 300) : null, 400],
    };
  });
  const table = buildOutcomeTable(['lucky', 'steady'], rows);
  const prompts = table.prompts.map((prompt, row) =>
    row % 3 === 0 ? { ...prompt, heldOut: true as const } : prompt,
  );
  return { ...table, prompts, design: 'adaptive' };
}

describe('a policy that never routes', () => {
  it('estimates at run time what its delivery was computed from', async () => {
    const table = buildOutcomeTable(
      ['cheap', 'dear'],
      Array.from({ length: 40 }, (_, row) => ({
        task: row % 4 === 0 ? 'long' : 'short',
        prompt: `${'word '.repeat(row % 4 === 0 ? 200 : 5)} ${row}`,
        quality: [row % 2, 1],
        latencyMs: [100, 200 + row],
        inputTokens: row % 4 === 0 ? [210, 220] : [8, 9],
        outputTokens: row % 4 === 0 ? [100, 90] : [10, 9],
      })),
    );
    const prices = new Map([
      ['cheap', { inputPerMillionUsd: 1, outputPerMillionUsd: 2, date: '2026-01-01' }],
      ['dear', { inputPerMillionUsd: 10, outputPerMillionUsd: 20, date: '2026-01-01' }],
    ]);
    const models = [
      { id: 'cheap', contextWindow: 200 },
      { id: 'dear', contextWindow: 100_000 },
    ];
    const data = computeTrainingData(table);
    const policy = assemblePolicy({
      data,
      run: { table, info: { models } },
      prices,
      fitted: {} as FittedPart,
      plan: buildPlan({ baseline: 1, fallbackOrder: [1, 0] }),
      objectives: [buildObjective({ constantModel: table.models[1] })],
      verdict: { decision: "DON'T ROUTE", reason: '', heldOutPrompts: 40, evidence: [] },
      seed: 1,
      createdBy: 'routesmith test',
      defaultObjective: 'quality',
    });
    const { decide } = await loadPolicy((await writePolicyFile(policy)).text);
    const limits = collectLimits({ models });
    const { quality, costUsd, latencyMs, feasible } = poolEstimates(data, { prices, limits });
    expect(new Set(feasible)).toEqual(new Set([0, 1]));
    table.prompts.forEach(({ prompt }, row) => {
      const { ranked } = decide(prompt);
      table.models.forEach((id, model) => {
        const cell = 2 * row + model;
        const found = ranked.find((item) => item.model === id);
        expect(found !== undefined).toBe(feasible?.[cell] === 1);
        if (found === undefined) return;
        expect(found.quality).toBeCloseTo(quality[cell] as number, 6);
        expect(found.costUsd).toBeCloseTo(costUsd[cell] as number, 9);
        expect(found.latencyMs).toBeCloseTo(latencyMs[cell] as number, 3);
      });
    });
  });
});

describe('the policy of an adaptive sweep', () => {
  it('has its means from the held-out prompts, not from bought cells', () => {
    const table = buildAdaptiveTable();
    const policy = assemblePolicy({
      data: computeTrainingData(table),
      run: { table, info: { models: [] } },
      prices: new Map(),
      // A constant policy holds nothing of what was fitted.
      fitted: {} as FittedPart,
      plan: buildPlan({ baseline: 1, fallbackOrder: [1, 0] }),
      objectives: [buildObjective({ constantModel: table.models[1] })],
      verdict: { decision: "DON'T ROUTE", reason: '', heldOutPrompts: 40, evidence: [] },
      seed: 1,
      createdBy: 'routesmith test',
      defaultObjective: 'quality',
    });
    expect(policy.scorer).toEqual({ kind: 'constant', quality: Float32Array.of(0.25, 0.75) });
    expect(policy.models.map(({ cost }) => cost)).toEqual([
      { kind: 'recorded', costUsd: [0.002] },
      { kind: 'recorded', costUsd: [0.004] },
    ]);
  });
});
