import type { Price } from '../../llm/price.js';
import type { RequestNeeds } from '../../policy/decide/request-needs.js';
import { computeConfidence } from '../../policy/features/task-words.js';
import {
  estimateCostUsd,
  estimateLatencyMs,
  type CostEstimate,
  type LatencyEstimate,
} from '../../policy/file/estimates.js';
import { at, intAt, rowOf, viewMatrix } from '../../util/numeric-arrays.js';
import { computeWeightedQuantile, sortWeighted } from '../../util/sort-weighted.js';
import type { TableEstimates } from '../evaluate/plan/trained-plan.js';
import { isMeasured } from '../evaluate/strategies/chosen-outcomes.js';
import { createRefusalTest } from '../evaluate/strategies/refused-outcomes.js';
import type { RowScores } from '../row-scores.js';
import { fitInputTokens, roundDigits } from './fit-input-tokens.js';
import { isFeasible, type ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';

/** Cost and latency estimates of one model, from its outcomes in the training rows. */
export interface FittedEstimates {
  readonly cost: CostEstimate;
  readonly latency: LatencyEstimate;
}

/**
 * Estimates what a request to a model costs that it answers, and how long it takes, per task. Where tokens and a
 * price are known, it estimates tokens, so that the price can change later; otherwise it averages
 * the recorded costs. What too few outcomes have is unknown, as in evaluations; see `isMeasured`.
 * Means of tasks with few outcomes are shrunk towards the model's mean. A prompt of weight 3 counts
 * as three.
 *
 * @param model index of the model
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

/**
 * Estimates for some rows, as the runtime would compute them; NaN in the other rows.
 *
 * @param models the estimates and limits of each model, in the order of the table
 */
export function estimateTable(
  data: TrainingData,
  rows: Int32Array,
  scores: RowScores,
  models: readonly (FittedEstimates & ModelLimits)[],
): Required<TableEstimates> {
  const costUsd = new Float32Array(data.table.quality.length).fill(Number.NaN);
  const latencyMs = new Float32Array(data.table.quality.length).fill(Number.NaN);
  const feasible = new Uint8Array(data.table.quality.length);
  const confidence = new Float32Array(data.table.prompts.length);
  for (const row of rows) {
    const posterior = rowOf(scores.taskPosterior, row, data.tasks.length);
    confidence[row] = computeConfidence(Math.max(...posterior), at(scores.familiarity, row));
    const needs = data.needs[row] as RequestNeeds;
    const { characters, attachmentTokens } = needs;
    models.forEach((estimates, model) => {
      const { cost, latency } = estimates;
      const cell = row * models.length + model;
      costUsd[cell] = estimateCostUsd(cost, characters, posterior, attachmentTokens);
      latencyMs[cell] = estimateLatencyMs(latency, posterior);
      feasible[cell] = isFeasible(estimates, posterior, needs) ? 1 : 0;
    });
  }
  const { quality, novelty } = scores;
  return { quality, costUsd, latencyMs, feasible, novelty, confidence };
}

/** Outcomes of the model on all tasks that count besides those of a task. */
const priorCount = 5;

function fitCost(
  data: TrainingData,
  allRows: Int32Array,
  model: number,
  price: Price | undefined,
): CostEstimate {
  const isRefused = createRefusalTest(data.table, allRows, model, price);
  const rows = allRows.filter((row) => !isRefused(row));
  const { inputTokens, outputTokens, costUsd } = data.table;
  const output = collect(data, rows, model, outputTokens);
  const input = isKnown(data, rows, model, inputTokens)
    ? fitInputTokens(data, rows, model)
    : undefined;
  if (price !== undefined && output !== undefined && input !== undefined) {
    return { kind: 'tokens', price, ...input, outputTokens: averageByTask(output) };
  }
  const cost = collect(data, rows, model, costUsd);
  if (cost === undefined) return { kind: 'unknown' };
  return { kind: 'recorded', costUsd: averageByTask(cost) };
}

function fitLatency(data: TrainingData, rows: Int32Array, model: number): LatencyEstimate {
  const latency = collect(data, rows, model, data.table.latencyMs);
  if (latency === undefined) return { kind: 'unknown' };
  const { all, byTask } = latency;
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

/** Whether enough of the model's outcomes have a value for it to be more than a few calls' own. */
function isKnown(
  { table }: TrainingData,
  rows: Int32Array,
  model: number,
  matrix: Float32Array,
): boolean {
  const listOwn = (values: Float32Array): Float64Array =>
    viewMatrix(values, table.models.length).column(model, rows);
  return isMeasured(listOwn(table.quality), listOwn(matrix));
}

/** The known values; undefined where too few outcomes have one. */
function collect(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  matrix: Float32Array,
): Collected | undefined {
  if (!isKnown(data, rows, model, matrix)) return undefined;
  const all: Weighted[] = [];
  const byTask: Weighted[][] = data.tasks.map(() => []);
  for (const row of rows) {
    const value = at(matrix, row * data.table.models.length + model);
    if (Number.isNaN(value)) continue;
    const weighted = { value, weight: at(data.weights, row) };
    all.push(weighted);
    byTask[intAt(data.taskOf, row)]?.push(weighted);
  }
  return { all, byTask };
}

function averageByTask({ all, byTask }: Collected): number[] {
  const overall = computeMean(all);
  return byTask.map((own) =>
    roundDigits((sumValues(own) + priorCount * overall) / (sumWeights(own) + priorCount)),
  );
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
