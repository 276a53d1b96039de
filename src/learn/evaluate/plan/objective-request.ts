/**
 * An objective as the user asks for it, before its weights are found.
 *
 * What is promised (a share of quality, a highest cost, a longest latency) is held by a bound at
 * 95 % confidence, unless `guarantee` asks for the point estimate alone.
 */
export type ObjectiveRequest =
  | {
      readonly kind: 'highest_quality';
      readonly name: string;
    }
  | {
      /** As little cost, or latency, as keeps this share of the quality without routing. */
      readonly kind: 'keep_quality';
      readonly name: string;
      /** Above 0, at most 1. */
      readonly keepQuality: number;
      readonly lowest: 'cost' | 'latency';
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    }
  | {
      /** The highest quality for at most this mean cost. */
      readonly kind: 'limit_cost';
      readonly name: string;
      readonly maxCostPerRequestUsd: number;
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    }
  | {
      /** The highest quality with 95 of 100 requests answered within this time. */
      readonly kind: 'limit_latency';
      readonly name: string;
      readonly maxLatencyP95Ms: number;
      /** @default 'bound' */
      readonly guarantee?: Guarantee;
    };

/** A request that promises something besides the best quality. */
export type PromisingRequest = Exclude<ObjectiveRequest, { readonly kind: 'highest_quality' }>;

export type Guarantee = 'bound' | 'point';

/**
 * The objectives of every policy, in the order of their names in reports. Those that need costs or
 * latencies are left out where none are known.
 */
export const standardObjectives: readonly ObjectiveRequest[] = [
  { kind: 'highest_quality', name: 'quality' },
  { kind: 'keep_quality', name: 'balanced', keepQuality: 0.99, lowest: 'cost' },
  { kind: 'keep_quality', name: 'cost', keepQuality: 0.97, lowest: 'cost' },
  { kind: 'keep_quality', name: 'fast', keepQuality: 0.99, lowest: 'latency' },
];

/** The same requests, resolved by point estimates: comparable with savings that others publish. */
export function usePointEstimates(requests: readonly ObjectiveRequest[]): ObjectiveRequest[] {
  return requests.map((request) =>
    request.kind === 'highest_quality' ? request : { ...request, guarantee: 'point' },
  );
}

/**
 * What an objective asks for, in words.
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
      return `highest quality for at most $${request.maxCostPerRequestUsd} per request on average`;
    case 'limit_latency':
      return `highest quality with 95 % of the answers within ${request.maxLatencyP95Ms} ms`;
  }
}

/** What must be known of every model to resolve a request. */
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
