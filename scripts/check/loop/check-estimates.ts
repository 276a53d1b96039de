import type { Interval } from '../../../src/policy/file/policy.js';
import { estimateValue } from '../../../src/review/estimates/estimate-value.js';
import { createRandom } from '../../../src/util/random.js';
import type { RoutedWorld } from './routed-world.js';
import { simulateLog, type SimulatedExploration } from './simulate-log.js';

/** What the estimates of simulated logs of one kind are worth. */
export interface EstimateFinding {
  readonly world: string;
  readonly requests: number;
  readonly share: number;
  readonly isTowardCandidate: boolean;
  readonly logs: number;
  /** Logs for which a reason was given in place of a number. */
  readonly refused: number;
  /** Shares of the intervals that hold the truth; NaN where all are refused. */
  readonly coverage: number;
  readonly differenceCoverage: number;
  /** Root mean square errors. */
  readonly rmse: number;
  readonly ipsRmse: number;
  readonly modelRmse: number;
  /** Share of logs whose estimates and outcomes were said to part. */
  readonly drift: number;
}

/** Simulates logs, and compares what is estimated from each with the truth. */
export function checkEstimates(
  world: RoutedWorld,
  exploration: SimulatedExploration,
  { requests, logs, seed }: { requests: number; logs: number; seed: number },
): EstimateFinding {
  const truth = computeMeanQuality(world, world.candidate);
  const trueDifference = truth - computeMeanQuality(world, world.current);
  const random = createRandom(seed);
  const sums = { estimated: 0, covered: 0, differences: 0, dr: 0, ips: 0, model: 0, drift: 0 };
  for (let round = 0; round < logs; round++) {
    const { log, target } = simulateLog(world, exploration, requests, random);
    const review = estimateValue(log, target);
    if (review.kind === 'undecidable' || review.difference === null) continue;
    sums.estimated += 1;
    sums.covered += isInside(review.value, truth);
    sums.differences += isInside(review.difference, trueDifference);
    sums.dr += (review.value.mean - truth) ** 2;
    sums.ips += (review.ips.mean - truth) ** 2;
    sums.model += ((review.modelBased?.value ?? Number.NaN) - truth) ** 2;
    sums.drift += review.drift ? 1 : 0;
  }
  const share = (sum: number): number => sum / sums.estimated;
  return {
    world: world.name,
    requests,
    ...exploration,
    logs,
    refused: logs - sums.estimated,
    coverage: share(sums.covered),
    differenceCoverage: share(sums.differences),
    rmse: Math.sqrt(share(sums.dr)),
    ipsRmse: Math.sqrt(share(sums.ips)),
    modelRmse: Math.sqrt(share(sums.model)),
    drift: share(sums.drift),
  };
}

/** Mean true quality of the models that a policy chooses. */
function computeMeanQuality(
  { models, quality, prompts }: RoutedWorld,
  choices: Int32Array,
): number {
  let sum = 0;
  choices.forEach((model, prompt) => {
    sum += quality[prompt * models.length + model] as number;
  });
  return sum / prompts;
}

/** 1 where an interval holds the truth, else 0. */
export function isInside({ low, high }: Interval, truth: number): number {
  return low <= truth && truth <= high ? 1 : 0;
}
