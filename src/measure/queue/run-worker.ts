import { setMaxListeners } from 'node:events';
import { beginCellAttempt, makeAttempt, type BegunAttempt } from '../sweep/call-attempt.js';
import { findChargeUsd } from '../sweep/call-charges.js';
import { describeWaiting, noteUnknownCharge } from '../sweep/cell-run.js';
import { computeElapsedMs, readMoment, type Moment } from '../sweep/calls/clock.js';
import { maxGrading } from '../sweep/sweep-activity.js';
import type { Judgment } from '../sweep/judge-attempt.js';
import { CellFinisher, judgeAlone } from './cell-finisher.js';
import { isConnectionLoss, retryWhileAway } from './database.js';
import { nameDelivery, type ExchangeReply } from './exchange-types.js';
import { exchangeWithLane } from './lane-exchange.js';
import { takeCells, type TakenCell } from './lane-take.js';
import { finishIfDone } from './keep-run.js';
import { createPreparer, type PreparedCell } from './prepare-cells.js';
import { RunGoneError } from './queue-run.js';
import { hasWork } from './served-runs.js';
import type { WorkerContext } from './worker-context.js';
import { WorkerLane, type HeldCell } from './worker-lane.js';

/** Minimum time between two exchanges of one lane, so that each carries several cells. */
const minGapMs = 25;
/** Maximum time between them, however slow the database is. */
const maxGapMs = 100;
/** Time between them for each millisecond that the last one took: a busy database gets more. */
const gapPerExchange = 2;
/** How soon a lane is asked again that is at its limit, or whose budget is tight. */
const askAgainMs = 150;
/** How soon an empty queue is asked again: cells of a worker that died come back. */
const emptyMs = 1_000;
const maxSleepMs = 1_000;

/**
 * Works on the cells of a run, several lanes at a time: takes cells, asks the lane for leave, calls,
 * grades, records. Ends when the run ends or the signal aborts, with all its answers recorded.
 */
export class RunWorker {
  readonly #context: WorkerContext;
  readonly #prepare: (taken: readonly TakenCell[]) => Promise<readonly PreparedCell[]>;
  readonly #lanes: readonly WorkerLane[];
  readonly #ending = new AbortController();
  readonly #finisher: CellFinisher;
  #inFlight = 0;
  /** Slots of calls that a lane is being asked for. */
  #claimed = 0;
  #settled = 0;
  #failure: { readonly error: unknown } | undefined;
  #isAway = false;
  readonly #leaseMs: number;
  #renewed: Moment;

  constructor(context: WorkerContext) {
    this.#context = context;
    // Each cell that backs off listens.
    setMaxListeners(0, this.#ending.signal);
    this.#leaseMs = 1000 * context.plan.leaseSeconds;
    this.#renewed = readMoment(context.clock);
    this.#prepare = createPreparer(context);
    this.#finisher = new CellFinisher(context, (error) => this.fail(error));
    this.#lanes = context.lanes.map((number) => new WorkerLane(number));
  }

  get lanes(): readonly WorkerLane[] {
    return this.#lanes;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Cells that this worker has settled. */
  get settled(): number {
    return this.#settled;
  }

  /** Stops taking and sending; `run` ends when everything is recorded. */
  end(): void {
    this.#ending.abort();
    for (const lane of this.#lanes) lane.wake();
  }

  /** Ends the work with an error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.end();
  }

  /** Resolves when the run has ended or the signal has aborted. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    const interrupt = (): void => this.end();
    if (signal.aborted) this.end();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      await Promise.all(this.#lanes.map((lane) => this.#drive(lane)));
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  async #drive(lane: WorkerLane): Promise<void> {
    const { clock } = this.#context;
    try {
      for (;;) {
        lane.noteLease(this.#isLeaseOver(readMoment(clock)));
        if (this.#isEnding || lane.isLapsed || lane.stoppedBecause !== undefined)
          this.#giveUp(lane);
        if (this.#isEnding && lane.isIdle) return;
        if (this.#mayTake(lane)) await this.#take(lane);
        const wanted = this.#claim(lane);
        if (wanted.length > 0 || lane.hasReport) {
          const startedMs = clock.now();
          await this.#exchange(lane, wanted);
          const gapMs = gapPerExchange * (clock.now() - startedMs);
          await clock.sleep(Math.min(maxGapMs, Math.max(minGapMs, gapMs)));
        } else {
          await lane.sleep(clock, Math.min(maxSleepMs, lane.computeWaitMs(clock.now())));
        }
      }
    } catch (error) {
      const { signal } = this.#context;
      // Answers that could not be recorded before the end are in the spool.
      if (error instanceof RunGoneError || (signal.aborted && isConnectionLoss(error))) this.end();
      else this.fail(error);
      await this.#finishCalls(lane);
    }
  }

  #isLeaseOver(at: Moment): boolean {
    return computeElapsedMs(this.#renewed, at) > this.#leaseMs;
  }

  /** Says when leases were renewed; those that were not for longer may be others' by now. */
  noteRenewed(at: Moment): void {
    const isOver = this.#isLeaseOver(at);
    if (isOver) for (const lane of this.#lanes) lane.noteLease(isOver);
    this.#renewed = at;
  }

  /** Waits for the calls of a lane in flight, whose answers go into the spool. */
  async #finishCalls(lane: WorkerLane): Promise<void> {
    while (lane.inFlight > 0 || lane.grading > 0) await lane.sleep(this.#context.clock, maxSleepMs);
  }

  #mayTake(lane: WorkerLane): boolean {
    const { clock, concurrency } = this.#context;
    if (this.#isEnding || lane.isLapsed || lane.stoppedBecause !== undefined) return false;
    return clock.now() >= lane.emptyUntilMs && lane.ready.length < concurrency / 2;
  }

  async #take(lane: WorkerLane): Promise<void> {
    const { clock, concurrency } = this.#context;
    const count = Math.ceil(concurrency - lane.ready.length);
    const delivered = await this.#persist(() => takeCells(this.#context, lane.number, count));
    // Few at a time would mean a round trip for each; an empty queue is asked seldom.
    if (delivered.length < count) lane.emptyUntilMs = clock.now() + emptyMs;
    await this.#hold(lane, delivered);
    if (delivered.length > 0) return;
    const run = await this.#persist(() => finishIfDone(this.#context));
    const lanes = this.#lanes.map(({ number }) => number);
    if (run?.state !== 'open' || !(await this.#persist(() => hasWork(this.#context, lanes)))) {
      this.end();
    }
  }

  async #hold(lane: WorkerLane, delivered: readonly TakenCell[]): Promise<void> {
    if (delivered.length === 0) return;
    const prepared = await this.#persist(() => this.#prepare(delivered));
    for (const { held, answer } of prepared) {
      if (answer === undefined) {
        lane.hold(held);
        continue;
      }
      lane.keep(held);
      void this.#finisher.regrade(lane, held, answer);
    }
  }

  /** Chooses the calls that a lane is asked for: the first in the plan's order over all lanes. */
  #claim(lane: WorkerLane): readonly HeldCell[] {
    const { clock, concurrency } = this.#context;
    const free = concurrency - this.#inFlight - this.#claimed;
    if (this.#isEnding || free <= 0 || this.#finisher.grading >= maxGrading) return [];
    const nowMs = clock.now();
    if (!lane.mayAsk(nowMs)) return [];
    const asking = this.#lanes.filter((other) => other === lane || other.mayAsk(nowMs));
    const first = asking
      .flatMap((other) => other.listUnclaimed(free).map((held) => ({ other, held })))
      .sort((a, b) => a.held.run.place - b.held.run.place)
      .slice(0, free);
    return first.filter(({ other }) => other === lane).map(({ held }) => held);
  }

  async #exchange(lane: WorkerLane, wanted: readonly HeldCell[]): Promise<void> {
    const { clock } = this.#context;
    const report = lane.takeReport();
    for (const held of wanted) held.isClaimed = true;
    this.#claimed += wanted.length;
    const startedAt = clock.date().toISOString();
    const calls = wanted.map((held) => lane.describeWanted(held, startedAt));
    const request = { ...report, wanted: calls };
    let reply: ExchangeReply;
    try {
      reply = await this.#persist(() => exchangeWithLane(this.#context, lane.number, request));
    } finally {
      this.#claimed -= wanted.length;
      for (const held of wanted) held.isClaimed = false;
    }
    this.#finisher.forget(report);
    for (const cell of report.finished) {
      if (cell.outcome === 'settled' && !reply.lost.has(nameDelivery(cell))) this.#settled += 1;
    }
    reply.events.forEach(this.#context.onEvent);
    lane.accept(reply, clock.now(), askAgainMs * (1 + this.#context.random()));
    for (const held of wanted) {
      if (reply.granted.has(nameDelivery(held.key))) this.#send(lane, held, reply.inFlight);
    }
    for (const call of report.ended) {
      this.#noteEnd(lane, lane.find(call), reply.judgments.get(call.number));
    }
    if (reply.runState !== 'open') this.end();
    // Slots that this lane has claimed and not used are for the others.
    for (const other of this.#lanes) if (other !== lane) other.wake();
  }

  /** Sends a call that the lane and the budget have granted. */
  #send(lane: WorkerLane, held: HeldCell, inFlight: number): void {
    lane.markSent(held);
    held.attempt += 1;
    this.#inFlight += 1;
    void this.#call(lane, held, beginCellAttempt(held.run, inFlight, this.#context.clock));
  }

  async #call(lane: WorkerLane, held: HeldCell, started: BegunAttempt): Promise<void> {
    const { run, key, attempt, worstUsd } = held;
    const result = await makeAttempt(run, started, this.#context);
    this.#inFlight -= 1;
    lane.inFlight -= 1;
    const { cell, timedOutAttempts, firstSentMs = 0 } = run;
    if (findChargeUsd(cell, result) === null) noteUnknownCharge(run, worstUsd);
    const elapsedMs = this.#context.clock.now() - firstSentMs;
    const begun = JSON.stringify(describeWaiting(run));
    held.ended = { ...key, cell, result, attempt, timedOutAttempts, elapsedMs, begun };
    // An answer's charge and line are recorded together.
    if (result.kind === 'completed') this.#finisher.finish(lane, held, 'done');
    else lane.reportEnded(held);
    for (const other of this.#lanes) other.wake();
  }

  /** Handles the end of an attempt that failed: its cell is tried again, or is finished. */
  #noteEnd(lane: WorkerLane, held: HeldCell | undefined, judgment: Judgment | undefined): void {
    const result = held?.run.last?.result;
    if (held === undefined || result === undefined || result.kind === 'completed') return;
    const { retryInMs, waitsForLane } = judgment ?? judgeAlone(held, result.failure, this.#context);
    const isOver = retryInMs === null || lane.stoppedBecause !== undefined;
    this.#finisher.reportFailure(held, result, isOver ? null : retryInMs);
    if (isOver) this.#finisher.finish(lane, held, 'done');
    else if (this.#isEnding || lane.isLapsed) this.#finisher.finish(lane, held, 'handed_back');
    else if (waitsForLane) lane.queue(held, this.#context.clock.now());
    else void this.#backOff(lane, held, retryInMs);
  }

  async #backOff(lane: WorkerLane, held: HeldCell, delayMs: number): Promise<void> {
    const { clock } = this.#context;
    lane.backingOff += 1;
    await clock.sleep(delayMs, this.#ending.signal);
    lane.backingOff -= 1;
    if (held.isLost) lane.drop(held);
    else lane.queue(held, clock.now());
    lane.wake();
  }

  /** Hands back the cells that are ready; those of a stopped lane that were called have failed. */
  #giveUp(lane: WorkerLane): void {
    for (const held of lane.giveUpReady()) {
      const isOver = held.run.last !== undefined && lane.stoppedBecause !== undefined;
      this.#finisher.finish(lane, held, isOver ? 'done' : 'handed_back');
    }
  }

  /** Does work with the database, however long it is away; answers wait in the spool meanwhile. */
  async #persist<Result>(work: () => Promise<Result>): Promise<Result> {
    const { clock, signal, onConnection } = this.#context;
    const result = await retryWhileAway(work, {
      clock,
      signal,
      onAway: () => {
        if (!this.#isAway) onConnection(true);
        this.#isAway = true;
      },
    });
    if (this.#isAway) onConnection(false);
    this.#isAway = false;
    return result;
  }
}
