/**
 * An objective as the user requests it, before its weights are found.
 *
 * Its promise (a share of quality, a maximum cost, a maximum latency) is held with 95 % confidence,
 * unless `guarantee` is `point`: then the point estimate has to meet it.
 */
export type ObjectiveRequest =
  | {
      readonly kind: 'highest_quality';
      readonly name: string;
    }
  | {
      /** The lowest cost, or latency, that keeps this share of the quality without routing. */
      readonly kind: 'keep_quality';
      readonly name: string;
      /** Above 0, at most 1. */
      readonly keepQuality: number;
      readonly lowest: 'cost' | 'latency';
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    }
  | {
      /** The highest quality for at most this mean cost per request. */
      readonly kind: 'limit_cost';
      readonly name: string;
      readonly maxCostPerRequestUsd: number;
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    }
  | {
      /** The highest quality with 95 % of the requests answered within this time. */
      readonly kind: 'limit_latency';
      readonly name: string;
      readonly maxLatencyP95Ms: number;
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    };

/** The share of the requests that a limit of latency is about. */
export const latencyQuantile = 0.95;

/** A request that makes a promise, rather than just asking for the highest quality. */
export type PromisingRequest = Exclude<ObjectiveRequest, { readonly kind: 'highest_quality' }>;

/** What has to meet a promise: a bound at 95 % confidence, or the point estimate. */
export type Guarantee = 'bound' | 'point';

/**
 * The objectives of every policy, in the order of reports. Those that need costs or latencies are
 * skipped where these are unknown.
 */
export const standardObjectives: readonly ObjectiveRequest[] = [
  { kind: 'highest_quality', name: 'quality' },
  { kind: 'keep_quality', name: 'balanced', keepQuality: 0.99, lowest: 'cost' },
  { kind: 'keep_quality', name: 'cost', keepQuality: 0.97, lowest: 'cost' },
  { kind: 'keep_quality', name: 'fast', keepQuality: 0.99, lowest: 'latency' },
];

/** The same requests, fitted by point estimates, as most published savings are. */
export function usePointEstimates(requests: readonly ObjectiveRequest[]): ObjectiveRequest[] {
  return requests.map((request) =>
    request.kind === 'highest_quality' ? request : { ...request, guarantee: 'point' },
  );
}

/**
 * Describes an objective in words.
 *
 * @param baseline id of the model whose quality is kept; undefined for the best single model
 */
export function describeRequest(request: ObjectiveRequest, baseline: string | undefined): string {
  switch (request.kind) {
    case 'highest_quality':
      return 'highest quality';
    case 'keep_quality': {
      const percent = Number((100 * request.keepQuality).toFixed(4));
      return `${percent} % of ${baseline ?? 'the best single model'}'s quality at the lowest ${request.lowest}`;
    }
    case 'limit_cost':
      return `highest quality for at most ${formatUsdPerThousand(request)} per 1,000 requests on average`;
    case 'limit_latency':
      return `highest quality with 95 % of the answers within ${request.maxLatencyP95Ms} ms`;
  }
}

function formatUsdPerThousand({ maxCostPerRequestUsd }: CostLimit): string {
  const usd = 1000 * maxCostPerRequestUsd;
  return `$${usd.toLocaleString('en-US', { maximumSignificantDigits: 6 })}`;
}

type CostLimit = Extract<ObjectiveRequest, { readonly kind: 'limit_cost' }>;

/** The measure that must be known for every model to fit a request. */
export function findNeededMeasure(request: ObjectiveRequest): 'cost' | 'latency' | undefined {
  switch (request.kind) {
    case 'highest_quality':
      return undefined;
    case 'keep_quality':
      return request.lowest;
    case 'limit_cost':
      return 'cost';
    case 'limit_latency':
      return 'latency';
  }
}
