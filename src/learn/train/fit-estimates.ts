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
import type { RowScores } from '../row-scores.js';
import { fitInputTokens, roundDigits } from './fit-input-tokens.js';
import { isFeasible, type ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';

/** Cost and latency estimates of one model, from its outcomes in the training rows. */
export interface FittedEstimates {
  readonly cost: CostEstimate;
  readonly latency: LatencyEstimate;
}

/** What is known of a model beside its outcomes. */
export interface ModelTerms extends ModelLimits {
  readonly price?: Price | undefined;
}

/**
 * Estimates what a request to a model costs and how long it takes, per task. Where tokens and a
 * price are known, it estimates tokens, so that the price can change later; otherwise it averages
 * the recorded costs. Requests that the provider refused for free count as no tokens, unless the
 * limits keep the runtime from sending them. What too few outcomes have is unknown, as in
 * evaluations; see `isMeasured`. Means of tasks with few outcomes are shrunk towards the model's
 * mean. A prompt of weight 3 counts as three.
 *
 * @param model index of the model
 */
export function fitEstimates(
  data: TrainingData,
  rows: Int32Array,
  model: number,
  terms: ModelTerms = {},
): FittedEstimates {
  return {
    cost: fitCost(data, rows, model, terms),
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
  rows: Int32Array,
  model: number,
  { price, ...limits }: ModelTerms,
): CostEstimate {
  const { inputTokens, outputTokens, costUsd } = data.table;
  const isFreeModel = price?.inputPerMillionUsd === 0 && price.outputPerMillionUsd === 0;
  const isCharged = (row: number): boolean => isFreeModel || !isRefused(data, row, model);
  const charged = rows.filter(isCharged);
  const output = collect(data, charged, model, outputTokens);
  const input = isKnown(data, charged, model, inputTokens)
    ? fitInputTokens(data, charged, model)
    : undefined;
  const tokens =
    price === undefined || input === undefined || output === undefined
      ? undefined
      : { kind: 'tokens' as const, price, ...input, outputTokens: averageByTask(output) };
  const counted = rows.filter(
    (row) => isCharged(row) || isSent(data, row, { ...limits, cost: tokens ?? unknown }),
  );
  if (tokens !== undefined) {
    return scaleTokens(
      tokens,
      gather(data, counted, model, (row) => Number(isCharged(row))),
    );
  }
  const cost = collect(data, counted, model, costUsd);
  return cost === undefined ? unknown : { kind: 'recorded', costUsd: averageByTask(cost) };
}

const unknown = { kind: 'unknown' } as const;

/** Whether the provider refused the request for free: it cost nothing, and no tokens. */
function isRefused({ table }: TrainingData, row: number, model: number): boolean {
  const cell = row * table.models.length + model;
  if (table.costUsd[cell] !== 0) return false;
  return !(at(table.inputTokens, cell) > 0) && !(at(table.outputTokens, cell) > 0);
}

/** Whether the runtime may send a prompt to the model, whatever its task and the answer's length. */
function isSent(
  { needs }: TrainingData,
  row: number,
  model: ModelLimits & { readonly cost: CostEstimate },
): boolean {
  const cost = model.cost.kind === 'tokens' ? { ...model.cost, outputTokens: [] } : model.cost;
  return isFeasible({ ...model, cost, latency: unknown }, [], needs[row] as RequestNeeds);
}

/**
 * The tokens that are charged per request, where an estimate is of those that were answered. Input
 * is scaled for all tasks alike.
 *
 * @param charged 1 for an outcome that was charged, 0 for one that was refused for free
 */
function scaleTokens(
  estimate: Extract<CostEstimate, { readonly kind: 'tokens' }>,
  charged: Collected,
): CostEstimate {
  const share = computeMean(charged.all);
  const shares = averageByTask(charged);
  return {
    ...estimate,
    fixedInputTokens: roundDigits(share * estimate.fixedInputTokens),
    inputTokensPerCharacter: roundDigits(share * estimate.inputTokensPerCharacter),
    outputTokens: estimate.outputTokens.map((own, task) =>
      roundDigits((shares[task] as number) * own),
    ),
  };
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
  const { length: width } = data.table.models;
  return gather(data, rows, model, (row) => at(matrix, row * width + model));
}

/** Values of the model's outcomes; those that are NaN are left out. */
function gather(
  { table, tasks, taskOf, weights }: TrainingData,
  rows: Int32Array,
  model: number,
  read: (row: number) => number,
): Collected {
  const all: Weighted[] = [];
  const byTask: Weighted[][] = tasks.map(() => []);
  for (const row of rows) {
    const isOutcome = !Number.isNaN(at(table.quality, row * table.models.length + model));
    const value = isOutcome ? read(row) : Number.NaN;
    if (Number.isNaN(value)) continue;
    const weighted = { value, weight: at(weights, row) };
    all.push(weighted);
    byTask[intAt(taskOf, row)]?.push(weighted);
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
