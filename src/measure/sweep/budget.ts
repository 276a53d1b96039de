/** Money reserved for one attempt. */
export interface Reservation {
  readonly amountUsd: number;
}

/** The budget of a run in USD, and how much of it is used. */
export interface Budget {
  /** Infinite without a budget. */
  readonly limitUsd: number;
  /** The known cost of calls, earlier sweeps into the same run included. */
  readonly spentUsd: number;
  /** The most that calls without a known charge can have cost. */
  readonly possibleUsd: number;
  /** Reserved for the calls in flight. */
  readonly reservedUsd: number;
  /** Reserves money; undefined where that could exceed the limit. */
  reserve(amountUsd: number): Reservation | undefined;
  /** Replaces a reservation by a known charge, which may be 0. */
  settle(reservation: Reservation, costUsd: number): void;
  /** Counts the whole reservation, after an attempt with an unknown charge. */
  keep(reservation: Reservation): void;
}

/**
 * Creates a budget. Each call's worst case is reserved before it is sent, so that the limit holds for
 * any number of calls in flight.
 *
 * @param before what earlier sweeps into the same run have used
 */
export function createBudget(
  limitUsd: number,
  before: { readonly spentUsd: number; readonly possibleUsd: number },
): Budget {
  let { spentUsd, possibleUsd } = before;
  let reservedUsd = 0;
  let reservedCount = 0;

  function giveBack({ amountUsd }: Reservation): void {
    reservedCount -= 1;
    // Rounding errors must not remain.
    reservedUsd = reservedCount === 0 ? 0 : reservedUsd - amountUsd;
  }

  return {
    limitUsd,
    get spentUsd() {
      return spentUsd;
    },
    get possibleUsd() {
      return possibleUsd;
    },
    get reservedUsd() {
      return reservedUsd;
    },
    reserve(amountUsd) {
      const fits = spentUsd + possibleUsd + reservedUsd + amountUsd <= limitUsd;
      if (!fits && limitUsd !== Infinity) return undefined;
      // An unlimited call must not make the sums infinite.
      const reservation = { amountUsd: Number.isFinite(amountUsd) ? amountUsd : 0 };
      reservedUsd += reservation.amountUsd;
      reservedCount += 1;
      return reservation;
    },
    settle(reservation, costUsd) {
      giveBack(reservation);
      spentUsd += costUsd;
    },
    keep(reservation) {
      giveBack(reservation);
      possibleUsd += reservation.amountUsd;
    },
  };
}
