import { raiseWorstUsd } from '../sweep/call-charges.js';
import type { Clock } from '../sweep/calls/clock.js';
import { describeBegun, type CellRun } from '../sweep/cell-run.js';
import { computeWorstCaseCostUsd } from '../sweep/worst-case-cost.js';
import { findSurcharge, type LaneControlState } from './lane-control.js';
import {
  nameDelivery,
  type EndedCall,
  type ExchangeReply,
  type FinishedCell,
  type FurtherLine,
  type HeldKey,
  type WantedCall,
} from './exchange-types.js';

/** A cell that this worker has taken. */
export interface HeldCell {
  readonly key: HeldKey;
  readonly run: CellRun;
  /** Attempts that were sent. */
  attempt: number;
  /** Upper bound of the cost of the latest attempt. */
  worstUsd: number;
  /** The lane is being asked for it. */
  isClaimed: boolean;
  /** Another worker has it now. */
  isLost: boolean;
  /** The latest attempt, until it is reported to the lane. */
  ended: EndedCall | undefined;
}

export function startHeldCell(key: HeldKey, run: CellRun): HeldCell {
  const { jobId, number, fence } = key;
  return {
    key: { jobId, number, fence },
    run,
    attempt: 0,
    worstUsd: 0,
    isClaimed: false,
    isLost: false,
    ended: undefined,
  };
}

/** What the next exchange tells the lane. */
export interface LaneReport {
  readonly ended: EndedCall[];
  readonly finished: FinishedCell[];
  readonly further: FurtherLine[];
}

/** The cells of one lane that a worker holds. */
export class WorkerLane {
  readonly number: number;
  /** Cells that may be sent, those of another attempt first. */
  readonly ready: HeldCell[] = [];
  report: LaneReport = { ended: [], finished: [], further: [] };
  inFlight = 0;
  backingOff = 0;
  grading = 0;
  /** The queue had no more cells; it is not asked before this time. */
  emptyUntilMs = -Infinity;
  stoppedBecause: string | undefined;
  /** Others may have its cells: it sends and takes nothing until it has none. See `noteLease`. */
  isLapsed = false;
  /** What its calls have cost beyond their worst case; see `findSurcharge`. */
  charges: Pick<LaneControlState, 'surcharges' | 'minCharges'> = { surcharges: {} };
  /** The lane refused calls; it is not asked for others before this time. */
  #notBeforeMs = -Infinity;
  readonly #held = new Map<number, HeldCell>();
  #wake: AbortController | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** True if this worker has nothing of the lane any more. */
  get isIdle(): boolean {
    const isWorking = this.inFlight > 0 || this.backingOff > 0 || this.grading > 0;
    return !isWorking && this.ready.length === 0 && !this.hasReport;
  }

  get hasReport(): boolean {
    const { ended, finished, further } = this.report;
    return ended.length + finished.length + further.length > 0;
  }

  /** The cells whose leases are to be renewed. */
  listHeld(): readonly HeldKey[] {
    return [...this.#held.values()].map(({ key }) => key);
  }

  /** Notes whether the leases of its cells may have run out. An idle lane may take cells again. */
  noteLease(isOver: boolean): void {
    if (isOver) this.isLapsed = true;
    else if (this.isIdle) this.isLapsed = false;
  }

  /** Holds a cell that is to be called. */
  hold(held: HeldCell): void {
    this.keep(held);
    this.ready.push(held);
  }

  /** Keeps a cell's lease; what this worker held of it under an earlier lease is lost. */
  keep(held: HeldCell): void {
    const earlier = this.#held.get(held.key.number);
    if (earlier !== undefined) {
      earlier.isLost = true;
      const at = this.ready.indexOf(earlier);
      if (at !== -1) this.ready.splice(at, 1);
    }
    this.#held.set(held.key.number, held);
  }

  /** The cell of a delivery; undefined if this worker has lost it, and perhaps taken it again. */
  find(key: HeldKey): HeldCell | undefined {
    const held = this.#held.get(key.number);
    return held?.key.fence === key.fence ? held : undefined;
  }

  /** Forgets a cell that is finished. */
  drop(held: HeldCell): void {
    if (this.#held.get(held.key.number) === held) this.#held.delete(held.key.number);
  }

  /** Queues a cell for another attempt, before those that were never sent. */
  queue(held: HeldCell, nowMs: number): void {
    held.run.readyMs = nowMs;
    const at = this.ready.findIndex(({ attempt }) => attempt === 0);
    this.ready.splice(at === -1 ? this.ready.length : at, 0, held);
  }

  mayAsk(nowMs: number): boolean {
    const isOpen = this.stoppedBecause === undefined && !this.isLapsed;
    return isOpen && this.ready.length > 0 && nowMs >= this.#notBeforeMs;
  }

  listUnclaimed(count: number): readonly HeldCell[] {
    return this.ready.filter(({ isClaimed }) => !isClaimed).slice(0, count);
  }

  /** Describes the next call of a cell, and notes what it can cost. */
  describeWanted(held: HeldCell, startedAt: string): WantedCall {
    const { model, example } = held.run.cell;
    const listedUsd = computeWorstCaseCostUsd(model, example.prompt);
    held.worstUsd = raiseWorstUsd(listedUsd, findSurcharge(this.charges, model.id));
    const begun = JSON.stringify(describeBegun(held.run, startedAt, held.worstUsd));
    const { worstUsd } = held;
    return {
      ...held.key,
      attempt: held.attempt + 1,
      worstUsd,
      listedUsd,
      model: model.id,
      begun,
    };
  }

  markSent(held: HeldCell): void {
    this.ready.splice(this.ready.indexOf(held), 1);
    this.inFlight += 1;
  }

  giveUpReady(): readonly HeldCell[] {
    return this.ready.splice(0);
  }

  /** Puts the end of a cell's latest attempt into the next report. */
  reportEnded(held: HeldCell): void {
    if (held.ended !== undefined) this.report.ended.push(held.ended);
    held.ended = undefined;
  }

  takeReport(): LaneReport {
    const { report } = this;
    this.report = { ended: [], finished: [], further: [] };
    return report;
  }

  /** Notes what the lane has answered. */
  accept(reply: ExchangeReply, nowMs: number, askAgainMs: number): void {
    const { hold, control, lost } = reply;
    this.charges = control;
    this.stoppedBecause = control.stoppedBecause ?? undefined;
    for (const held of [...this.#held.values(), ...this.ready]) {
      if (!lost.has(nameDelivery(held.key))) continue;
      held.isLost = true;
      const at = this.ready.indexOf(held);
      if (at === -1) continue;
      this.ready.splice(at, 1);
      this.drop(held);
    }
    if (hold.kind === 'pause' || hold.kind === 'pace') this.#notBeforeMs = nowMs + hold.forMs;
    else this.#notBeforeMs = hold.kind === 'none' ? -Infinity : nowMs + askAgainMs;
  }

  /** How long the lane has nothing to do unless it is woken. */
  computeWaitMs(nowMs: number): number {
    const times = [this.#notBeforeMs, this.emptyUntilMs].filter((untilMs) => untilMs > nowMs);
    return Math.min(Infinity, ...times) - nowMs;
  }

  /** Sleeps until the time is over or the lane is woken. */
  async sleep(clock: Clock, delayMs: number): Promise<void> {
    this.#wake = new AbortController();
    await clock.sleep(delayMs, this.#wake.signal);
    this.#wake = undefined;
  }

  wake(): void {
    this.#wake?.abort();
  }
}
