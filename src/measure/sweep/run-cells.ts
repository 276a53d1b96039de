import { setMaxListeners } from 'node:events';
import type { CallFailure, CallResult, ProviderClient } from './calls/call-result.js';
import type { Clock } from './calls/clock.js';
import type { RetryLimits } from './calls/retry.js';
import type { Random } from '../../util/random.js';
import type { Redactor } from '../../util/redact-secrets.js';
import type { Budget, Reservation } from './budget.js';
import {
  buildEntry,
  computeCharge,
  describeBegun,
  describeFailedAttempt,
  describeFailure,
  redactResult,
  type CellRun,
} from './cell-run.js';
import { judgeAttempt, type LanePause } from './judge-attempt.js';
import { findNextPlace, type Lane } from './lane.js';
import type { Cell, SweepPlan } from './plan-sweep.js';
import type { SweepEvent } from './sweep-event.js';
import { recordCell, type CellRecords } from './cell-outcome.js';
import { computeWorstCaseCostUsd } from './worst-case-cost.js';

/** What all cells of a sweep share. */
export interface CellsContext extends CellRecords {
  readonly plan: SweepPlan;
  /** Calls under way at the same time, over all lanes. */
  readonly concurrency: number;
  readonly client: ProviderClient;
  /** Keys by model id; undefined where a model needs none. */
  readonly apiKeys: ReadonlyMap<string, string | undefined>;
  readonly budget: Budget;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly retryLimits: RetryLimits;
  /** Ends the sweep: calls under way are finished, nothing else is sent. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: SweepEvent) => void;
}

/** While so many answers wait for their grades, no more are asked for. */
const maxGrading = 256;

/**
 * Runs the lanes' cells: whenever a call may be sent, the one that comes first in the plan of those
 * that their lanes let pass. Resolves when nothing is under way and nothing more can be sent;
 * rejects where the ledger cannot be written, once nothing is under way.
 */
export function runCells(lanes: readonly Lane[], context: CellsContext): Promise<void> {
  const { plan, clock, budget, journal, onEvent, signal } = context;
  /** Wakes all who wait, once nothing more is to be sent; every waiting cell listens. */
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  /** By how much models have cost more than they can. */
  const surcharges = new Map<string, number>();
  let inFlight = 0;
  let sleeping = 0;
  let grading = 0;
  let failure: { readonly error: unknown } | undefined;

  return new Promise((resolve, reject) => {
    const end = (): void => ending.abort();
    const maySend = (): boolean => inFlight < context.concurrency && grading < maxGrading;
    if (signal.aborted) end();
    const endAndPump = (): void => {
      end();
      pump();
    };
    signal.addEventListener('abort', endAndPump, { once: true });
    pump();

    function fail(error: unknown): void {
      failure ??= { error };
      end();
    }

    /** Sends whatever may be sent now. Called after everything that could change what that is. */
    function pump(): void {
      try {
        while (!ending.signal.aborted && maySend()) {
          const lane = pickLane();
          if (lane === undefined || !sendNext(lane)) break;
        }
        if (ending.signal.aborted) lanes.forEach(giveUpWaiting);
      } catch (error) {
        fail(error);
      }
      if (inFlight > 0 || sleeping > 0 || grading > 0) return;
      // Nobody is left who could call again.
      signal.removeEventListener('abort', endAndPump);
      if (failure === undefined) resolve();
      else reject(failure.error as Error);
    }

    function pickLane(): Lane | undefined {
      let first: Lane | undefined;
      let firstPlace = Infinity;
      for (const lane of lanes) {
        const place = findNextPlace(lane);
        if (place === undefined || place >= firstPlace) continue;
        first = lane;
        firstPlace = place;
      }
      return first;
    }

    /** False where the money that is left could be too little while others are under way. */
    function sendNext(lane: Lane): boolean {
      const run = lane.again.shift() ?? beginRun(lane);
      const { model, example } = run.cell;
      const worstUsd =
        computeWorstCaseCostUsd(model, example.prompt) * (surcharges.get(model.id) ?? 1);
      const reservation = budget.reserve(worstUsd);
      if (reservation !== undefined) {
        void attempt(lane, run, reservation, worstUsd);
        return true;
      }
      // It keeps its turn: a grid in which only cheap models go on would be lopsided.
      lane.again.unshift(run);
      if (inFlight === 0) {
        const { limitUsd, spentUsd, possibleUsd } = budget;
        onEvent({ kind: 'budget_reached', limitUsd, spentUsd, possibleUsd, nextUsd: worstUsd });
        end();
      }
      return false;
    }

    function beginRun(lane: Lane): CellRun {
      const place = lane.pending[lane.next] as number;
      lane.next += 1;
      return {
        cell: plan.buildCell(plan.order[place] as number),
        place,
        firstSentMs: undefined,
        readyMs: clock.now(),
        failedAttempts: [],
        last: undefined,
        possibleCostUsd: 0,
      };
    }

    async function attempt(
      lane: Lane,
      run: CellRun,
      reservation: Reservation,
      worstUsd: number,
    ): Promise<void> {
      const { cell } = run;
      inFlight += 1;
      lane.inFlight += 1;
      lane.limit.noteStart(lane.inFlight);
      try {
        const startedMs = clock.now();
        run.firstSentMs ??= startedMs;
        if (run.last !== undefined) run.failedAttempts.push(describeFailedAttempt(run.last));
        const started = {
          startedAt: clock.date().toISOString(),
          queueMs: startedMs - run.readyMs,
          inFlight: lane.inFlight,
        };
        journal.begin(describeBegun(run, started.startedAt, worstUsd));
        const { model, example } = cell;
        const apiKey = context.apiKeys.get(model.id);
        const received = await context.client.complete({ model, prompt: example.prompt, apiKey });
        const result = redactResult(received, context.redactor);
        run.last = { result, durationMs: clock.now() - startedMs, ...started };
        settle(run, result, reservation);
        inFlight -= 1;
        lane.inFlight -= 1;
        noteEnd(lane, run, result);
      } catch (error) {
        inFlight -= 1;
        lane.inFlight -= 1;
        fail(error);
      }
      pump();
    }

    function settle(run: CellRun, result: CallResult, reservation: Reservation): void {
      const charge =
        result.kind === 'completed'
          ? computeCharge(result, run.cell.model.price).costUsd
          : result.failure.mayBeCharged
            ? null
            : 0;
      if (charge !== null) {
        budget.settle(reservation, charge);
        noteSurcharge(run.cell, charge);
        return;
      }
      budget.keep(reservation);
      run.possibleCostUsd += reservation.amountUsd;
    }

    /** Where a call costs more than it can, the next ones may, too. */
    function noteSurcharge({ model, example }: Cell, chargedUsd: number): void {
      const worstCaseUsd = computeWorstCaseCostUsd(model, example.prompt);
      const factor = chargedUsd / worstCaseUsd;
      if (!(factor > (surcharges.get(model.id) ?? 1.000001)) || worstCaseUsd === 0) return;
      surcharges.set(model.id, factor);
      onEvent({
        kind: 'overcharged',
        model: model.id,
        taskId: example.id,
        chargedUsd,
        worstCaseUsd,
      });
    }

    /** Draws the consequences of an attempt's end, for its cell and for its lane. */
    function noteEnd(lane: Lane, run: CellRun, result: CallResult): void {
      const judgement = judgeAttempt(lane, result, {
        attempt: run.failedAttempts.length + 1,
        elapsedMs: clock.now() - (run.firstSentMs ?? 0),
        limits: context.retryLimits,
        random: context.random,
      });
      const { stopBecause, pause } = judgement;
      const retryInMs = ending.signal.aborted ? null : judgement.retryInMs;
      if (result.kind === 'failed') noteFailure(run, result.failure, retryInMs);
      if (stopBecause !== undefined) stop(lane, stopBecause);
      if (pause !== undefined) pauseLane(lane, pause);
      if (retryInMs === null || lane.stoppedBecause !== undefined) finish(run);
      else if (judgement.waitsForLane) queueAgain(lane, run);
      else backOff(lane, run, retryInMs);
    }

    function noteFailure(
      { cell, failedAttempts }: CellRun,
      failed: CallFailure,
      retryInMs: number | null,
    ): void {
      onEvent({
        kind: 'attempt_failed',
        model: cell.model.id,
        taskId: cell.example.id,
        repeat: cell.repeat,
        attempt: failedAttempts.length + 1,
        status: failed.status,
        error: describeFailure(failed),
        retryInMs,
      });
    }

    function pauseLane(lane: Lane, pause: LanePause): void {
      const { pauseMs, reason } = pause;
      lane.pauses += 1;
      if (lane.pauses === 1) onEvent({ kind: 'paused', models: lane.modelIds, pauseMs, reason });
      after(pauseMs, () => {
        lane.pauses -= 1;
        if (pause.halfOpens) lane.breaker.halfOpen();
        if (lane.pauses === 0) onEvent({ kind: 'resumed', models: lane.modelIds });
      });
    }

    function backOff(lane: Lane, run: CellRun, delayMs: number): void {
      lane.backingOff += 1;
      after(delayMs, () => {
        lane.backingOff -= 1;
        queueAgain(lane, run);
        if (lane.stoppedBecause !== undefined) giveUpWaiting(lane);
      });
    }

    /** In one step with what follows: nobody may find that all have woken and nothing is to be done. */
    function after(delayMs: number, then: () => void): void {
      sleeping += 1;
      void clock.sleep(delayMs, ending.signal).then(() => {
        sleeping -= 1;
        then();
        return pump();
      });
    }

    function queueAgain(lane: Lane, run: CellRun): void {
      run.readyMs = clock.now();
      lane.again.push(run);
    }

    function stop(lane: Lane, reason: string): void {
      if (lane.stoppedBecause !== undefined) return;
      lane.stoppedBecause = reason;
      onEvent({ kind: 'stopped', models: lane.modelIds, reason });
      giveUpWaiting(lane);
    }

    /** Ends the cells that wait for another attempt; one that was never sent has none to record. */
    function giveUpWaiting(lane: Lane): void {
      for (const run of lane.again.splice(0)) {
        if (run.last === undefined) lane.next -= 1;
        else finish(run);
      }
    }

    function finish(run: CellRun): void {
      if (run.last === undefined) return;
      grading += 1;
      const recorded = recordCell(run.cell, buildEntry(run, run.last), context);
      void recorded.catch(fail).then(() => {
        grading -= 1;
        return pump();
      });
    }
  });
}
