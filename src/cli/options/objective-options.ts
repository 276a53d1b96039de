import type { ObjectiveRequest } from '../../learn/evaluate/plan/objective-request.js';
import type { OptionSpec } from './define-command.js';

/** Options that add objectives to the standard ones. Each can be given several times. */
export const objectiveOptions = {
  'keep-quality': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    maximum: 1,
    describe:
      'Add an objective: keep this share of the quality of the best model, or of --baseline, at the lowest cost',
  },
  'max-cost-per-request': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    describe: 'Add an objective: the highest quality at a mean cost of at most this many USD',
  },
  'max-latency-p95': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    describe: 'Add an objective: the highest quality with 95 % of the answers within this many ms',
  },
} as const satisfies Record<string, OptionSpec>;

export interface ObjectiveArguments {
  readonly keepQuality: readonly number[] | undefined;
  readonly maxCostPerRequest: readonly number[] | undefined;
  readonly maxLatencyP95: readonly number[] | undefined;
}

/** The requested objectives, with names such as `keep-98`, `max-cost-0.002`, `max-p95-3000`. */
export function listObjectiveRequests(args: ObjectiveArguments): ObjectiveRequest[] {
  const { keepQuality = [], maxCostPerRequest = [], maxLatencyP95 = [] } = args;
  return [
    ...keepQuality.map((share): ObjectiveRequest => ({
      kind: 'keep_quality',
      name: `keep-${Number((100 * share).toFixed(4))}`,
      keepQuality: share,
      lowest: 'cost',
    })),
    ...maxCostPerRequest.map((limit): ObjectiveRequest => ({
      kind: 'limit_cost',
      name: `max-cost-${limit}`,
      maxCostPerRequestUsd: limit,
    })),
    ...maxLatencyP95.map((limit): ObjectiveRequest => ({
      kind: 'limit_latency',
      name: `max-p95-${limit}`,
      maxLatencyP95Ms: limit,
    })),
  ];
}
