import { createAdaptiveLimit, type AdaptiveLimit } from './calls/adaptive-limit.js';
import { createBreaker, type Breaker } from './calls/breaker.js';
import type { PoolModel } from '../models/model.js';
import type { CellRun } from './cell-run.js';
import type { SweepEvent } from './sweep-event.js';
import type { ModelFlow } from './sweep-progress.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';

/**
 * The calls to one model through one account: they share a rate limit, so they share a limit, a
 * breaker and a queue. A lane that has to wait holds no other up.
 */
export interface Lane {
  /** The ids of its models: several where they differ in parameters only. */
  readonly modelIds: readonly string[];
  readonly limit: AdaptiveLimit;
  readonly breaker: Breaker;
  /** Places in the plan's order of the cells that have not been begun; the next one is `next`. */
  readonly pending: Uint32Array;
  next: number;
  /** Cells whose turn has come again. */
  readonly again: CellRun[];
  /** Cells that wait for their next attempt. */
  backingOff: number;
  inFlight: number;
  /** How many pauses are on: asked for by the provider, or by the breaker. */
  pauses: number;
  /** Why nothing more is sent. */
  stoppedBecause: string | undefined;
}

/** Who shares an account's rate limit of a model. */
export function findLaneKey({ protocol, baseUrl, apiKeyEnv, model }: PoolModel): string {
  return JSON.stringify([protocol, baseUrl, apiKeyEnv ?? null, model]);
}

/** Creates a lane that has not sent anything. */
export function createLane(
  modelIds: readonly string[],
  pending: Uint32Array,
  settings: {
    readonly maximum: number;
    readonly now: () => number;
    readonly onEvent: (event: SweepEvent) => void;
  },
): Lane {
  const { maximum, now, onEvent } = settings;
  const lane: Lane = {
    modelIds,
    limit: createAdaptiveLimit(maximum, now, ({ from, to, reason }) => {
      const { inFlight } = lane;
      const event = { models: modelIds, from, to, reason, inFlight, waiting: countWaiting(lane) };
      onEvent({ kind: 'limit_changed', ...event });
    }),
    breaker: createBreaker(),
    pending,
    next: 0,
    again: [],
    backingOff: 0,
    inFlight: 0,
    pauses: 0,
    stoppedBecause: undefined,
  };
  return lane;
}

/** Cells that have not been sent, or are to be sent again. */
function countWaiting({ pending, next, again, backingOff }: Lane): number {
  return pending.length - next + again.length + backingOff;
}

/** What is going on in a lane at this moment. */
export function describeFlow(lane: Lane): ModelFlow {
  const { inFlight, limit, pauses } = lane;
  return { inFlight, waiting: countWaiting(lane), limit: limit.limit, isPaused: pauses > 0 };
}

/** The place in the plan's order of what a lane would send now; undefined where it may not, or has nothing. */
export function findNextPlace(lane: Lane): number | undefined {
  if (lane.pauses > 0 || lane.stoppedBecause !== undefined) return undefined;
  const limit = lane.breaker.isHalfOpen ? 1 : lane.limit.limit;
  if (lane.inFlight >= limit) return undefined;
  const waiting = lane.again[0];
  if (waiting !== undefined) return waiting.place;
  // Cells that back off have a claim on the limit, or a failing model would be begun on all cells.
  if (lane.inFlight + lane.backingOff >= limit) return undefined;
  return lane.next < lane.pending.length ? lane.pending[lane.next] : undefined;
}

/**
 * A lane for each account and model of a plan, with its pending cells in the plan's order.
 *
 * @param isRetry only cells whose last call failed are pending, none that was never called
 */
export function buildLanes(
  plan: SweepPlan,
  settled: SettledCells,
  settings: Parameters<typeof createLane>[2] & { readonly isRetry: boolean },
): Lane[] {
  const keys = plan.models.map(findLaneKey);
  const places = new Map(keys.map((key) => [key, [] as number[]]));
  for (let place = 0; place < plan.cellCount; place++) {
    const number = plan.order[place] as number;
    const isPending = settings.isRetry ? settled.hasFailed(number) : !settled.isSettled(number);
    if (isPending) places.get(keys[plan.findModelIndex(number)] as string)?.push(place);
  }
  return [...places].map(([key, pending]) => {
    const ids = plan.models.filter((_, index) => keys[index] === key).map(({ id }) => id);
    return createLane(ids, Uint32Array.from(pending), settings);
  });
}
