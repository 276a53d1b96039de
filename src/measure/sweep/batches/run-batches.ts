import { runWorkers } from '../../../util/run-workers.js';
import { findBatchPriceShare } from '../call-charge.js';
import { CallCharges } from '../call-charges.js';
import { buildCallFailure, type CallFailure } from '../calls/call-failure.js';
import { describeFailure, startCellRun, type CellRun } from '../cell-run.js';
import { BatchAnswers } from './batch-answers.js';
import { toFailure, type BatchState } from './batch-api.js';
import type { BatchLane } from './batch-lane.js';
import { judgeNotTaken, judgeRefusal, judgeTrouble } from './judge-batch.js';
import type { BatchesContext } from './batches-context.js';
import { collectBatch, ForeignBatchError, type CollectedAnswer } from './collect-batch.js';
import { buildFindContext, findAgain } from './find-sent.js';
import { describeBatch, type SentBatch, type SentCell } from './open-batch.js';
import type { ReadBatchAnswer } from './read-batch-answer.js';
import { addToDraft, sendBatch, startDraft, type BatchDraft } from './send-batch.js';

/**
 * Runs cells in batches: sends as many as the budget allows, waits, records what comes back, and sends
 * what failed again. Batches of earlier processes are collected first.
 */
export class BatchRun {
  readonly #context: BatchesContext;
  readonly #charges: CallCharges;
  readonly #answers: BatchAnswers;
  /** Cells to send, in the plan's order. */
  #pending: CellRun[];
  #sent: SentBatch[];
  /** Sent batches that cannot be asked for now. */
  readonly #unreachable = new Set<SentBatch>();
  /** Cells of which nobody knows whether a provider has them. */
  readonly #unknown: CellRun[] = [];
  /** Whether cells were put back since this turn began, and have freed what was reserved for them. */
  #hasPutBack = false;

  /**
   * @param places of the cells to send, in the plan's order
   * @param earlier batches that are at their providers already
   */
  constructor(places: Iterable<number>, earlier: readonly SentBatch[], context: BatchesContext) {
    const { plan, clock, settled } = context;
    this.#context = context;
    this.#charges = new CallCharges(context.budget, context.onEvent, findBatchPriceShare);
    this.#answers = new BatchAnswers(context, this.#charges);
    this.#sent = [...earlier];
    this.#pending = Array.from(places, (place) => {
      const number = plan.order[place] as number;
      const hasChargeLine = settled.hasChargeLine(number);
      return startCellRun(plan.buildCell(number), place, clock.now(), { hasChargeLine });
    });
  }

  /** Cells of a model that are with a provider, and that wait to be sent. */
  countCells(modelId: string): { readonly inFlight: number; readonly waiting: number } {
    const count = (runs: readonly CellRun[]): number =>
      runs.filter(({ cell }) => cell.model.id === modelId).length;
    const sent = this.#sent.flatMap(({ cells }) => Array.from(cells.values(), ({ run }) => run));
    return { inFlight: count([...sent, ...this.#unknown]), waiting: count(this.#pending) };
  }

  /** Sends and waits until all cells are recorded, no more can be, or the signal aborts. */
  async finish(): Promise<void> {
    const { signal, clock, pollMs } = this.#context;
    for (;;) {
      if (!signal.aborted) await this.#sendAll();
      if (signal.aborted || (this.#isNothingOut() && !this.#canSendMore())) break;
      await clock.sleep(pollMs, signal);
      for (const batch of this.#sent) {
        if (!signal.aborted && !this.#unreachable.has(batch)) await this.#look(batch);
      }
    }
    await this.#giveUp();
  }

  /** Records the cells that failed and wait to be sent again; those never sent stay pending. */
  async #giveUp(): Promise<void> {
    const failed = this.#pending.filter(({ last }) => last !== undefined);
    this.#pending = this.#pending.filter(({ last }) => last === undefined);
    for (const run of failed) await this.#answers.giveUp(run);
  }

  /** Whether no batch can be waited for. */
  #isNothingOut(): boolean {
    return this.#sent.length === this.#unreachable.size;
  }

  /** Whether the next turn can send what this one could not. */
  #canSendMore(): boolean {
    const { laneOf } = this.#context;
    const isStopped = (id: string): boolean => laneOf.get(id)?.stoppedBecause !== undefined;
    return this.#hasPutBack && this.#pending.some(({ cell }) => !isStopped(cell.model.id));
  }

  /** Sends what may be sent, in the plan's order, as far as the budget goes. */
  async #sendAll(): Promise<void> {
    this.#hasPutBack = false;
    const drafts = new Map<BatchLane, BatchDraft>();
    const waiting = this.#pending;
    this.#pending = [];
    let refusedUsd: number | undefined;
    for (const run of waiting) {
      const lane = this.#context.laneOf.get(run.cell.model.id) as BatchLane;
      // Cheaper cells must not overtake one that the budget does not allow.
      const isHeld = lane.stoppedBecause !== undefined || lane.isFull || refusedUsd !== undefined;
      const worstUsd = this.#charges.computeWorstUsd(run.cell);
      const reservation = isHeld ? undefined : this.#charges.reserve(worstUsd);
      if (reservation === undefined) {
        if (!isHeld) refusedUsd = worstUsd;
        this.#pending.push(run);
      } else await this.#add(drafts, lane, { run, reservation });
    }
    for (const [lane, draft] of drafts) await this.#send(lane, draft);
    this.#pending.sort((a, b) => a.place - b.place);
    if (refusedUsd !== undefined && this.#isNothingOut() && !this.#hasPutBack)
      this.#charges.reportReached(refusedUsd);
  }

  /** Adds a cell to the draft of its lane, which is sent first if it is full. */
  async #add(drafts: Map<BatchLane, BatchDraft>, lane: BatchLane, sent: SentCell): Promise<void> {
    const draft = drafts.get(lane);
    if (draft !== undefined) {
      if (addToDraft(draft, lane, sent)) return;
      drafts.delete(lane);
      await this.#send(lane, draft);
    }
    drafts.set(lane, startDraft(lane, sent));
  }

  async #send(lane: BatchLane, draft: BatchDraft): Promise<void> {
    const { records, onEvent, signal } = this.#context;
    if (lane.stoppedBecause !== undefined || signal.aborted) {
      this.#putBack(draft.cells.values());
      return;
    }
    const search = buildFindContext(lane, this.#context);
    const sending = await sendBatch(lane, draft, { records, ...search });
    if (sending.kind === 'sent') {
      const { batch } = sending;
      this.#sent.push(batch);
      onEvent({ kind: 'batch_sent', ...describeBatch(batch), cells: batch.ids.size });
    } else if (sending.kind === 'unknown') {
      this.#unknown.push(...Array.from(draft.cells.values(), ({ run }) => run));
      this.#stopUnknown(lane, sending.why);
    } else {
      this.#putBack(draft.cells.values());
      this.#noteRefusal(lane, sending.failure);
    }
  }

  #noteRefusal(lane: BatchLane, failure: CallFailure): void {
    const stopBecause = judgeRefusal(lane, failure);
    if (stopBecause !== undefined) {
      this.#stop(lane, stopBecause);
      return;
    }
    lane.isFull = this.#isBusy(lane);
    const { onEvent, pollMs } = this.#context;
    const models = lane.models.map(({ id }) => id);
    onEvent({ kind: 'paused', models, pauseMs: pollMs, reason: describeFailure(failure) });
  }

  /** Of two batches of one size without an id, one could be taken for the other. */
  #stopUnknown(lane: BatchLane, why: string): void {
    this.#stop(lane, `It is not known whether a batch arrived. Run again later. ${why}`);
    if (lane.api.findsByToken) return;
    const [{ baseUrl, id }] = lane.models;
    const reason = `It is not known whether a batch of ${id} arrived. Run again later.`;
    for (const one of this.#context.laneOf.values()) {
      if (!one.api.findsByToken && one.models[0].baseUrl === baseUrl) this.#stop(one, reason);
    }
  }

  #isBusy(lane: BatchLane): boolean {
    return this.#sent.some((batch) => batch.lane === lane);
  }

  #stop(lane: BatchLane, reason: string): void {
    if (lane.stoppedBecause !== undefined) return;
    lane.stoppedBecause = reason;
    this.#context.onEvent({ kind: 'stopped', models: lane.models.map(({ id }) => id), reason });
  }

  /** Cells that cost nothing are to be sent again. */
  #putBack(cells: Iterable<SentCell>): void {
    this.#hasPutBack = true;
    for (const { run, reservation } of cells) {
      this.#context.budget.settle(reservation, 0);
      this.#pending.push(run);
    }
  }

  /** Asks how a batch is getting on, and records its results if it has ended. */
  async #look(batch: SentBatch): Promise<void> {
    const { clock, secrets, concurrency, signal } = this.#context;
    try {
      const state = await batch.lane.api.read(batch.batchId);
      if (state.kind === 'running') this.#noteRunning(batch, state);
      else if (state.kind === 'refused') await this.#noteNotTaken(batch, state);
      else {
        for await (const answers of collectBatch(batch, state, { secrets, clock })) {
          if (answers.length > 0) batch.failures = 0;
          // All first, so that a judge has what they free of the budget.
          const settled = answers.map(
            ([sent, answer]) => [sent, this.#answers.settle(sent, answer)] as const,
          );
          const left: CollectedAnswer[] = [];
          await runWorkers(settled, concurrency, async (answer) => {
            if (signal.aborted) left.push(answer);
            else await this.#note(batch, ...answer);
          });
          if (left.length === 0) continue;
          // The provider keeps them for the next run.
          for (const [sent] of left) batch.cells.set(sent.run.cell.cellKey, sent);
          return;
        }
        await this.#end(batch);
        batch.lane.failures = 0;
      }
    } catch (error) {
      if (error instanceof ForeignBatchError) await this.#findAgain(batch);
      else await this.#noteTrouble(batch, toFailure(error));
    }
  }

  #noteRunning(batch: SentBatch, { done, total }: Extract<BatchState, { kind: 'running' }>): void {
    batch.failures = 0;
    const shown = `${done} of ${total}`;
    if (shown === batch.shown) return;
    batch.shown = shown;
    this.#context.onEvent({ kind: 'batch_running', ...describeBatch(batch), done, total });
  }

  /** Less is sent at once to a provider that takes no more, when another batch has ended. */
  async #noteNotTaken(
    batch: SentBatch,
    state: Extract<BatchState, { kind: 'refused' }>,
  ): Promise<void> {
    const { lane, ids, cells } = batch;
    await this.#end(batch);
    this.#putBack(cells.values());
    lane.isFull = this.#isBusy(lane);
    const stopBecause = judgeNotTaken(lane, ids.size, state);
    if (stopBecause !== undefined) this.#stop(lane, stopBecause);
  }

  /** Notes a settled attempt; its cell is recorded, or sent again. */
  async #note(batch: SentBatch, sent: SentCell, answer: ReadBatchAnswer): Promise<void> {
    if (await this.#answers.note(batch, sent, answer)) this.#pending.push(sent.run);
  }

  /** All of a batch is in the ledger, or to be sent again. */
  async #end(batch: SentBatch, how: { readonly isAbsent?: true } = {}): Promise<void> {
    const { ledger, records, onEvent } = this.#context;
    await ledger.flush();
    await records.append({ kind: 'ended', token: batch.token, ...how });
    this.#sent = this.#sent.filter((other) => other !== batch);
    batch.lane.isFull = false;
    onEvent({ kind: 'batch_ended', ...describeBatch(batch), cells: batch.ids.size });
  }

  /** Looks for a batch again that another one was taken for. */
  async #findAgain(batch: SentBatch): Promise<void> {
    const { records, onEvent } = this.#context;
    const error = 'it has answers to other requests, so it is not the one that was sent';
    onEvent({ kind: 'batch_trouble', ...describeBatch(batch), error });
    const found = await findAgain(batch, records, buildFindContext(batch.lane, this.#context));
    if (found.kind === 'found') {
      this.#sent = this.#sent.map((other) => (other === batch ? found.batch : other));
    } else if (found.kind === 'absent') {
      await this.#end(batch, { isAbsent: true });
      this.#putBack(batch.cells.values());
    } else if (found.failure !== undefined) await this.#noteTrouble(batch, found.failure);
  }

  /** A batch that cannot be asked for stays open, unless it is lost. */
  async #noteTrouble(batch: SentBatch, failure: CallFailure): Promise<void> {
    const error = describeFailure(failure);
    this.#context.onEvent({ kind: 'batch_trouble', ...describeBatch(batch), error });
    const judgment = judgeTrouble(batch, failure, this.#context.clock.date());
    if (judgment.kind === 'lost') {
      const message = 'the provider does not know the batch any more';
      const lost = buildCallFailure('bad_request', { message, mayBeCharged: true });
      for (const sent of batch.cells.values()) {
        const answer = { result: { kind: 'failed', failure: lost } } as const;
        await this.#note(batch, sent, this.#answers.settle(sent, answer));
      }
      batch.cells.clear();
      await this.#end(batch);
    } else if (judgment.kind === 'unreachable') {
      this.#unreachable.add(batch);
      this.#stop(batch.lane, judgment.why);
    }
  }
}
