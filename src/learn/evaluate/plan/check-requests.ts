import { listUniformRows } from '../../../measure/outcomes/chosen-cells.js';
import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { RoutesmithError } from '../../../util/errors.js';
import { sortWeighted } from '../../../util/sort-weighted.js';
import { viewMatrix } from '../../../util/numeric-arrays.js';
import { computeModelMeans } from '../strategies/model-means.js';
import { checkRequestValues } from './check-request-values.js';
import {
  findNeededMeasure,
  latencyQuantile,
  standardObjectives,
  type ObjectiveRequest,
} from './objective-request.js';

/**
 * Checks the objectives that a user requested against a table. Standard objectives that cannot be
 * fitted are skipped silently; requested ones never are. Of an adaptive sweep, means are of the held-out
 * prompts, as everywhere.
 *
 * @param taskOf task index of every prompt of the table, -1 where unknown; undefined without labels
 * @throws RoutesmithError `usage` where a value is wrong, a name is taken or no model is within a limit;
 * `insufficient_data` where costs or latencies are unknown
 */
export function checkRequests(
  table: OutcomeTable,
  requests: readonly ObjectiveRequest[],
  taskOf?: Int32Array,
): void {
  const names = new Set(standardObjectives.map(({ name }) => name));
  const means = computeModelMeans(table, listUniformRows(table), taskOf);
  for (const [index, request] of requests.entries()) {
    checkRequestValues(request, index);
    if (names.has(request.name)) {
      throw new RoutesmithError('usage', `the objective "${request.name}" is requested twice`, {
        fix: 'Request each objective once.',
      });
    }
    names.add(request.name);
    checkMeasures(request, table, means);
    if (request.kind === 'limit_cost') checkCostLimit(request, means.costUsd);
    if (request.kind === 'limit_latency') checkLatencyLimit(request, table);
  }
}

/**
 * Checks the name of a policy's default objective.
 *
 * @throws RoutesmithError `usage` where no request has this name; `insufficient_data` where costs or
 * latencies that it needs are unknown
 */
export function checkDefaultObjective(
  table: OutcomeTable,
  requests: readonly ObjectiveRequest[],
  name: string,
  taskOf?: Int32Array,
): void {
  const request = requests.find((one) => one.name === name);
  if (request === undefined) {
    throw new RoutesmithError('usage', `no objective is called "${name}"`, {
      fix: `Name one of: ${requests.map((one) => one.name).join(', ')}.`,
    });
  }
  const means = computeModelMeans(table, listUniformRows(table), taskOf);
  checkMeasures(request, table, means);
}

function checkMeasures(
  request: ObjectiveRequest,
  { models }: OutcomeTable,
  means: { readonly costUsd: readonly number[]; readonly latencyMs: readonly number[] },
): void {
  const needed = findNeededMeasure(request);
  if (needed === undefined) return;
  const values = needed === 'cost' ? means.costUsd : means.latencyMs;
  const unknown = models.filter((_, model) => Number.isNaN(values[model]));
  if (unknown.length === 0) return;
  const what = `the ${needed} of ${unknown.join(', ')} is unknown, and "${request.name}" needs it for every model`;
  throw new RoutesmithError('insufficient_data', what, {
    fix:
      needed === 'cost'
        ? 'Give prices for every model, or drop the objective.'
        : 'Sweep the models or import outcomes with latencies, or drop the objective.',
  });
}

function checkCostLimit(
  request: ObjectiveRequest & { readonly kind: 'limit_cost' },
  costUsd: readonly number[],
): void {
  const lowestUsd = Math.min(...costUsd);
  // The table's values have single precision.
  if (Math.fround(lowestUsd) <= Math.fround(request.maxCostPerRequestUsd)) return;
  throw new RoutesmithError(
    'usage',
    `no model costs $${request.maxCostPerRequestUsd} or less per request`,
    { fix: `Allow at least $${roundUp(lowestUsd)}, the mean cost of the cheapest model.` },
  );
}

function checkLatencyLimit(
  request: ObjectiveRequest & { readonly kind: 'limit_latency' },
  table: OutcomeTable,
): void {
  const { models, latencyMs } = table;
  const latencies = viewMatrix(latencyMs, models.length);
  const p95Ms = models.map((_, model) => {
    const known = listUniformRows(table).filter((row) => !Number.isNaN(latencies.at(row, model)));
    const sorted = sortWeighted(latencies.column(model, known), listRowWeights(table, known));
    return sorted.at(Math.ceil(latencyQuantile * sorted.totalWeight) - 1);
  });
  const lowestMs = Math.min(...p95Ms);
  if (lowestMs <= Math.fround(request.maxLatencyP95Ms)) return;
  throw new RoutesmithError(
    'usage',
    `no model answers 95 % of the prompts within ${request.maxLatencyP95Ms} ms`,
    { fix: `Allow at least ${Math.ceil(lowestMs)} ms, the 95th percentile of the fastest model.` },
  );
}

/** Three significant digits, rounded up so that the result would pass as a limit. */
function roundUp(usd: number): number {
  const unit = 10 ** (Math.floor(Math.log10(usd)) - 2);
  return Number((Math.ceil(usd / unit - 1e-6) * unit).toPrecision(3));
}
