import { AdaptiveBuyer } from '../../../src/learn/adaptive/adaptive-buyer.js';
import type { AdaptiveObjective } from '../../../src/learn/adaptive/adaptive-problem.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom, shuffle } from '../../../src/util/random.js';
import { keepCells } from '../keep-cells.js';
import { buyRecorded, describeProblem, endlessRules } from './buy-recorded.js';
import { measureGain, measureSaving } from './score-choices.js';
import { trainOnCells } from './train-on-cells.js';

/** What routing gains on held-out prompts, trained on a share of the cells of the others. */
export type KeptResult = Readonly<Record<keyof typeof keptNames, number>>;

export const keptNames = {
  full: 'gain, every cell',
  at10: 'gain at 10 % of the calls',
  at20: 'gain at 20 %',
  at30: 'gain at 30 %',
  uniformAt10: 'uniform prompts at 10 %',
  uniformAt20: 'uniform prompts at 20 %',
  saveFull: 'saved at 99 % quality, every cell',
  saveAt20: 'saved, 20 % of the dollars',
  verdictCalls: 'calls of the verdict, of all cells',
} as const;

/** Buys, trains and measures on recorded outcomes. */
export async function measureKept(
  engine: TensorFlowEngine,
  data: TrainingData,
  seed: number,
): Promise<KeptResult> {
  const { table } = data;
  const width = table.models.length;
  const problem = describeProblem(data, { objective: 'quality', isBudgeted: false, seed });
  const { heldOut } = new AdaptiveBuyer(problem, endlessRules);
  const isHeldOut = new Set(heldOut);
  const train = (known: OutcomeTable) => trainOnCells(engine, known, heldOut, seed);

  const whole = await train(table);
  const gains: number[] = [];
  for (const share of [0.1, 0.2, 0.3]) {
    const { known } = buyShare(data, { share, objective: 'quality', seed });
    gains.push(measureGain(table, await train(known)));
  }
  const prompts = shuffle([...table.prompts.keys()], createRandom(seed)).filter(
    (row) => !isHeldOut.has(row),
  );
  const uniform: number[] = [];
  for (const share of [0.1, 0.2]) {
    const kept = new Set(prompts.slice(0, Math.round(share * prompts.length)));
    const known = keepCells(table, (cell) => {
      const row = Math.floor(cell / width);
      return kept.has(row) || isHeldOut.has(row);
    });
    uniform.push(measureGain(table, await train(known)));
  }
  const saving = buyShare(data, { share: 0.2, objective: 'save', seed });
  const { verdictCells } = buyShare(data, { share: 0.2, objective: 'quality', seed });
  const [at10 = Number.NaN, at20 = Number.NaN, at30 = Number.NaN] = gains;
  const [uniformAt10 = Number.NaN, uniformAt20 = Number.NaN] = uniform;
  return {
    full: measureGain(table, whole),
    at10,
    at20,
    at30,
    uniformAt10,
    uniformAt20,
    saveFull: measureSaving(table, whole),
    saveAt20: measureSaving(table, await train(saving.known)),
    verdictCalls: verdictCells / table.quality.length,
  };
}

/** What a share of the calls for learning (or, to save, of their dollars) buys, with the verdict's. */
function buyShare(
  data: TrainingData,
  {
    share,
    ...options
  }: {
    readonly share: number;
    readonly objective: AdaptiveObjective;
    readonly seed: number;
  },
): { readonly known: OutcomeTable; readonly verdictCells: number } {
  const { table } = data;
  const width = table.models.length;
  const isBudgeted = options.objective === 'save';
  const buyer = new AdaptiveBuyer(describeProblem(data, { ...options, isBudgeted }), endlessRules);
  const heldOut = new Set(buyer.heldOut);
  const priceOf = (cell: number): number => (isBudgeted ? table.costUsd[cell] || 0 : 1);
  let left = 0;
  table.quality.forEach((_, cell) => {
    if (!heldOut.has(Math.floor(cell / width))) left += share * priceOf(cell);
  });
  const cells = new Set<number>();
  for (const purchases of buyRecorded(buyer, table)) {
    for (const { prompt, model } of purchases) {
      const cell = prompt * width + model;
      left -= priceOf(cell);
      if (left >= 0) cells.add(cell);
    }
    if (left < 0) break;
  }
  const inPlay = new Set(buyer.state?.policy.inPlay);
  const kept = keepCells(table, (cell) =>
    heldOut.has(Math.floor(cell / width)) ? inPlay.has(cell % width) : cells.has(cell),
  );
  return {
    known: {
      ...kept,
      design: 'adaptive',
      prompts: kept.prompts.map((prompt, row) =>
        heldOut.has(row) ? { ...prompt, heldOut: true as const } : prompt,
      ),
    },
    verdictCells: heldOut.size * inPlay.size,
  };
}
