import { AdaptiveBuyer } from '../../../src/learn/adaptive/adaptive-buyer.js';
import type { AdaptiveEnding, StoppingRules } from '../../../src/learn/adaptive/find-ending.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { createRandom, shuffle } from '../../../src/util/random.js';
import { buyRecorded, describeProblem } from './buy-recorded.js';

/** How often a sweep over recorded outcomes, real or without any gain, ends with which answer. */
export interface HonestyResult {
  readonly trials: number;
  /** Share of trials that say ROUTE, by how outcomes were made. */
  readonly routesReal: number;
  readonly routesShuffled: number;
  readonly routesTied: number;
  /** The same without an early end: decided once, when all held-out prompts are seen. */
  readonly routesShuffledAtEnd: number;
  readonly routesTiedAtEnd: number;
  /** The same from the bought cells themselves: what the product does not do. */
  readonly routesTiedByBoughtCells: number;
}

/** Takes the rows of outcomes from other prompts: no prompt tells which model is best. */
function shuffleRows(table: OutcomeTable, seed: number): OutcomeTable {
  const width = table.models.length;
  const order = shuffle([...table.prompts.keys()], createRandom(seed));
  const quality = table.quality.map(
    (_, cell) =>
      table.quality[(order[Math.floor(cell / width)] as number) * width + (cell % width)] as number,
  );
  return { ...table, quality };
}

/** Permutes the grades of each prompt among the models, which makes all models equally good. */
function tieModels(table: OutcomeTable, seed: number): OutcomeTable {
  const width = table.models.length;
  const random = createRandom(seed);
  const quality = new Float32Array(table.quality.length);
  table.prompts.forEach((_, row) => {
    const grades = table.quality.subarray(row * width, (row + 1) * width);
    quality.set(shuffle(grades, random), row * width);
  });
  return { ...table, quality };
}

/** Runs sweeps over a table, over shuffled rows and over tied models. */
export function measureHonesty(data: TrainingData, trials: number): HonestyResult {
  const { table } = data;
  const rules: StoppingRules = {
    worth: 0.02,
    minCellGain: 0.02 / table.quality.length,
    maxLearningCells: Number.POSITIVE_INFINITY,
    opensHeldOut: true,
    keepsGoing: false,
  };
  const seeds = Array.from({ length: trials }, (_, index) => index + 1);
  const share = (isTrue: (seed: number) => boolean): number => seeds.filter(isTrue).length / trials;
  const tied = seeds.map((seed) => sweep(data, tieModels(table, seed), { seed, rules }));
  const late = { ...rules, keepsGoing: true };
  return {
    trials,
    routesReal: share((seed) => sweep(data, table, { seed, rules }).ending === 'routing_pays'),
    routesShuffled: share(
      (seed) => sweep(data, shuffleRows(table, seed), { seed, rules }).ending === 'routing_pays',
    ),
    routesTied: tied.filter(({ ending }) => ending === 'routing_pays').length / trials,
    routesShuffledAtEnd: share(
      (seed) => sweep(data, shuffleRows(table, seed), { seed, rules: late }).isDecisive,
    ),
    routesTiedAtEnd: share(
      (seed) => sweep(data, tieModels(table, seed), { seed, rules: late }).isDecisive,
    ),
    routesTiedByBoughtCells: tied.filter(({ boughtGain }) => boughtGain > 0).length / trials,
  };
}

interface Swept {
  readonly ending: AdaptiveEnding;
  /** Whether the evidence of a gain over every model is decisive at the end. */
  readonly isDecisive: boolean;
  /** Lower end of the 95 % interval of the gain, from the cells that were bought for learning. */
  readonly boughtGain: number;
}

function sweep(
  data: TrainingData,
  table: OutcomeTable,
  { seed, rules }: { readonly seed: number; readonly rules: StoppingRules },
): Swept {
  const problem = describeProblem(
    { ...data, table },
    { objective: 'quality', isBudgeted: false, seed },
  );
  const buyer = new AdaptiveBuyer(problem, rules);
  const steps = buyRecorded(buyer, table);
  const bought = new Set<number>();
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) {
    for (const { prompt, model, reason } of step.value) {
      if (reason !== 'hold_out') bought.add(prompt * table.models.length + model);
    }
  }
  const { policy, evidence } = buyer.state as NonNullable<typeof buyer.state>;
  return {
    ending: step.value,
    isDecisive: evidence.gainEvidence > 20,
    boughtGain: boundBoughtGain(problem.taskOf, table, bought, policy.choices, policy.baseline),
  };
}

/** Compares the means of the bought cells of each task: the naive verdict. */
function boundBoughtGain(
  taskOf: Int32Array,
  { models, quality }: OutcomeTable,
  bought: ReadonlySet<number>,
  choices: Int32Array,
  baseline: number,
): number {
  let gain = 0;
  let variance = 0;
  choices.forEach((choice, task) => {
    const share = taskOf.filter((own) => own === task).length / taskOf.length;
    const summarize = (model: number): { mean: number; variance: number } => {
      const values = [...taskOf.keys()]
        .filter((row) => taskOf[row] === task && bought.has(row * models.length + model))
        .map((row) => quality[row * models.length + model] as number);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { mean, variance: squares / Math.max(1, values.length - 1) / values.length };
    };
    if (choice === baseline) return;
    const [own, other] = [summarize(choice), summarize(baseline)];
    gain += share * (own.mean - other.mean);
    variance += share ** 2 * (own.variance + other.variance);
  });
  return gain - 1.96 * Math.sqrt(variance);
}
