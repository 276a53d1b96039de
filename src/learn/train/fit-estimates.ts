import type { CostEstimate, LatencyEstimate } from '../../policy/file/estimates.js';
import type { Price } from '../../llm/price.js';
import { computeWeightedQuantile, sortWeighted } from '../../util/sort-weighted.js';
import type { TrainingData } from './training-data.js';

/** Cost and latency estimates of one model, from its outcomes in the training rows. */
export interface FittedEstimates {
  readonly cost: CostEstimate;
  readonly latency: LatencyEstimate;
}

/**
 * Estimates what a request to a model costs and how long it takes, per task. Where tokens and a
 * price are known, tokens are estimated, so that the price can change later; otherwise the recorded
 * charges are averaged. Means of tasks with few outcomes are shrunk towards the model's mean. A
 * prompt of weight 3 counts as three.
 */
export function fitEstimates(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  price: Price | undefined,
): FittedEstimates {
  return {
    cost: fitCost(data, rows, model, price),
    latency: fitLatency(data, rows, model),
  };
}

/** Outcomes of the whole model that count beside those of a task. */
const priorCount = 5;

function fitCost(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  price: Price | undefined,
): CostEstimate {
  const { inputTokens, outputTokens, costUsd } = data.table;
  const output = collect(data, rows, model, outputTokens);
  const input = fitInputTokens(data, rows, model, inputTokens);
  if (price !== undefined && output.all.length > 0 && input !== undefined) {
    return { kind: 'tokens', price, ...input, outputTokens: averageByTask(output) };
  }
  const cost = collect(data, rows, model, costUsd);
  if (cost.all.length === 0) return { kind: 'unknown' };
  return { kind: 'recorded', costUsd: averageByTask(cost) };
}

function fitLatency(data: TrainingData, rows: Int32Array, model: number): LatencyEstimate {
  const { all, byTask } = collect(data, rows, model, data.table.latencyMs);
  if (all.length === 0) return { kind: 'unknown' };
  const computeQuantile = (own: readonly Weighted[], share: number): number => {
    const pooled = sumWeights(own) >= 4 * priorCount ? own : [...own, ...all];
    const order = sortWeighted(
      pooled.map(({ value }) => value),
      pooled.map(({ weight }) => weight),
    );
    return roundDigits(computeWeightedQuantile(order, share));
  };
  return {
    kind: 'recorded',
    medianMs: byTask.map((values) => computeQuantile(values, 0.5)),
    p95Ms: byTask.map((values) => computeQuantile(values, 0.95)),
  };
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

interface Collected {
  readonly all: readonly Weighted[];
  readonly byTask: readonly (readonly Weighted[])[];
}

function collect(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  matrix: Float32Array,
): Collected {
  const all: Weighted[] = [];
  const byTask: Weighted[][] = data.tasks.map(() => []);
  for (const row of rows) {
    const value = matrix[row * data.table.models.length + model] as number;
    if (Number.isNaN(value)) continue;
    const weighted = { value, weight: data.weights[row] as number };
    all.push(weighted);
    byTask[data.taskOf[row] as number]?.push(weighted);
  }
  return { all, byTask };
}

function averageByTask({ all, byTask }: Collected): number[] {
  const overall = computeMean(all);
  return byTask.map((own) =>
    roundDigits((sumValues(own) + priorCount * overall) / (sumWeights(own) + priorCount)),
  );
}

/** Least squares of input tokens on characters, held to sensible signs. */
function fitInputTokens(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  inputTokens: Float32Array,
): { fixedInputTokens: number; inputTokensPerCharacter: number } | undefined {
  const known = rows.filter(
    (row) => !Number.isNaN(inputTokens[row * data.table.models.length + model] as number),
  );
  if (known.length === 0) return undefined;
  const weigh = (at: (row: number) => number): Weighted[] =>
    Array.from(known, (row) => ({ value: at(row), weight: data.weights[row] as number }));
  const tokens = weigh((row) => inputTokens[row * data.table.models.length + model] as number);
  const characters = weigh((row) => data.characters[row] as number);
  const meanTokens = computeMean(tokens);
  const meanCharacters = computeMean(characters);
  let covariance = 0;
  let variance = 0;
  characters.forEach(({ value: length, weight }, index) => {
    const deviation = (tokens[index] as Weighted).value - meanTokens;
    covariance += weight * (length - meanCharacters) * deviation;
    variance += weight * (length - meanCharacters) ** 2;
  });
  const slope = variance > 0 ? Math.max(0, covariance / variance) : 0;
  const isUsable = slope > 0 && meanTokens - slope * meanCharacters >= 0;
  const perCharacter = isUsable ? slope : meanTokens / Math.max(1, meanCharacters);
  return {
    fixedInputTokens: roundDigits(Math.max(0, meanTokens - perCharacter * meanCharacters)),
    inputTokensPerCharacter: roundDigits(perCharacter),
  };
}

function computeMean(values: readonly Weighted[]): number {
  return sumValues(values) / sumWeights(values);
}

function sumValues(values: readonly Weighted[]): number {
  return values.reduce((sum, { value, weight }) => sum + weight * value, 0);
}

function sumWeights(values: readonly Weighted[]): number {
  return values.reduce((sum, { weight }) => sum + weight, 0);
}

/** Five significant digits: more than the data say, and short in the file. */
function roundDigits(value: number): number {
  return Number(value.toPrecision(5));
}
