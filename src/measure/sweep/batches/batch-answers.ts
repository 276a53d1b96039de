import { correctOverflow } from '../call-attempt.js';
import { findBatchPriceShare } from '../call-charge.js';
import type { CallCharges } from '../call-charges.js';
import type { CallFailure } from '../calls/call-failure.js';
import { buildEntry } from '../cell-entry.js';
import { recordCell } from '../record-cell.js';
import { describeFailedAttempt, redactResult, type CellRun } from '../cell-run.js';
import { describeFailedAttemptEvent } from '../sweep-event.js';
import type { BatchesContext } from './batches-context.js';
import { adjustForm } from './judge-batch.js';
import type { SentBatch, SentCell } from './open-batch.js';
import type { ReadBatchAnswer } from './read-batch-answer.js';

/** Settles the attempts of a sweep's batches, and records their cells. */
export class BatchAnswers {
  readonly #context: BatchesContext;
  readonly #charges: CallCharges;

  constructor(context: BatchesContext, charges: CallCharges) {
    this.#context = context;
    this.#charges = charges;
  }

  /** Settles an attempt. @returns the answer as it is to be noted */
  settle({ run, reservation }: SentCell, answer: ReadBatchAnswer): ReadBatchAnswer {
    const result = redactResult(correctOverflow(answer.result, run.cell), this.#context.redactor);
    this.#charges.settle(run, result, reservation);
    return { ...answer, result };
  }

  /** Notes a settled attempt. @returns whether its cell is sent again; otherwise it is recorded */
  async note(batch: SentBatch, { run }: SentCell, answer: ReadBatchAnswer): Promise<boolean> {
    const { at } = batch;
    const { clock } = this.#context;
    const { result } = answer;
    if (run.last !== undefined) run.failedAttempts.push(describeFailedAttempt(run.last));
    const durationMs = Math.max(0, clock.date().getTime() - Date.parse(at));
    const priceShare = findBatchPriceShare(run.cell.model);
    run.last = { result, startedAt: at, durationMs, queueMs: 0, priceShare };
    const isAgain =
      result.kind === 'failed' && this.#isSentAgain(batch, run, result.failure, answer);
    if (!isAgain) await this.giveUp(run);
    else if (run.possibleCostUsd > 0 || run.unboundedCalls > 0) await this.#recordCharge(run);
    return isAgain;
  }

  /** Records a cell by its last attempt; one without any, or whose last is recorded, stays as it is. */
  async giveUp(run: CellRun): Promise<void> {
    if (run.last === undefined) return;
    const tools = this.#context.findTools(run.cell.cellKey);
    await recordCell(run.cell, buildEntry(run, run.last), { ...this.#context, tools });
  }

  /**
   * Records a failed attempt that may have been charged, though the cell is sent again: the budget has
   * to know of it where the process ends before that. The cell is not finished.
   */
  async #recordCharge(run: CellRun): Promise<void> {
    if (run.last === undefined) return;
    const onEntry = this.#context.onChargeLine;
    await recordCell(run.cell, buildEntry(run, run.last), { ...this.#context, onEntry });
    run.failedAttempts.push(describeFailedAttempt(run.last));
    run.last = undefined;
    run.possibleCostUsd = 0;
    run.unboundedCalls = 0;
    run.hasChargeLine = true;
  }

  /** Whether a failed cell is sent again; in another form where the server refused a member. */
  #isSentAgain(
    batch: SentBatch,
    run: CellRun,
    failure: CallFailure,
    { refusedMember }: ReadBatchAnswer,
  ): boolean {
    const { onEvent, retryLimits } = this.#context;
    const isNewForm = adjustForm(batch, refusedMember, onEvent);
    const attempt = run.failedAttempts.length + 1;
    const isAgain = (failure.retryable || isNewForm) && attempt < retryLimits.maxAttempts;
    onEvent(describeFailedAttemptEvent(run.cell, attempt, failure, isAgain ? 0 : null));
    return isAgain;
  }
}
