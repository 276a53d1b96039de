import type { CallJournal } from '../ledger/call-journal.js';
import type { Ledger } from '../ledger/ledger.js';
import type { CallFailure } from './calls/call-failure.js';
import type { CallResult } from './calls/call-result.js';
import type { RetryLimits } from './calls/retry.js';
import type { Random } from '../../util/random.js';
import type { Budget, Reservation } from './budget.js';
import { beginCellAttempt, makeAttempt, type CallContext } from './call-attempt.js';
import { CallCharges } from './call-charges.js';
import { buildEntry } from './cell-entry.js';
import { recordCell, type CellRecords } from './record-cell.js';
import { describeBegun, describeWaiting, startCellRun, type CellRun } from './cell-run.js';
import { judgeAttempt, type LanePause } from './judge-attempt.js';
import type { Lane } from './lane.js';
import { readCellAnswer } from './cell-answers.js';
import type { CallingOrder, SourceOrder } from './cell-source.js';
import type { SweepPlan } from './plan-sweep.js';
import type { SettledCells } from './settled-cells.js';
import { SweepActivity } from './sweep-activity.js';
import { describeFailedAttemptEvent, type SweepEvent } from './sweep-event.js';

/** What all cells of a sweep share. */
export interface CellsContext extends CellRecords, CallContext {
  readonly ledger: Ledger;
  readonly journal: CallJournal;
  readonly plan: SweepPlan;
  readonly settled: Pick<SettledCells, 'hasChargeLine'>;
  readonly order: CallingOrder;
  /** Hands out more cells while the sweep runs; undefined where the lanes have all of them. */
  readonly source?: SourceOrder | undefined;
  /** Maximum number of calls in flight, over all lanes. */
  readonly concurrency: number;
  readonly budget: Budget;
  readonly random: Random;
  readonly retryLimits: RetryLimits;
  /** Ends the sweep: calls in flight are finished, nothing else is sent. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SweepEvent) => void;
}

/**
 * Runs the lanes' cells. Whenever a call may be sent, it is the first cell in the calling order among
 * those that the lanes offer. Resolves when no work is left, and the source has no more; rejects if
 * the ledger cannot be written, after the calls in flight have ended.
 */
export function runCells(lanes: readonly Lane[], context: CellsContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const runner = new CellRunner(lanes, context, (failure) => {
      if (failure === undefined) resolve();
      else reject(failure.error as Error);
    });
    runner.start();
  });
}

/**
 * The states of a cell: sent -> ended -> (waiting -> sent)* -> recorded. Every transition goes
 * through `#advance`, which then sends the next calls or finishes the run.
 */
class CellRunner {
  readonly #lanes: readonly Lane[];
  readonly #context: CellsContext;
  readonly #onDone: (failure: { readonly error: unknown } | undefined) => void;
  readonly #activity: SweepActivity;
  readonly #charges: CallCharges;

  constructor(
    lanes: readonly Lane[],
    context: CellsContext,
    onDone: (failure: { readonly error: unknown } | undefined) => void,
  ) {
    this.#lanes = lanes;
    this.#context = context;
    this.#onDone = onDone;
    this.#activity = new SweepActivity(context.concurrency);
    this.#charges = new CallCharges(context.budget, context.onEvent);
  }

  start(): void {
    const { signal } = this.#context;
    if (signal.aborted) this.#activity.end();
    signal.addEventListener('abort', this.#interrupt, { once: true });
    this.#advance(() => {});
  }

  readonly #interrupt = (): void => this.#advance(() => this.#activity.end());

  /** Makes a transition and then sends every call that it allows. */
  #advance(transition: () => void): void {
    try {
      transition();
      if (!this.#activity.isEnding) this.#takeFromSource();
      while (this.#activity.maySend) {
        const lane = this.#pickLane();
        if (lane === undefined || !this.#sendNext(lane)) break;
      }
      if (this.#activity.isEnding) this.#lanes.forEach((lane) => this.#giveUp(lane));
    } catch (error) {
      this.#activity.fail(error);
    }
    if (!this.#activity.isIdle) return;
    this.#context.signal.removeEventListener('abort', this.#interrupt);
    this.#onDone(this.#activity.failure);
  }

  /** Fills the lanes. A stopped lane's cells will not be called, which the source has to know. */
  #takeFromSource(): void {
    const { source, plan } = this.#context;
    if (source === undefined) return;
    for (let places = source.takePlaces(); places.length > 0; places = source.takePlaces()) {
      for (const lane of this.#lanes) {
        lane.add(
          places.filter((place) =>
            lane.modelIds.includes(plan.findModel(source.numberAt(place)).id),
          ),
        );
        if (!lane.isStopped) continue;
        for (const place of lane.takePending()) source.noteNeverCalled(place);
      }
    }
  }

  #pickLane(): Lane | undefined {
    let first: Lane | undefined;
    let firstPlace = Infinity;
    for (const lane of this.#lanes) {
      const place = lane.findNextPlace();
      if (place === undefined || place >= firstPlace) continue;
      first = lane;
      firstPlace = place;
    }
    return first;
  }

  /** @returns false if the call could exceed the budget */
  #sendNext(lane: Lane): boolean {
    const { plan, order, clock, settled } = this.#context;
    const run = lane.take((place) => {
      const number = order.numberAt(place);
      const purchase = order.purchaseAt(place);
      const hasChargeLine = settled.hasChargeLine(number);
      return startCellRun(plan.buildCell(number), place, clock.now(), { purchase, hasChargeLine });
    });
    const worstUsd = this.#charges.computeWorstUsd(run.cell);
    const reservation = this.#charges.reserve(worstUsd);
    if (reservation !== undefined) {
      void this.#send(lane, run, worstUsd, reservation);
      return true;
    }
    // Cheaper cells must not overtake it, or the results would cover only the cheap models.
    lane.putBack(run);
    // A judge that is asked holds a reservation, too, and may leave room.
    if (this.#activity.inFlight === 0 && this.#activity.grading === 0) {
      this.#charges.reportReached(worstUsd);
      this.#activity.end();
    }
    return false;
  }

  async #send(lane: Lane, run: CellRun, worstUsd: number, reservation: Reservation): Promise<void> {
    this.#activity.inFlight += 1;
    lane.noteSent();
    let result: CallResult | undefined;
    try {
      const received = await this.#call(lane, run, worstUsd);
      this.#charges.settle(run, received, reservation);
      result = received;
    } catch (error) {
      this.#activity.fail(error);
    }
    this.#advance(() => {
      this.#activity.inFlight -= 1;
      lane.noteReturned();
      if (result !== undefined) this.#noteEnd(lane, run, result);
    });
  }

  /** Makes one attempt, which is recorded in the journal before it is sent. */
  #call(lane: Lane, run: CellRun, worstUsd: number): Promise<CallResult> {
    const started = beginCellAttempt(run, lane.inFlight, this.#context.clock);
    this.#context.journal.begin(describeBegun(run, started.startedAt, worstUsd));
    return makeAttempt(run, started, this.#context);
  }

  /** Handles the end of an attempt: retries or finishes its cell, and pauses or stops its lane. */
  #noteEnd(lane: Lane, run: CellRun, result: CallResult): void {
    const { clock, retryLimits, random } = this.#context;
    const judgment = judgeAttempt(lane, result, {
      attempt: run.failedAttempts.length + 1,
      timedOutAttempts: run.timedOutAttempts,
      elapsedMs: clock.now() - (run.firstSentMs ?? 0),
      limits: retryLimits,
      random,
    });
    const { stopBecause, pause } = judgment;
    const retryInMs = this.#activity.isEnding ? null : judgment.retryInMs;
    if (result.kind === 'failed') this.#reportFailure(run, result.failure, retryInMs);
    if (stopBecause !== undefined) this.#stop(lane, stopBecause);
    if (pause !== undefined) this.#pause(lane, pause);
    if (retryInMs === null || lane.isStopped) {
      this.#finish(run);
      return;
    }
    this.#context.journal.begin(describeWaiting(run));
    if (judgment.waitsForLane) lane.queue(run, clock.now());
    else this.#backOff(lane, run, retryInMs);
  }

  #reportFailure(run: CellRun, failure: CallFailure, retryInMs: number | null): void {
    const attempt = run.failedAttempts.length + 1;
    this.#context.onEvent(describeFailedAttemptEvent(run.cell, attempt, failure, retryInMs));
  }

  #stop(lane: Lane, reason: string): void {
    if (!lane.stop(reason)) return;
    this.#context.onEvent({ kind: 'stopped', models: lane.modelIds, reason });
    this.#giveUp(lane);
    const { source } = this.#context;
    if (source === undefined) return;
    for (const place of lane.takePending()) source.noteNeverCalled(place);
  }

  #pause(lane: Lane, { pauseMs, reason, halfOpens }: LanePause): void {
    const { onEvent } = this.#context;
    const models = lane.modelIds;
    if (lane.beginPause()) onEvent({ kind: 'paused', models, pauseMs, reason });
    this.#after(pauseMs, () => {
      if (halfOpens) lane.breaker.halfOpen();
      if (lane.endPause()) onEvent({ kind: 'resumed', models });
    });
  }

  #backOff(lane: Lane, run: CellRun, delayMs: number): void {
    lane.beginBackOff();
    this.#after(delayMs, () => {
      lane.endBackOff(run, this.#context.clock.now());
      if (lane.isStopped) this.#giveUp(lane);
    });
  }

  /** Makes a transition after a delay, or as soon as the sweep is ending. */
  #after(delayMs: number, transition: () => void): void {
    this.#activity.sleeping += 1;
    void this.#context.clock.sleep(delayMs, this.#activity.endSignal).then(() =>
      this.#advance(() => {
        this.#activity.sleeping -= 1;
        transition();
      }),
    );
  }

  /** Records the cells that wait for another attempt; those never sent stay pending. */
  #giveUp(lane: Lane): void {
    for (const run of lane.giveUpReady()) this.#finish(run);
  }

  /** Grades and records a cell by its last attempt. */
  #finish(run: CellRun): void {
    if (run.last === undefined) return;
    this.#activity.grading += 1;
    const recorded = recordCell(run.cell, buildEntry(run, run.last), this.#context);
    void recorded
      .then((entry) => this.#context.source?.noteEnd(run.place, readCellAnswer(entry)))
      .catch((error: unknown) => this.#activity.fail(error))
      .then(() =>
        this.#advance(() => {
          this.#activity.grading -= 1;
        }),
      );
  }
}
