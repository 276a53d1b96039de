import { createAdaptiveLimit, type AdaptiveLimit } from './calls/adaptive-limit.js';
import { createBreaker, type Breaker } from './calls/breaker.js';
import type { PoolModel } from '../models/model.js';
import type { CellRun } from './cell-run.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';
import type { SweepEvent } from './sweep-event.js';
import type { ModelFlow } from './sweep-progress.js';

export interface LaneSettings {
  /** Upper limit of calls in flight. */
  readonly maximum: number;
  readonly now: () => number;
  readonly onEvent: (event: SweepEvent) => void;
}

/**
 * The calls to one model through one account. They share the provider's rate limit, so they share
 * an adaptive limit, a breaker and a queue. A lane that has to wait does not delay the others.
 */
export class Lane {
  /** The ids of its models; more than one if they differ only in parameters. */
  readonly modelIds: readonly string[];
  readonly limit: AdaptiveLimit;
  readonly breaker: Breaker = createBreaker();
  /** Positions of its cells in the calling order; those from `#next` on have not been started. */
  #places: Uint32Array;
  #next = 0;
  /** Cells that are ready for another attempt. */
  readonly #ready: CellRun[] = [];
  /** Number of cells that wait before another attempt. */
  #backingOff = 0;
  #inFlight = 0;
  /** Number of pauses in effect, requested by the provider or by the breaker. */
  #pauses = 0;
  #stoppedBecause: string | undefined;

  constructor(modelIds: readonly string[], places: Uint32Array, settings: LaneSettings) {
    const { maximum, now, onEvent } = settings;
    this.modelIds = modelIds;
    this.#places = places;
    this.limit = createAdaptiveLimit(maximum, now, ({ from, to, reason }) => {
      const { inFlight, waiting } = this.describeFlow();
      onEvent({ kind: 'limit_changed', models: modelIds, from, to, reason, inFlight, waiting });
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isStopped(): boolean {
    return this.#stoppedBecause !== undefined;
  }

  /** The current state of the lane. */
  describeFlow(): ModelFlow {
    const waiting = this.#places.length - this.#next + this.#ready.length + this.#backingOff;
    const { limit } = this.limit;
    return { inFlight: this.#inFlight, waiting, limit, isPaused: this.#pauses > 0 };
  }

  /** Adds cells behind those that it has. */
  add(places: readonly number[]): void {
    const joined = new Uint32Array(this.#places.length + places.length);
    joined.set(this.#places);
    joined.set(places, this.#places.length);
    this.#places = joined;
  }

  /** Takes the cells that were never started. */
  takePending(): Uint32Array {
    const pending = this.listPending();
    this.#next = this.#places.length;
    return pending;
  }

  /** Positions in the calling order of the cells that were never started. */
  listPending(): Uint32Array {
    return this.#places.subarray(this.#next);
  }

  /**
   * The position in the calling order of the cell that the lane would send now; undefined if it may
   * not send, or has nothing to send.
   */
  findNextPlace(): number | undefined {
    if (this.#pauses > 0 || this.isStopped) return undefined;
    const limit = this.breaker.isHalfOpen ? 1 : this.limit.limit;
    if (this.#inFlight >= limit) return undefined;
    const ready = this.#ready[0];
    if (ready !== undefined) return ready.place;
    // Cells that back off count against the limit. Otherwise a failing model would start them all.
    if (this.#inFlight + this.#backingOff >= limit) return undefined;
    return this.#places[this.#next];
  }

  /** Takes the cell at `findNextPlace()`. */
  take(begin: (place: number) => CellRun): CellRun {
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    const run = begin(this.#places[this.#next] as number);
    this.#next += 1;
    return run;
  }

  /** Returns a cell that could not be sent; it is the next one again. */
  putBack(run: CellRun): void {
    this.#ready.unshift(run);
  }

  /** Counts a call that is sent. */
  noteSent(): void {
    this.#inFlight += 1;
    this.limit.noteStart(this.#inFlight);
  }

  /** Counts a call that has ended. */
  noteReturned(): void {
    this.#inFlight -= 1;
  }

  /** Queues a cell for another attempt. */
  queue(run: CellRun, nowMs: number): void {
    run.readyMs = nowMs;
    this.#ready.push(run);
  }

  /** Counts a cell that waits before another attempt; `endBackOff` queues it. */
  beginBackOff(): void {
    this.#backingOff += 1;
  }

  endBackOff(run: CellRun, nowMs: number): void {
    this.#backingOff -= 1;
    this.queue(run, nowMs);
  }

  /** Begins a pause. @returns true if no other pause is in effect */
  beginPause(): boolean {
    this.#pauses += 1;
    return this.#pauses === 1;
  }

  /** Ends a pause. @returns true if no other pause is in effect */
  endPause(): boolean {
    this.#pauses -= 1;
    return this.#pauses === 0;
  }

  /** Stops sending. @returns false if it was already stopped */
  stop(reason: string): boolean {
    if (this.isStopped) return false;
    this.#stoppedBecause = reason;
    return true;
  }

  /**
   * Takes all cells that are ready for another attempt. A cell that was never sent is not returned:
   * it is pending again.
   */
  giveUpReady(): readonly CellRun[] {
    const sent: CellRun[] = [];
    for (const run of this.#ready.splice(0)) {
      if (run.last === undefined) this.#next -= 1;
      else sent.push(run);
    }
    return sent;
  }
}

/**
 * Builds a lane for each account and model of a plan, with its pending cells in the plan's order.
 *
 * @param isEmpty the lanes start without cells: a source hands them out
 * @param isRetry only cells whose last call failed are pending, not those that were never called
 */
export function buildLanes(
  plan: SweepPlan,
  settled: SettledCells,
  {
    isRetry,
    isEmpty = false,
    ...settings
  }: LaneSettings & { readonly isRetry: boolean; readonly isEmpty?: boolean },
): Lane[] {
  const groups = groupByLane(plan.models);
  const placesOf = new Map(
    groups.flatMap((models) => {
      const places: number[] = [];
      return models.map(({ id }) => [id, places] as const);
    }),
  );
  for (let place = 0; place < (isEmpty ? 0 : plan.cellCount); place++) {
    const number = plan.order[place] as number;
    const isPending = isRetry ? settled.hasFailed(number) : !settled.isSettled(number);
    if (isPending) placesOf.get(plan.findModel(number).id)?.push(place);
  }
  return groups.map((models) => {
    const ids = models.map(({ id }) => id);
    return new Lane(ids, Uint32Array.from(placesOf.get(ids[0] ?? '') ?? []), settings);
  });
}

/** The models of each account and model name, in the order of the models. */
export function groupByLane(
  models: readonly PoolModel[],
): (readonly [PoolModel, ...PoolModel[]])[] {
  const groups = new Map<string, [PoolModel, ...PoolModel[]]>();
  for (const model of models) {
    const key = computeLaneKey(model);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [model]);
    else known.push(model);
  }
  return [...groups.values()];
}

/** Equal for models that share an account's rate limit. */
export function computeLaneKey({ protocol, baseUrl, apiKeyEnv, model }: PoolModel): string {
  return JSON.stringify([protocol, baseUrl, apiKeyEnv ?? null, model]);
}
