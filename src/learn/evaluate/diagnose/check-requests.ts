import { type OutcomeTable, listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import { RoutesmithError } from '../../../util/errors.js';
import { sortWeighted } from '../../../util/sort-weighted.js';
import { computeModelMeans } from '../verdict/model-means.js';
import {
  findNeededMeasure,
  standardObjectives,
  type ObjectiveRequest,
} from '../plan/objective-request.js';

/**
 * Checks objectives that a user asked for besides the standard ones against a table. Standard ones
 * that cannot be resolved are left out of a policy; what was asked for never is.
 *
 * @throws RoutesmithError `usage` where a name is taken or no model comes near a limit;
 * `insufficient_data` where costs or latencies are not known
 */
export function checkRequests(table: OutcomeTable, requests: readonly ObjectiveRequest[]): void {
  const names = new Set(standardObjectives.map(({ name }) => name));
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  const means = computeModelMeans(table, rows);
  for (const request of requests) {
    if (names.has(request.name)) {
      throw new RoutesmithError('usage', `the objective "${request.name}" is asked for twice`, {
        fix: 'Ask for each objective once.',
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
 * @throws RoutesmithError `usage` where it is none of the requests; `insufficient_data` where the
 * costs or latencies that it needs are not known
 */
export function checkDefaultObjective(
  table: OutcomeTable,
  requests: readonly ObjectiveRequest[],
  name: string,
): void {
  const request = requests.find((one) => one.name === name);
  if (request === undefined) {
    throw new RoutesmithError('usage', `no objective is called "${name}"`, {
      fix: `Name one of: ${requests.map((one) => one.name).join(', ')}.`,
    });
  }
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  checkMeasures(request, table, computeModelMeans(table, rows));
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
  const what = `no ${needed} is known of ${unknown.join(', ')}, and "${request.name}" needs it of every model`;
  throw new RoutesmithError('insufficient_data', what, {
    fix:
      needed === 'cost'
        ? 'State prices for every model, or leave the objective out.'
        : 'Sweep the models, or import outcomes with latencies; or leave the objective out.',
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
    `no model costs $${request.maxCostPerRequestUsd} per request or less`,
    { fix: `The cheapest costs $${Number(lowestUsd.toPrecision(3))} on average; allow more.` },
  );
}

function checkLatencyLimit(
  request: ObjectiveRequest & { readonly kind: 'limit_latency' },
  table: OutcomeTable,
): void {
  const { models, latencyMs } = table;
  const cellOf = (row: number, model: number): number => row * models.length + model;
  const p95Ms = models.map((_, model) => {
    const known = Int32Array.from(table.prompts.keys()).filter(
      (row) => !Number.isNaN(latencyMs[cellOf(row, model)] as number),
    );
    const sorted = sortWeighted(
      Float32Array.from(known, (row) => latencyMs[cellOf(row, model)] as number),
      listRowWeights(table, known),
    );
    return sorted.at(Math.ceil(0.95 * sorted.totalWeight) - 1);
  });
  const lowestMs = Math.min(...p95Ms);
  if (lowestMs <= Math.fround(request.maxLatencyP95Ms)) return;
  throw new RoutesmithError(
    'usage',
    `no model answers 95 % of the prompts within ${request.maxLatencyP95Ms} ms`,
    { fix: `The quickest does so within ${Math.ceil(lowestMs)} ms; allow more.` },
  );
}
