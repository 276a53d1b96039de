import { findChargeUsd, raiseWorstUsd } from '../sweep/call-charges.js';
import type { Judgment } from '../sweep/judge-attempt.js';
import type { Cell } from '../sweep/plan-sweep.js';
import type { SweepEvent } from '../sweep/sweep-event.js';
import type { Random } from '../../util/random.js';
import type { Query } from './database.js';
import {
  listDeliveryColumns,
  nameDelivery,
  type EndedCall,
  type ExchangeReply,
  type ExchangeRequest,
  type HeldKey,
  type LineJudge,
  type WantedCall,
} from './exchange-types.js';
import {
  findLateExcessUsd,
  finishCells,
  insertLate,
  listEntries,
  type Finished,
} from './finish-cells.js';
import {
  findSurcharge,
  LaneControl,
  noteSurcharge,
  type LaneControlState,
} from './lane-control.js';
import type { QueueJobs } from './queue-jobs.js';
import { insertEntries, lockLane, type RunHandle, type RunState } from './queue-run.js';
import { noCharges, reserveCalls, settleCharges, type Charges } from './shared-budget.js';

export interface ExchangeContext extends RunHandle {
  readonly jobs: QueueJobs;
  readonly workerId: string;
  readonly random: Random;
}

/**
 * Reports to a lane what has happened and asks for what may be sent next, in one transaction: ended
 * calls change the lane's limit, breaker and pauses and settle their reservations; finished cells are
 * recorded; wanted calls are granted by the lane and the budget. Repeating it after a lost answer
 * changes nothing twice: each part applies only to cells in the state that it expects.
 */
export function exchangeWithLane(
  context: ExchangeContext,
  lane: number,
  request: ExchangeRequest,
): Promise<ExchangeReply> {
  return context.database.transaction((query) => new Exchange(context, lane, query).run(request));
}

/** The steps of one exchange, while the lane is locked. */
class Exchange {
  readonly #context: ExchangeContext;
  readonly #lane: number;
  readonly #query: Query;
  readonly #table: string;
  readonly #lost = new Set<string>();
  readonly #events: SweepEvent[] = [];
  readonly #charges: { -readonly [Name in keyof Charges]: Charges[Name] } = { ...noCharges };
  readonly #releasedUsd: number[] = [];

  constructor(context: ExchangeContext, lane: number, query: Query) {
    this.#context = context;
    this.#lane = lane;
    this.#query = query;
    this.#table = `${context.database.address.schema}.cell`;
  }

  async run(request: ExchangeRequest): Promise<ExchangeReply> {
    const { runId, plan, database } = this.#context;
    const { control: state, nowMs } = await lockLane(this.#query, this.#context, this.#lane);
    const control = new LaneControl(state, plan.laneMaximum, nowMs);
    const judgments = await this.#endCalls(request.ended, control, state);
    const finished = await this.#finish(request, state);
    // The run's row is locked from here on.
    const charges = { ...this.#charges, releasedUsd: this.#releasedUsd };
    const runState = await settleCharges(this.#query, this.#context, charges);
    await insertEntries(this.#query, this.#context, listEntries(finished));
    const sent = await this.#sendCalls(request.wanted, control, state, runState);
    const done = finished.cells.filter(({ outcome }) => outcome !== 'handed_back').length;
    await this.#query(
      `update ${database.address.schema}.lane set control = $3, done = done + $4, is_stopped = $5
       where run_id = $1 and number = $2`,
      [runId, this.#lane, JSON.stringify(state), done, state.stoppedBecause !== null],
    );
    return { judgments, lost: this.#lost, control: state, events: this.#events, ...sent };
  }

  /** Counts the calls that have ended, each once. */
  async #endCalls(
    ended: readonly EndedCall[],
    control: LaneControl,
    state: LaneControlState,
  ): Promise<Map<number, Judgment>> {
    const judgments = new Map<number, Judgment>();
    if (ended.length === 0) return judgments;
    const rows = await this.#query<{ number: number; reservedUsd: number }>(
      `update ${this.#table} c set is_open = false, is_waiting = e.failed, begun = e.begun
       from unnest($3::int[], $4::int[], $5::int[], $6::bool[], $7::text[])
         as e (number, fence, attempt, failed, begun)
       where run_id = $1 and worker_id = $2 and c.number = e.number and c.fence = e.fence
         and c.attempt = e.attempt and state = 'held' and is_open
       returning c.number, c.reserved_usd as "reservedUsd"`,
      [
        ...this.#who,
        ...listDeliveryColumns(ended),
        ended.map(({ attempt }) => attempt),
        ended.map(({ result }) => result.kind === 'failed'),
        ended.map(({ begun }) => begun),
      ],
    );
    const reservedOf = new Map(rows.map(({ number, reservedUsd }) => [number, reservedUsd]));
    const { plan, random } = this.#context;
    for (const call of ended) {
      const { number, attempt, timedOutAttempts, elapsedMs, result, cell } = call;
      const reservedUsd = reservedOf.get(number);
      // Counted before, in an exchange whose answer was lost, or no longer this worker's.
      if (reservedUsd === undefined) continue;
      const details = { attempt, timedOutAttempts, elapsedMs, limits: plan.retryLimits, random };
      judgments.set(number, control.noteEnd(result, details));
      this.#releasedUsd.push(reservedUsd);
      const chargedUsd = findChargeUsd(cell, result);
      if (chargedUsd === null) this.#charges.possibleUsd += reservedUsd;
      else {
        this.#charges.spentUsd += chargedUsd;
        this.#noteSurcharge(state, cell, chargedUsd);
      }
    }
    return judgments;
  }

  #noteSurcharge(state: LaneControlState, cell: Cell, chargedUsd: number): void {
    const event = noteSurcharge(state, cell, chargedUsd);
    if (event !== undefined) this.#events.push(event);
  }

  /** Finishes cells, and counts what their judges cost, also for lines that come too late. */
  async #finish(
    { ended, finished, further }: ExchangeRequest,
    state: LaneControlState,
  ): Promise<Finished> {
    const { workerId } = this.#context;
    const scope = { run: this.#context, workerId, lane: this.#lane, query: this.#query };
    const now = await finishCells(scope, finished, further);
    const isLate = (one: HeldKey): boolean => now.lost.has(nameDelivery(one));
    const late = await insertLate(
      this.#query,
      this.#context,
      finished.filter((one) => isLate(one) && one.outcome === 'settled'),
    );
    const lateGrades = await insertLate(this.#query, this.#context, further.filter(isLate));
    const reported = [...now.cells, ...now.grades, ...now.paid, ...late, ...lateGrades];
    for (const { record } of reported) this.#noteJudge(record?.judge);
    const callOf = (name: string): EndedCall | undefined =>
      ended.find((one) => nameDelivery(one) === name);
    for (const { chargedUsd, ...key } of now.cells) {
      const name = nameDelivery(key);
      const worstUsd = now.cutOff.get(name);
      // The charge of a call that had ended before is counted.
      if (typeof worstUsd !== 'number' || chargedUsd === null) continue;
      this.#charges.spentUsd += chargedUsd;
      this.#charges.possibleUsd -= worstUsd;
      // The end of a refused call came in an earlier exchange; it costs nothing.
      const call = callOf(name);
      if (call !== undefined) this.#noteSurcharge(state, call.cell, chargedUsd);
    }
    this.#charges.lateAnswers += late.length;
    this.#charges.spentUsd += await findLateExcessUsd(this.#query, this.#context, late);
    for (const { chargedUsd, ...key } of late) {
      const call = callOf(nameDelivery(key));
      if (call !== undefined && chargedUsd !== null) {
        this.#noteSurcharge(state, call.cell, chargedUsd);
      }
    }
    for (const name of now.lost) this.#lost.add(name);
    return now;
  }

  #noteJudge(judge: LineJudge | undefined): void {
    if (judge === undefined) return;
    this.#charges.judgeCalls += judge.calls;
    this.#charges.judgeUsd += judge.costUsd;
    this.#charges.judgeGuessed += judge.guessed;
    this.#charges.judgeUnpriced += judge.unpriced;
    this.#charges.possibleUsd += judge.possibleUsd ?? 0;
  }

  /**
   * Grants calls as far as the lane and the budget allow. A call that was priced before a charge exceeded
   * its worst case is left out, with those after it; the worker asks again with the new price.
   */
  async #sendCalls(
    wanted: readonly WantedCall[],
    control: LaneControl,
    state: LaneControlState,
    runState: RunState,
  ): Promise<Pick<ExchangeReply, 'granted' | 'hold' | 'runState' | 'inFlight'>> {
    const { open, waiting, mine } = await this.#countHeld(wanted);
    for (const one of wanted) if (!mine.has(nameDelivery(one))) this.#lost.add(nameDelivery(one));
    // Granted in an exchange whose answer was lost.
    const again = wanted.filter((one) => mine.get(nameDelivery(one)) === one.attempt);
    const granted = new Set(again.map(nameDelivery));
    const ready = wanted.filter((one) => mine.get(nameDelivery(one)) === 0);
    const stale = ready.findIndex((one) => isPricedTooLow(one, state));
    const candidates = stale === -1 ? ready : ready.slice(0, stale);
    const none = { granted, runState, inFlight: open };
    if (runState !== 'open') return { ...none, hold: { kind: 'run_ended' } };
    if (candidates.length === 0) return { ...none, hold: { kind: 'none' } };
    const { chosen, hold } = control.chooseCalls(candidates, open, waiting);
    const reserved = await reserveCalls(this.#query, this.#context, chosen.map(readWorst));
    const sent = chosen.slice(0, reserved.count);
    await this.#markSent(sent);
    for (const one of sent) granted.add(nameDelivery(one));
    const inFlight = open + sent.length;
    if (sent.length > 0) control.noteSent(sent.length, inFlight);
    const isShort = reserved.count < chosen.length;
    const { runState: after } = reserved;
    return { granted, inFlight, runState: after, hold: isShort ? { kind: 'budget' } : hold };
  }

  /** Counts the lane's calls, and finds which wanted cells this worker still holds. */
  async #countHeld(wanted: readonly WantedCall[]): Promise<{
    readonly open: number;
    readonly waiting: number;
    /** By delivery: the attempt that is in flight; 0 if none is. */
    readonly mine: ReadonlyMap<string, number>;
  }> {
    const { runId, workerId } = this.#context;
    const [counts] = await this.#query<{ open: number; waiting: number; mine: unknown }>(
      `select count(*) filter (where is_open)::int as open,
         count(*) filter (where is_waiting)::int as waiting,
         coalesce(json_agg(json_build_array(c.number, c.fence, case when is_open then attempt else 0 end))
           filter (where e.number is not null and worker_id = $2), '[]') as mine
       from ${this.#table} c left join unnest($3::int[], $4::int[]) as e (number, fence)
         on c.number = e.number and c.fence = e.fence
       where run_id = $1 and lane = $5 and state = 'held'`,
      [runId, workerId, ...listDeliveryColumns(wanted), this.#lane],
    );
    const { open = 0, waiting = 0, mine = [] } = counts ?? {};
    const attempts = (mine as [number, number, number][]).map(
      ([number, fence, attempt]) => [nameDelivery({ number, fence }), attempt] as const,
    );
    return { open, waiting, mine: new Map(attempts) };
  }

  async #markSent(sent: readonly WantedCall[]): Promise<void> {
    if (sent.length === 0) return;
    await this.#query(
      `update ${this.#table} c set is_open = true, is_waiting = false, attempt = e.attempt,
         begun = e.begun, reserved_usd = e.reserved_usd
       from unnest($3::int[], $4::int[], $5::int[], $6::text[], $7::float8[])
         as e (number, fence, attempt, begun, reserved_usd)
       where run_id = $1 and worker_id = $2 and c.number = e.number and c.fence = e.fence`,
      [
        ...this.#who,
        ...listDeliveryColumns(sent),
        sent.map(({ attempt }) => attempt),
        sent.map(({ begun }) => begun),
        sent.map(readWorst),
      ],
    );
  }

  get #who(): [string, string] {
    return [this.#context.runId, this.#context.workerId];
  }
}

function isPricedTooLow(
  { worstUsd, listedUsd, model }: WantedCall,
  state: LaneControlState,
): boolean {
  return worstUsd < raiseWorstUsd(listedUsd, findSurcharge(state, model));
}

/** An unlimited call must not make the sums infinite; without a budget its worst case may be that. */
function readWorst({ worstUsd }: WantedCall): number {
  return Number.isFinite(worstUsd) ? worstUsd : 0;
}
