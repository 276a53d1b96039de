import type { CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { findChargeUsd } from '../sweep/call-charges.js';
import { buildEntry } from '../sweep/cell-entry.js';
import { recordCell } from '../sweep/record-cell.js';
import { endJudging, gradeEntry } from '../sweep/grade-entry.js';
import type { CallFailure } from '../sweep/calls/call-failure.js';
import type { CallResult } from '../sweep/calls/call-result.js';
import { decideRetry } from '../sweep/calls/retry.js';
import type { Judgment } from '../sweep/judge-attempt.js';
import type { EndedAttempt } from '../sweep/cell-run.js';
import { describeFailedAttemptEvent } from '../sweep/sweep-event.js';
import { buildCellLine } from './exchange-types.js';
import type { WorkerContext } from './worker-context.js';
import type { HeldCell, LaneReport, WorkerLane } from './worker-lane.js';

/** Grades the cells that a worker is done with, and reports them to their lanes. */
export class CellFinisher {
  /** Answers that are being graded. */
  grading = 0;
  readonly #context: WorkerContext;
  readonly #onFailure: (error: unknown) => void;

  constructor(context: WorkerContext, onFailure: (error: unknown) => void) {
    this.#context = context;
    this.#onFailure = onFailure;
  }

  /** Reports a cell by its last attempt, graded if this worker is done with it. */
  finish(lane: WorkerLane, held: HeldCell, how: 'done' | 'handed_back'): void {
    const { run, key } = held;
    if (run.last === undefined || how === 'handed_back') {
      const record = run.last === undefined ? undefined : buildCellLine(buildEntry(run, run.last));
      const handedBack = { outcome: 'handed_back', chargedUsd: null, isGrading: false } as const;
      lane.report.finished.push({ ...key, record, ...handedBack });
      lane.drop(held);
      return;
    }
    void this.#grade(lane, held, run.last);
  }

  /** Grades a recorded answer whose worker was killed before it had a grade. */
  regrade(lane: WorkerLane, held: HeldCell, entry: LedgerEntry): Promise<void> {
    return this.#whileGrading(lane, held, async () => {
      const { example } = held.run.cell;
      const journal = this.#openJournal(lane, held);
      const graded = await gradeEntry(example, entry, this.#context.tools, journal);
      this.#reportGrade(lane, held, { ...entry, ...graded, regraded: true });
      endJudging({ ...entry, ...graded }, journal);
    });
  }

  /** Forgets what the database has. */
  forget({ finished, further }: Pick<LaneReport, 'finished' | 'further'>): void {
    const { spool, runId } = this.#context;
    for (const cell of finished) spool.remove({ ...cell, runId });
    for (const grade of further) spool.removeGrade({ ...grade, runId });
  }

  /** Reports a failed attempt; `retryInMs` is null if it was the last. */
  reportFailure(held: HeldCell, result: CallResult, retryInMs: number | null): void {
    if (result.kind !== 'failed') return;
    const { attempt, run } = held;
    this.#context.onEvent(describeFailedAttemptEvent(run.cell, attempt, result.failure, retryInMs));
  }

  #grade(lane: WorkerLane, held: HeldCell, last: EndedAttempt): Promise<void> {
    return this.#whileGrading(lane, held, async () => {
      const { tools, clock } = this.#context;
      const ungraded = buildEntry(held.run, last);
      await recordCell(held.run.cell, ungraded, {
        ledger: {
          append: (entry) =>
            this.#report(lane, held, { last, entry, isGrading: entry === ungraded }),
        },
        journal: this.#openJournal(lane, held),
        tools,
        clock,
        onEntry() {},
      });
    });
  }

  /** Holds a cell's lease until it is graded. */
  async #whileGrading(
    lane: WorkerLane,
    held: HeldCell,
    grade: () => Promise<unknown>,
  ): Promise<void> {
    this.grading += 1;
    lane.grading += 1;
    try {
      await grade();
    } catch (error) {
      this.#onFailure(error);
    }
    this.grading -= 1;
    lane.grading -= 1;
    lane.drop(held);
    lane.wake();
  }

  /** Keeps the judge's calls in the spool, in case this worker is killed while they are in flight. */
  #openJournal(lane: WorkerLane, { key }: HeldCell): Pick<CallJournal, 'begin' | 'end'> {
    const { spool, runId, workerId } = this.#context;
    return {
      begin({ judging, ...call }) {
        if (judging === undefined) return;
        const about = { runId, lane: lane.number, ...key, workerId };
        spool.add({ kind: 'judging', ...about, call: { ...call, judging } });
      },
      end: (id) => spool.endJudging(id),
    };
  }

  /**
   * Keeps a grade in the spool, and reports it; a judge that was interrupted leaves the answer to
   * another worker.
   */
  #reportGrade(lane: WorkerLane, { key }: HeldCell, entry: LedgerEntry): void {
    const { grade } = entry;
    const isHandedBack =
      this.#context.signal.aborted && grade.kind === 'ungraded' && grade.retryable === true;
    const record = isHandedBack && grade.judge === undefined ? undefined : buildCellLine(entry);
    lane.report.further.push({ ...key, record, isHandedBack });
    if (record === undefined) return;
    const { spool, runId, workerId } = this.#context;
    spool.add({
      kind: 'grade',
      runId,
      lane: lane.number,
      ...key,
      workerId,
      ...record,
      isHandedBack,
    });
  }

  /** Keeps an answer in the spool, and reports it to the lane. */
  #report(
    lane: WorkerLane,
    held: HeldCell,
    answer: {
      readonly last: EndedAttempt;
      readonly entry: LedgerEntry;
      /** Whether its grade follows. */
      readonly isGrading: boolean;
    },
  ): void {
    const { key, run } = held;
    const { last, entry, isGrading } = answer;
    if (entry.regraded === true) {
      this.#reportGrade(lane, held, entry);
      return;
    }
    const record = buildCellLine(entry);
    const outcome = entry.outcome === 'infrastructure' ? 'failed' : 'settled';
    lane.reportEnded(held);
    const chargedUsd = findChargeUsd(run.cell, last.result);
    lane.report.finished.push({ ...key, record, outcome, chargedUsd, isGrading });
    lane.wake();
    if (outcome !== 'settled') return;
    // Last: where the file cannot be written, the answer still goes to the database.
    const { spool, runId, workerId } = this.#context;
    spool.add({ runId, lane: lane.number, ...key, workerId, chargedUsd, ...record, isGrading });
  }
}

/** What follows a failure that an exchange has counted whose answer was lost. */
export function judgeAlone(
  held: HeldCell,
  failure: CallFailure,
  { plan, random, clock }: WorkerContext,
): Pick<Judgment, 'retryInMs' | 'waitsForLane'> {
  const decision = decideRetry(failure, {
    attempt: held.attempt,
    timedOutAttempts: held.run.timedOutAttempts,
    elapsedMs: clock.now() - (held.run.firstSentMs ?? 0),
    limits: plan.retryLimits,
    random,
  });
  return { retryInMs: decision.kind === 'retry' ? decision.delayMs : null, waitsForLane: false };
}
