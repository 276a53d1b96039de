import type { CallResult } from './calls/call-result.js';
import { mayFitLater, type Budget, type Reservation } from './budget.js';
import { computeCallCharge } from './call-charge.js';
import type { PoolModel } from '../models/model.js';
import { noteUnknownCharge, type CellRun } from './cell-run.js';
import type { Cell } from './plan-sweep.js';
import type { BudgetReached, SweepEvent } from './sweep-event.js';
import { computeWorstCaseCostUsd } from './worst-case-cost.js';

/** Reserves the worst-case cost of each call in the budget, and replaces it with the charge. */
export class CallCharges {
  readonly #budget: Budget;
  readonly #onEvent: (event: SweepEvent) => void;
  /** By model id, where a charge has exceeded its worst case. */
  readonly #surcharges = new Map<string, Surcharge>();
  readonly #findPriceShare: (model: PoolModel) => number;

  /** @param findPriceShare what is charged, as a share of the price of a call. @default 1 */
  constructor(
    budget: Budget,
    onEvent: (event: SweepEvent) => void,
    findPriceShare: (model: PoolModel) => number = () => 1,
  ) {
    this.#budget = budget;
    this.#onEvent = onEvent;
    this.#findPriceShare = findPriceShare;
  }

  /** Upper bound of the cost of a cell's next call, in USD; infinite if nothing limits it. */
  computeWorstUsd(cell: Cell): number {
    return raiseWorstUsd(this.#computeListedUsd(cell), this.#surcharges.get(cell.model.id));
  }

  #computeListedUsd({ model, example }: Cell): number {
    return computeWorstCaseCostUsd(model, example.prompt) * this.#findPriceShare(model);
  }

  /** @returns undefined if the call could exceed the budget */
  reserve(worstUsd: number): Reservation | undefined {
    return this.#budget.reserve(worstUsd);
  }

  /**
   * Reports that the next call could exceed the budget. It is not reached if the call could fit when
   * batches are collected that cannot be now.
   */
  reportReached(nextUsd: number): void {
    const { limitUsd, lastingUsd } = this.#budget;
    if (mayFitLater(this.#budget, nextUsd)) {
      this.#onEvent({ kind: 'budget_held', limitUsd, lastingUsd, nextUsd });
    } else this.#onEvent(describeReached(this.#budget, nextUsd));
  }

  /** Settles a call that has ended; an unknown charge counts as its whole reservation. */
  settle(run: CellRun, result: CallResult, reservation: Reservation): void {
    const chargedUsd = findChargeUsd(run.cell, result, this.#findPriceShare(run.cell.model));
    if (chargedUsd === null) {
      this.#budget.keep(reservation);
      const { isUnbounded, amountUsd } = reservation;
      noteUnknownCharge(run, isUnbounded === true ? Infinity : amountUsd);
      return;
    }
    this.#budget.settle(reservation, chargedUsd);
    this.#noteSurcharge(run.cell, chargedUsd);
  }

  /** A call that cost more than its worst case raises the worst case of the model's next calls. */
  #noteSurcharge(cell: Cell, chargedUsd: number): void {
    const { model, example } = cell;
    const worstUsd = this.#computeListedUsd(cell);
    const surcharge = computeSurcharge(worstUsd, chargedUsd, this.#surcharges.get(model.id));
    if (surcharge === undefined) return;
    this.#surcharges.set(model.id, surcharge);
    const call = { model: model.id, taskId: example.id };
    this.#onEvent({ kind: 'overcharged', ...call, chargedUsd, worstCaseUsd: worstUsd });
  }
}

/** Says that the next call could exceed the budget. */
export function describeReached(budget: Budget, nextUsd: number): BudgetReached {
  const { limitUsd, spentUsd, possibleUsd, judgeUsd, reservedUsd, lastingUsd } = budget;
  const used = { limitUsd, spentUsd, possibleUsd, judgeUsd, reservedUsd, lastingUsd };
  return { kind: 'budget_reached', ...used, nextUsd };
}

/** By how much a model's charges exceed what its prices and limits allow. */
export interface Surcharge {
  /** The largest ratio of a charge to its worst case; at least 1. */
  readonly factor: number;
  /** The largest charge of a call that should have cost nothing, in USD: no factor raises 0. */
  readonly minUsd: number;
}

const noSurcharge: Surcharge = { factor: 1, minUsd: 0 };

/** The worst case of a model's next call, after charges that exceeded theirs. */
export function raiseWorstUsd(worstUsd: number, surcharge = noSurcharge): number {
  return Math.max(worstUsd * surcharge.factor, surcharge.minUsd);
}

/**
 * By how much a charge exceeds the worst case of its call.
 *
 * @param known of the model so far
 * @returns undefined if it is not more than that
 */
export function computeSurcharge(
  worstUsd: number,
  chargedUsd: number,
  known = noSurcharge,
): Surcharge | undefined {
  if (worstUsd === 0) {
    return chargedUsd > known.minUsd ? { ...known, minUsd: chargedUsd } : undefined;
  }
  const factor = chargedUsd / worstUsd;
  // Above 1 by more than rounding.
  return factor > Math.max(known.factor, 1.000001) ? { ...known, factor } : undefined;
}

/**
 * The charge of a call in USD; null if unknown.
 *
 * @param priceShare of the price that is charged. @default 1
 */
export function findChargeUsd({ model }: Cell, result: CallResult, priceShare = 1): number | null {
  if (result.kind === 'completed') {
    return computeCallCharge(result.tokens, model.price, priceShare).paidUsd;
  }
  return result.failure.mayBeCharged ? null : 0;
}
