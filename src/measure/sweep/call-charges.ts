import type { CallResult } from './calls/call-result.js';
import type { Budget, Reservation } from './budget.js';
import { computeCallCharge } from './call-charge.js';
import type { CellRun } from './cell-run.js';
import type { Cell } from './plan-sweep.js';
import type { SweepEvent } from './sweep-event.js';
import { computeWorstCaseCostUsd } from './worst-case-cost.js';

/** Reserves the worst-case cost of each call in the budget, and replaces it with the charge. */
export class CallCharges {
  readonly #budget: Budget;
  readonly #onEvent: (event: SweepEvent) => void;
  /** By model id: the largest ratio of a charge to its worst case, if above 1. */
  readonly #surcharges = new Map<string, number>();

  readonly #priceShare: number;

  /** @param priceShare of the price of a call that is charged. @default 1 */
  constructor(budget: Budget, onEvent: (event: SweepEvent) => void, priceShare = 1) {
    this.#budget = budget;
    this.#onEvent = onEvent;
    this.#priceShare = priceShare;
  }

  /** Upper bound of the cost of a cell's next call, in USD; infinite if nothing limits it. */
  computeWorstUsd({ model, example }: Cell): number {
    const surcharge = this.#surcharges.get(model.id) ?? 1;
    return computeWorstCaseCostUsd(model, example.prompt) * this.#priceShare * surcharge;
  }

  /** @returns undefined if the call could exceed the budget */
  reserve(worstUsd: number): Reservation | undefined {
    return this.#budget.reserve(worstUsd);
  }

  /** Reports that the next call could exceed the budget. */
  reportReached(nextUsd: number): void {
    const { limitUsd, spentUsd, possibleUsd } = this.#budget;
    this.#onEvent({ kind: 'budget_reached', limitUsd, spentUsd, possibleUsd, nextUsd });
  }

  /** Settles a call that has ended; an unknown charge counts as its whole reservation. */
  settle(run: CellRun, result: CallResult, reservation: Reservation): void {
    const chargedUsd = findChargeUsd(run.cell, result, this.#priceShare);
    if (chargedUsd === null) {
      this.#budget.keep(reservation);
      run.possibleCostUsd += reservation.amountUsd;
      return;
    }
    this.#budget.settle(reservation, chargedUsd);
    this.#noteSurcharge(run.cell, chargedUsd);
  }

  /** A call that cost more than its worst case raises the worst case of the model's next calls. */
  #noteSurcharge({ model, example }: Cell, chargedUsd: number): void {
    const worstCaseUsd = computeWorstCaseCostUsd(model, example.prompt) * this.#priceShare;
    if (worstCaseUsd === 0) return;
    const factor = chargedUsd / worstCaseUsd;
    // Above 1 by more than rounding.
    if (!(factor > (this.#surcharges.get(model.id) ?? 1.000001))) return;
    this.#surcharges.set(model.id, factor);
    const call = { model: model.id, taskId: example.id };
    this.#onEvent({ kind: 'overcharged', ...call, chargedUsd, worstCaseUsd });
  }
}

/** The charge of a call in USD; null if unknown. */
function findChargeUsd({ model }: Cell, result: CallResult, priceShare: number): number | null {
  if (result.kind === 'completed') {
    return computeCallCharge(result.tokens, model.price, priceShare).paidUsd;
  }
  return result.failure.mayBeCharged ? null : 0;
}
