import type { TableEstimates } from '../../../src/learn/evaluate/plan/trained-plan.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import type { Random } from '../../../src/util/random.js';
import { keepCells } from '../../bench/keep-cells.js';

/** Models with known true qualities, and the accuracy of their estimates. */
export interface SimulatedWorld {
  readonly models: readonly string[];
  /** True probability of a right answer, and cost in USD, per kind of prompt and model. */
  readonly kinds: readonly (readonly { readonly quality: number; readonly costUsd: number }[])[];
  /** Standard deviation of the errors of the estimates; infinite for uninformative prompts. */
  readonly estimateError: number;
  /** Prompts per group; the prompts of a group are of one kind and answered alike. */
  readonly groupSize: number;
  /** Share of each model's outcomes that are missing, at random. [default: none] */
  readonly gaps?: readonly number[];
}

export interface SimulatedData {
  readonly table: OutcomeTable;
  readonly estimates: TableEstimates;
  readonly groups: Int32Array;
  /** Kind of each prompt. */
  readonly kindOf: Int32Array;
}

/** Draws outcomes from a world, and estimates with its `estimateError`. */
export function simulateOutcomes(
  { models, kinds, estimateError, groupSize, gaps }: SimulatedWorld,
  prompts: number,
  random: Random,
): SimulatedData {
  const cells = prompts * models.length;
  const quality = new Float32Array(cells);
  const costUsd = new Float32Array(cells);
  const estimated = new Float32Array(cells);
  const estimatedCost = new Float32Array(cells);
  const kindOf = new Int32Array(prompts);
  const groups = Int32Array.from({ length: prompts }, (_, row) => Math.floor(row / groupSize));
  const averages = models.map((_, model) =>
    averageOf(kinds.map((kind) => kind[model]?.quality ?? 0)),
  );
  for (let row = 0; row < prompts; row++) {
    const isFirst = row % groupSize === 0;
    kindOf[row] = isFirst ? Math.floor(random() * kinds.length) : (kindOf[row - 1] as number);
    const kind = kinds[kindOf[row] as number] ?? [];
    models.forEach((_, model) => {
      const cell = row * models.length + model;
      const truth = kind[model] ?? { quality: 0, costUsd: 0 };
      const before = cell - models.length;
      quality[cell] = isFirst ? Number(random() < truth.quality) : (quality[before] as number);
      costUsd[cell] = truth.costUsd * (0.5 + random());
      const guess = Number.isFinite(estimateError)
        ? truth.quality + estimateError * drawNormal(random)
        : (averages[model] as number) + 0.1 * drawNormal(random);
      estimated[cell] = Math.min(1, Math.max(0, guess));
      estimatedCost[cell] = truth.costUsd;
    });
  }
  const unknown = new Float32Array(cells).fill(Number.NaN);
  const table: OutcomeTable = {
    models,
    prompts: Array.from({ length: prompts }, (_, row) => ({
      id: `prompt-${row}`,
      prompt: `prompt ${row}`,
      task: `kind-${kindOf[row]}`,
      group: undefined,
    })),
    quality,
    costUsd,
    latencyMs: unknown,
    ttftMs: unknown,
    inputTokens: unknown,
    outputTokens: unknown,
    costBasis: 'recorded',
    simulated: true,
  };
  return {
    groups,
    kindOf,
    table: gaps === undefined ? table : leaveGaps(table, gaps, random),
    estimates: {
      quality: estimated,
      costUsd: estimatedCost,
      latencyMs: unknown,
      novelty: new Float32Array(prompts),
    },
  };
}

/** Leaves out a share of each model's outcomes at random. */
export function leaveGaps(
  table: OutcomeTable,
  gaps: readonly number[],
  random: Random,
): OutcomeTable {
  return keepCells(table, (cell) => random() >= (gaps[cell % table.models.length] ?? 0));
}

export function averageOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A standard normal number (Box and Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
