import { isCutOff, mayHaveCharged, type LedgerEntry } from '../ledger/ledger-entry.js';
import type { Clock } from '../sweep/calls/clock.js';
import type { JudgeSpend } from '../sweep/create-judge.js';
import type { SettledCells } from '../sweep/settled-cells.js';
import type { SweepPlan } from '../sweep/plan-sweep.js';
import {
  countCell,
  countPossibleCharge,
  countSkipped,
  startProgress,
  stopModel,
  type ModelFlow,
  type SweepProgress,
} from '../sweep/sweep-progress.js';
import { describePause, describeStopped } from '../sweep/sweep-notices.js';
import { formatCount } from '../../util/format-number.js';
import { quoteWord } from '../../util/quote-word.js';
import type { CollectedEntry, EntryCollector } from './collect-entries.js';
import { ConnectedTime } from './connected-time.js';
import { retryWhileAway } from './database.js';
import { closeRun, describeBusy, pollMs } from './end-run.js';
import { addLineJudge } from './exchange-types.js';
import { findElsewhere, type CellsElsewhere } from './find-elsewhere.js';
import { claimRun } from './find-run.js';
import { countBusyCells, finishIfDone, recoverLostCells } from './keep-run.js';
import { leasesUntilLost, type QueueJobs } from './queue-jobs.js';
import {
  readLanes,
  readRunRow,
  RunGoneError,
  type LaneRow,
  type RunHandle,
  type RunRow,
} from './queue-run.js';
import { readWorkers } from './queue-workers.js';

export interface FollowContext extends RunHandle {
  readonly jobs: QueueJobs;
  readonly coordinator: string;
  readonly sweepPlan: SweepPlan;
  readonly settled: SettledCells;
  readonly collector: EntryCollector;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SweepProgress, notice?: string) => void;
}

/** How a run was when its coordinator left it. */
export interface FollowedRun {
  readonly progress: SweepProgress;
  readonly run: RunRow;
  /** The run has ended, all its lines are collected, and it is closed unless its budget is used up. */
  readonly isOver: boolean;
  /** What the judge has cost for the lines that were collected. */
  readonly judge: JudgeSpend;
  /** Calls of workers that were cut off, and whose charge has not become known. */
  readonly cutOffCalls: number;
  /** Calls without a known charge whose cost nothing limits. */
  readonly unboundedCalls: number;
  /** What only the ledger of the folder where the run began has; nothing while the run goes on. */
  readonly elsewhere: CellsElsewhere;
}

const upkeepMs = 3_000;
const remindMs = 30_000;

/**
 * Follows a run until it ends or the signal aborts: collects its lines, shows its progress, and makes
 * the cells of workers that died deliverable again. Workers go on without it.
 */
export async function followRun(context: FollowContext): Promise<FollowedRun> {
  return new RunFollower(context).follow();
}

class RunFollower {
  readonly #context: FollowContext;
  #progress: SweepProgress;
  #lanes: readonly LaneRow[] = [];
  readonly #stopped = new Set<number>();
  readonly #pauses = new Map<number, number>();
  #cutOffCalls = 0;
  /** By cell: its call that was cut off last. */
  readonly #cutOff = new Map<string, LedgerEntry>();
  #unboundedCalls = 0;
  #judge: JudgeSpend = { calls: 0, costUsd: 0, guessed: 0, unpriced: 0 };
  #upkeepAtMs = 0;
  #remindedMs = -Infinity;
  readonly #connected: ConnectedTime;
  #isEnding = false;
  readonly #said = new Set<string>();
  #workers = 0;

  constructor(context: FollowContext) {
    this.#context = context;
    this.#connected = new ConnectedTime(context.clock);
    this.#progress = startProgress(
      this.#countBefore(),
      context.clock.now(),
      (id) => this.#readFlow(id),
      { readJudgeUsd: () => this.#judge.costUsd },
    );
  }

  async follow(): Promise<FollowedRun> {
    const { clock, signal, collector, onProgress } = this.#context;
    for (;;) {
      const { run, hasMore, busy } = await this.#persist(() => this.#poll());
      onProgress(this.#progress);
      if (hasMore && !signal.aborted) continue;
      const isOver = run.state !== 'open' && run.state !== 'planning' && busy === 0 && !hasMore;
      if (isOver || signal.aborted) {
        const left = isOver && run.state !== 'budget_reached' ? await this.#close(run) : run;
        await collector.save();
        this.#skipRest();
        onProgress(this.#progress);
        const calls = { cutOffCalls: this.#cutOffCalls, unboundedCalls: this.#unboundedCalls };
        const isClosed = left !== run;
        const elsewhere = isClosed
          ? await this.#persist(() => findElsewhere(this.#context, this.#lanes, this.#progress))
          : { count: 0, isPossible: false };
        const judge = this.#judge;
        return { progress: this.#progress, run: left, isOver, elsewhere, judge, ...calls };
      }
      await clock.sleep(pollMs, signal);
    }
  }

  /** @returns the run with what its last lines have cost, in the state in which it ended */
  async #close(run: RunRow): Promise<RunRow> {
    const { database, runId, jobs, collector } = this.#context;
    return this.#persist(async () => {
      await closeRun(this.#context, jobs, collector, (line) => this.#note(line));
      return { ...((await readRunRow(database, runId)) ?? run), state: run.state };
    });
  }

  async #poll(): Promise<{
    readonly run: RunRow;
    readonly hasMore: boolean;
    /** Calls in flight of a run that has ended. */
    readonly busy: number;
  }> {
    const { runId, collector, clock } = this.#context;
    // Read before the lines: all lines of a run that has ended are there.
    const run = await finishIfDone(this.#context);
    if (run === undefined) throw new RunGoneError(runId);
    const busy = run.state === 'open' ? 0 : await countBusyCells(this.#context);
    if (busy > 0 && !this.#isEnding) this.#say(describeBusy(busy));
    this.#isEnding = busy > 0;
    const hasMore = await collector.collect((line) => this.#note(line));
    if (!hasMore) await this.#look();
    if (clock.now() >= this.#upkeepAtMs) await this.#keep();
    return { run, hasMore, busy };
  }

  #note({ entry, kind, endsCutOff }: CollectedEntry): void {
    if (isCutOff(entry)) this.#noteCutOff(entry);
    if (endsCutOff) this.#endCutOff(entry);
    this.#unboundedCalls += countUnbounded(entry);
    this.#judge = addLineJudge(this.#judge, entry);
    if (kind === 'further') {
      // A line with a grade repeats what the line of its answer says.
      if (entry.regraded === true || !mayHaveCharged(entry)) return;
      this.#progress = countPossibleCharge(this.#progress, entry.model);
      return;
    }
    if (kind === 'settled') this.#context.settled.served.note(entry.model, entry);
    this.#progress = countCell(this.#progress, entry);
  }

  #noteCutOff(entry: LedgerEntry): void {
    this.#cutOffCalls += 1;
    if (entry.grade.judge === undefined) this.#cutOff.set(entry.cellKey, entry);
  }

  /** The answer of a call came after it was cut off: it has been charged what its line says. */
  #endCutOff({ cellKey, possibleCostUsd }: LedgerEntry): void {
    const cutOff = this.#cutOff.get(cellKey);
    // Collected before this process began.
    if (cutOff === undefined) return;
    this.#cutOff.delete(cellKey);
    this.#cutOffCalls -= 1;
    if (cutOff.possibleCostUsd === undefined) this.#unboundedCalls -= 1;
    // Where it has a possible cost, it had earlier attempts, whose charges stay unknown.
    if (mayHaveCharged(cutOff) && possibleCostUsd === undefined) {
      this.#progress = countPossibleCharge(this.#progress, cutOff.model, -1);
    }
  }

  /** Reads the lanes, and says which of them have stopped or pause. */
  async #look(): Promise<void> {
    const { database, runId, plan } = this.#context;
    this.#lanes = await readLanes(database, runId);
    for (const { number, control } of this.#lanes) {
      const ids = (plan.lanes[number] ?? []).map((index) => plan.models[index]?.id ?? '');
      const { stoppedBecause, pause } = control;
      if (stoppedBecause !== null && !this.#stopped.has(number)) {
        this.#stopped.add(number);
        for (const id of ids) this.#progress = stopModel(this.#progress, id, stoppedBecause);
        this.#say(describeStopped(ids, stoppedBecause));
      }
      if (pause !== null && pause.untilMs > (this.#pauses.get(number) ?? 0) + upkeepMs) {
        this.#pauses.set(number, pause.untilMs);
        this.#say(describePause(ids, 'on all workers', pause.reason));
      }
    }
  }

  /** What is done every few seconds. */
  async #keep(): Promise<void> {
    const { clock, database, runId, coordinator, plan } = this.#context;
    this.#upkeepAtMs = clock.now() + upkeepMs;
    await claimRun(database, runId, coordinator);
    if (this.#connected.isLongerThan(1000 * leasesUntilLost * plan.leaseSeconds))
      await recoverLostCells(this.#context);
    const alive = (await readWorkers(database)).filter(
      ({ silentSeconds }) => silentSeconds <= plan.leaseSeconds,
    );
    for (const { name, notes } of alive) {
      const mine = notes.filter((note) => note.runId === runId);
      for (const { text } of mine) this.#sayOnce(`Worker ${name} ${text}.`);
    }
    const workers = alive.length;
    if (workers !== this.#workers) this.#say(`${formatCount(workers, 'worker')} alive.`);
    this.#workers = workers;
    if (workers > 0 || this.#isEnding || clock.now() - this.#remindedMs < remindMs) return;
    this.#remindedMs = clock.now();
    this.#say(
      `No workers are running. Start one: routesmith worker --queue ${quoteWord(database.address.shown)}`,
    );
  }

  #sayOnce(notice: string): void {
    if (this.#said.has(notice)) return;
    this.#said.add(notice);
    this.#say(notice);
  }

  #say(notice: string): void {
    this.#context.onProgress(this.#progress, notice);
  }

  #persist<Result>(work: () => Promise<Result>): Promise<Result> {
    const { clock, signal } = this.#context;
    return retryWhileAway(work, {
      clock,
      signal,
      onAway: () => this.#say('The database is away. Workers keep their answers; trying again.'),
      // The leases of workers that come back are counted from the last failure.
      onFailure: () => this.#connected.restart(),
      onBack: () => this.#say('The database is back.'),
    });
  }

  #readFlow(id: string): ModelFlow | undefined {
    const { plan } = this.#context;
    const lane = this.#lanes.find(({ number }) =>
      (plan.lanes[number] ?? []).some((index) => plan.models[index]?.id === id),
    );
    if (lane === undefined) return undefined;
    const { inFlight, total, done, control } = lane;
    const waiting = Math.max(0, total - done - inFlight);
    const isPaused = control.pause !== null;
    return { inFlight, waiting, limit: control.limit.limit, isPaused };
  }

  #countBefore(): Parameters<typeof startProgress>[0] {
    const { sweepPlan, settled } = this.#context;
    const before = sweepPlan.models.map(() => 0);
    for (let number = 0; number < sweepPlan.cellCount; number++) {
      const index = sweepPlan.findModelIndex(number);
      if (settled.isSettled(number)) before[index] = (before[index] as number) + 1;
    }
    const total = sweepPlan.cellCount / sweepPlan.models.length;
    return sweepPlan.models.map(({ id }, index) => ({
      model: id,
      total,
      settledBefore: before[index] as number,
    }));
  }

  /** Counts the cells that were not called as skipped. */
  #skipRest(): void {
    for (const [id, { total, settledBefore, done, failed }] of this.#progress.models) {
      const rest = total - settledBefore - done - failed;
      if (rest > 0) this.#progress = countSkipped(this.#progress, id, rest);
    }
  }
}

/** The calls of a line without a known charge whose cost nothing limits. */
function countUnbounded({ regraded, unboundedCalls = 0, grade: { judge } }: LedgerEntry): number {
  const ofJudge = judge?.possibleCostUsd === undefined ? (judge?.unpriced ?? 0) : 0;
  // A line with a grade repeats what the line of its answer says.
  return ofJudge + (regraded === true ? 0 : unboundedCalls);
}
