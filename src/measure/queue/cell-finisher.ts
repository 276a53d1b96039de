import { formatLedgerLine } from '../ledger/ledger.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import { findChargeUsd } from '../sweep/call-charges.js';
import { buildEntry } from '../sweep/cell-entry.js';
import { recordCell } from '../sweep/record-cell.js';
import { gradeEntry } from '../sweep/grade-entry.js';
import type { CallFailure } from '../sweep/calls/call-failure.js';
import type { CallResult } from '../sweep/calls/call-result.js';
import { decideRetry } from '../sweep/calls/retry.js';
import type { Judgment } from '../sweep/judge-attempt.js';
import { describeFailure, type EndedAttempt } from '../sweep/cell-run.js';
import type { CellLine } from './exchange-types.js';
import type { WorkerContext } from './worker-context.js';
import type { HeldCell, WorkerLane } from './worker-lane.js';

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
      const record = run.last === undefined ? undefined : toLine(buildEntry(run, run.last));
      lane.report.finished.push({ ...key, record, outcome: 'handed_back', isGrading: false });
      lane.drop(held);
      return;
    }
    void this.#grade(lane, held, run.last);
  }

  /** Grades a recorded answer whose worker was killed before it had a grade. */
  regrade(lane: WorkerLane, held: HeldCell, entry: LedgerEntry): Promise<void> {
    return this.#whileGrading(lane, held, async () => {
      const { example } = held.run.cell;
      const graded = await gradeEntry(example, entry, this.#context.tools);
      this.#reportGrade(lane, held, { ...entry, ...graded, regraded: true });
    });
  }

  /** Reports a failed attempt; `retryInMs` is null if it was the last. */
  reportFailure(held: HeldCell, result: CallResult, retryInMs: number | null): void {
    if (result.kind !== 'failed') return;
    const { model, example, repeat } = held.run.cell;
    this.#context.onEvent({
      kind: 'attempt_failed',
      model: model.id,
      taskId: example.id,
      repeat,
      attempt: held.attempt,
      status: result.failure.status,
      error: describeFailure(result.failure),
      retryInMs,
    });
  }

  #grade(lane: WorkerLane, held: HeldCell, last: EndedAttempt): Promise<void> {
    return this.#whileGrading(lane, held, async () => {
      const { tools, clock } = this.#context;
      const ungraded = buildEntry(held.run, last);
      await recordCell(held.run.cell, ungraded, {
        ledger: {
          append: (entry) => this.#report(lane, held, last, entry, entry === ungraded),
        },
        journal: { begin() {}, end() {} },
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

  /** Reports a grade; a judge that was interrupted leaves the answer to another worker. */
  #reportGrade(lane: WorkerLane, { key }: HeldCell, entry: LedgerEntry): void {
    const { grade } = entry;
    const isHandedBack =
      this.#context.signal.aborted && grade.kind === 'ungraded' && grade.retryable === true;
    const record = isHandedBack && grade.judge === undefined ? undefined : toLine(entry);
    lane.report.further.push({ ...key, record, isHandedBack });
  }

  /** Keeps an answer in the spool, and reports it to the lane. */
  #report(
    lane: WorkerLane,
    held: HeldCell,
    last: EndedAttempt,
    entry: LedgerEntry,
    isGrading: boolean,
  ): void {
    const { key, run } = held;
    if (entry.regraded === true) {
      this.#reportGrade(lane, held, entry);
      return;
    }
    const record = toLine(entry);
    const outcome = entry.outcome === 'infrastructure' ? 'failed' : 'settled';
    lane.reportEnded(held);
    lane.report.finished.push({ ...key, record, outcome, isGrading });
    lane.wake();
    if (outcome !== 'settled') return;
    // Last: where the file cannot be written, the answer still goes to the database.
    const { spool, runId, workerId } = this.#context;
    const chargedUsd = findChargeUsd(run.cell, last.result);
    const { line } = record;
    spool.add({ runId, lane: lane.number, ...key, workerId, chargedUsd, line, isGrading });
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

function toLine(entry: LedgerEntry): CellLine {
  const judge = entry.grade.judge;
  return {
    line: formatLedgerLine(entry),
    judge: judge && {
      calls: judge.calls,
      costUsd: judge.costUsd ?? 0,
      unpriced: judge.unpriced ?? (judge.costUsd === null ? 1 : 0),
      possibleUsd: judge.possibleCostUsd ?? 0,
    },
  };
}
