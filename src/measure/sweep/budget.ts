/** Money that has been put aside for one attempt. */
export interface Reservation {
  readonly amountUsd: number;
}

/** What a run may cost, and what of it is taken. */
export interface Budget {
  /** Infinite where none was given. */
  readonly limitUsd: number;
  /** What calls are known to have cost, earlier sweeps into the same run included. */
  readonly spentUsd: number;
  /** What calls without a known charge can have cost at most. */
  readonly possibleUsd: number;
  /** Put aside for the calls under way. */
  readonly reservedUsd: number;
  /** Puts money aside; undefined where that could exceed the limit. */
  reserve(amountUsd: number): Reservation | undefined;
  /** An attempt has ended that cost nothing, or as much as is known. */
  settle(reservation: Reservation, costUsd: number): void;
  /** An attempt has ended that may have been charged, nobody knows how much: all counts as taken. */
  keep(reservation: Reservation): void;
}

/**
 * Creates a budget. Every call's worst case is put aside before it is sent, so that the limit holds
 * however many are under way.
 *
 * @param before what earlier sweeps into the same run have taken
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
    // Differences of fractions do not add up to nothing by themselves.
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
      // Without a limit a call may be without one, too; it must not make all sums infinite.
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
