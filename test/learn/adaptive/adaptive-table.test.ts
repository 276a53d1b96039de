import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../src/learn/evaluate/compute-evaluation.js';
import {
  computeGroupedInterval,
  indexGroups,
} from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import type { HeldOutFold } from '../../../src/learn/evaluate/verdict/held-out.js';
import { computeKnownMean } from '../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { describeLeftOut, selectComparable } from '../../../src/learn/train/comparable-models.js';
import { fitFileAndFolds } from '../../../src/learn/train/fit-file-and-folds.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { listUniformRows } from '../../../src/measure/outcomes/chosen-cells.js';
import { computeModelSummaries } from '../../../src/measure/outcomes/model-summaries.js';
import { createOutcomeTableBuilder } from '../../../src/measure/outcomes/outcome-table-builder.js';
import { describeSweepDesign } from '../../../src/measure/outcomes/sweep-design.js';
import type { SweptCell } from '../../../src/measure/outcomes/swept-cells.js';
import { mergeRuns } from '../../../src/measure/outcomes/merge-runs.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import type { Run, RunInfo } from '../../../src/measure/outcomes/run.js';
import { buildAdaptiveWorld, listUsualRules, runBuyer } from '../../support/adaptive-world.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { isLongRun } from '../../support/test-run.js';

/** A table of which every tenth prompt is held out, and the last model was not asked for these. */
function buildAdaptiveTable(promptCount: number): OutcomeTable {
  const whole = buildPlantedOutcomes(promptCount, { seed: 4 });
  const isHeldOut = (row: number): boolean => row % 10 === 0;
  const quality = whole.quality.map((value, cell) => {
    const row = Math.floor(cell / 3);
    const isBought = isHeldOut(row) ? cell % 3 !== 2 : row % 3 === 0;
    return isBought ? value : Number.NaN;
  });
  const prompts = whole.prompts.map((prompt, row) =>
    isHeldOut(row) ? { ...prompt, heldOut: true as const } : prompt,
  );
  return { ...whole, quality, prompts, design: 'adaptive' };
}

describe('the outcomes of an adaptive sweep', () => {
  const table = buildAdaptiveTable(400);

  it('are compared on the held-out prompts only', () => {
    const [north, south, west] = computeModelSummaries(table);
    expect(north?.outcomes).toBe(40);
    expect(south?.outcomes).toBe(40);
    expect(west).toMatchObject({ outcomes: 0, quality: null });
    const comparable = selectComparable(table);
    expect(comparable.table.prompts).toHaveLength(40);
    expect(comparable.table.models).toEqual(['north', 'south']);
    expect(comparable.rows).toEqual(listUniformRows(table));
  });

  it('leave out a model that was not asked for them, and say so', () => {
    const data = computeTrainingData(table);
    expect(data.table.models).toEqual(['north', 'south']);
    expect(describeLeftOut(data)).toEqual([
      'west has outcomes for only 0 of 40 held-out prompts: the adaptive sweep ruled it out, ' +
        'its calls failed, or the sweep was stopped, so it is left out. Run the adaptive sweep again ' +
        'if it was stopped or calls failed; otherwise, to compare it, sweep all prompts without --adaptive.',
    ]);
  });

  it('are refused with one model for all, and ways to look further', () => {
    const quality = table.quality.map((value, cell) =>
      table.prompts[Math.floor(cell / 3)]?.heldOut === true && cell % 3 === 1 ? Number.NaN : value,
    );
    const refuse = (): unknown => computeTrainingData({ ...table, quality });
    expect(refuse).toThrow(/one model for all: north\. .* and not of south and west/);
    expect(refuse).toThrow(/--keep-going, a lower --worth, or without --adaptive/);
    expect(refuse).not.toThrow(/Sweep at least/);
  });

  it('are refused where hardly any held-out prompt has an outcome', () => {
    const quality = table.quality.map((value, cell) => {
      const row = Math.floor(cell / 3);
      return table.prompts[row]?.heldOut === true && row >= 90 ? Number.NaN : value;
    });
    expect(() => computeTrainingData({ ...table, quality })).toThrow('outcomes for only 9 of');
  });

  it('are refused where hardly any prompt was held out', () => {
    const prompts = table.prompts.map(({ id, prompt, task, group }) => ({
      id,
      prompt,
      task,
      group,
    }));
    expect(() => computeTrainingData({ ...table, prompts })).toThrow('held out');
  });

  it('get a verdict from the held-out prompts, by a scorer that learned from the others', async () => {
    const engine = await sharedTensorFlowEngine();
    const data = computeTrainingData(table);
    const { heldOut } = await fitFileAndFolds(engine, data, { seed: 1 });
    expect(heldOut.folds).toHaveLength(1);
    const rows = [...(heldOut.folds[0]?.rows ?? [])];
    expect(rows).toEqual(Array.from({ length: 40 }, (_, index) => 10 * index));
    expect([...(heldOut.refits?.folds[0]?.trainingRows ?? [])].some((row) => row % 10 === 0)).toBe(
      false,
    );
    expect(computeEvaluation(heldOut, 1)).toMatchObject({ prompts: 40, folds: 1, leakedGroups: 0 });
  });

  it('get a verdict from prompts whose copies in an added run were not learned from', async () => {
    const engine = await sharedTensorFlowEngine();
    const again = buildPlantedOutcomes(400, { seed: 4 });
    const data = computeTrainingData(mergeRuns(buildRun(table), [buildRun(again)]).table);
    const { heldOut } = await fitFileAndFolds(engine, data, { seed: 1 });
    const { rows, trainingRows = [] } = heldOut.folds[0] as HeldOutFold;
    expect(rows).toHaveLength(40);
    // Of both runs, what is no copy of a held-out prompt.
    expect(trainingRows).toHaveLength(2 * 360);
    const learned = new Set(Array.from(trainingRows, (row) => data.groups[row]));
    expect([...rows].filter((row) => learned.has(data.groups[row]))).toEqual([]);
    expect(computeEvaluation(heldOut, 1)).toMatchObject({ prompts: 40, leakedGroups: 0 });
  });
});

/** The outcomes that a sweep buys where each of six models is the only good one on its task. */
function sweepSpecialists(): { readonly table: OutcomeTable; readonly drawn: number } {
  const promptCount = 600;
  const places = [0, 1, 2, 3, 4, 5];
  const means = places.map((task) => places.map((model) => (model === task ? 0.9 : 0.2)));
  const world = buildAdaptiveWorld(means, { promptCount, seed: 1 });
  const { rounds, ending, buyer } = runBuyer(world);
  expect(ending).toBe('routing_pays');
  const { prompts } = buildPlantedOutcomes(promptCount, { seed: 1 });
  const builder = createOutcomeTableBuilder({ simulated: false, costBasis: 'recorded' });
  for (const place of places) builder.addModel(`m${place}`);
  const cells = rounds.flat().map(({ prompt, model, reason }): SweptCell => ({
    taskId: `${prompt}`,
    promptHash: `${prompt}`,
    model: `m${model}`,
    values: world.outcomeOf(prompt, model),
    unlabeledBecause: undefined,
    simulated: false,
    boughtFor: reason as NonNullable<SweptCell['boughtFor']>,
  }));
  const hashes = new Map(prompts.map((_, prompt) => [`${prompt}`, `${prompt}`]));
  const { heldOut } = describeSweepDesign(() => cells, hashes, {
    version: 1,
    seed: 1,
    promptSet: '',
    prompts: promptCount,
    heldOut: Array.from(buyer.heldOut, String),
    addedModels: [],
  });
  prompts.forEach((prompt, row) => {
    const isHeldOut = heldOut.has(`${row}`);
    builder.addPrompt({
      ...prompt,
      id: `${row}`,
      task: `task ${row % 6}`,
      ...(isHeldOut && { heldOut: true as const }),
    });
  });
  for (const { taskId, model, values } of cells) builder.addOutcome(taskId, model, values);
  return { table: { ...builder.build(), design: 'adaptive' }, drawn: buyer.heldOut.length };
}

describe('a sweep that ended because routing pays', () => {
  it('can be trained on the held-out prompts that it has opened', () => {
    const { table, drawn } = sweepSpecialists();
    const opened = listUniformRows(table).length;
    expect(opened).toBeGreaterThanOrEqual(10);
    expect(opened).toBeLessThan(0.8 * drawn);
    expect(computeTrainingData(table).table.models).toHaveLength(6);
    expect(selectComparable(table).table.prompts).toHaveLength(opened);
  });
});

function buildRun(of: OutcomeTable): Run {
  const info: RunInfo = {
    version: 1,
    kind: 'sweep',
    name: 'mine',
    createdAt: '2026-01-01T00:00:00.000Z',
    simulated: false,
    models: of.models.map((id) => ({ id })),
    costBasis: of.costBasis,
    sources: [],
  };
  return { directory: 'mine', info, table: of, leftOut: new Map() };
}

/** Twenty tasks and six models of which none is better than another anywhere. */
const tiedMeans = Array.from({ length: 20 }, () => [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);

/**
 * Sweeps tied models. The naive verdict takes the model that looks best on each task from the bought
 * cells, and its gain over the one that looks best overall from the same cells.
 */
function sweepTiedModels(seed: number): { readonly naiveLow: number; readonly ending: string } {
  const promptCount = 900;
  const world = buildAdaptiveWorld(tiedMeans, { promptCount, seed });
  const { rounds, ending } = runBuyer(world, listUsualRules(6 * promptCount));
  const quality = new Float64Array(6 * promptCount).fill(Number.NaN);
  for (const { prompt, model, reason } of rounds.flat()) {
    if (reason === 'hold_out') continue;
    quality[6 * prompt + model] = world.outcomeOf(prompt, model).quality;
  }
  const findBest = (isCounted: (prompt: number) => boolean): number => {
    const means = [0, 1, 2, 3, 4, 5].map((model) =>
      computeKnownMean(
        quality.filter((_, cell) => cell % 6 === model && isCounted(Math.floor(cell / 6))),
      ),
    );
    return means.indexOf(Math.max(...means));
  };
  const baseline = findBest(() => true);
  const choices = tiedMeans.map((_, task) => findBest((prompt) => prompt % 20 === task));
  const differences = Float64Array.from({ length: promptCount }, (_, prompt) => {
    const choice = choices[prompt % 20] ?? baseline;
    return (quality[6 * prompt + choice] ?? 0) - (quality[6 * prompt + baseline] ?? 0);
  });
  const interval = computeGroupedInterval(differences, indexGroups(world.problem.groups));
  return { naiveLow: interval?.low ?? 0, ending };
}

describe('models that are truly tied', () => {
  it('look worth routing by the bought cells, but not by the held-out prompts', () => {
    const trials = isLongRun ? 300 : 6;
    const swept = Array.from({ length: trials }, (_, trial) => sweepTiedModels(trial + 1));
    const naive = swept.filter(({ naiveLow }) => naiveLow > 0).length / trials;
    const honest = swept.filter(({ ending }) => ending === 'routing_pays').length / trials;
    expect(naive).toBeGreaterThan(0.8);
    expect(honest).toBeLessThanOrEqual(0.05);
  });
});
