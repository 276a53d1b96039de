import type { ObjectiveRequest } from '../../learn/evaluate/plan/objective-request.js';
import type { OptionSpec } from '../commands/define-command.js';

/** Options that ask for objectives besides the standard ones; each can be given several times. */
export const objectiveOptions = {
  'keep-quality': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    maximum: 1,
    describe:
      'An objective more: keep this share of the quality of the best model, or of --baseline, at the lowest cost',
  },
  'max-cost-per-request': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    describe: 'An objective more: the highest quality for at most this mean cost in USD',
  },
  'max-latency-p95': {
    type: 'number',
    array: true,
    nargs: 1,
    above: 0,
    describe: 'An objective more: the highest quality, 95 % of the answers within so many ms',
  },
} as const satisfies Record<string, OptionSpec>;

interface ObjectiveArguments {
  readonly keepQuality: readonly number[] | undefined;
  readonly maxCostPerRequest: readonly number[] | undefined;
  readonly maxLatencyP95: readonly number[] | undefined;
}

/** The objectives asked for, named after their numbers: `keep-98`, `max-cost-0.002`, `max-p95-3000`. */
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
