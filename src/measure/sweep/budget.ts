/** The amount reserved for one attempt. */
export interface Reservation {
  readonly amountUsd: number;
}

/** The budget of a run in USD, and how much of it is used. */
export interface Budget {
  /** Infinite without a budget. */
  readonly limitUsd: number;
  /** The known cost of calls, including earlier sweeps into the same run. */
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge. */
  readonly possibleUsd: number;
  /** Reserved for the calls in flight. */
  readonly reservedUsd: number;
  /** Reserves an amount; undefined if that would exceed the limit. */
  reserve(amountUsd: number): Reservation | undefined;
  /** Reserves for what an earlier process sent, which may exceed the limit. */
  adopt(amountUsd: number): Reservation;
  /** Replaces a reservation with a known charge, which may be 0. */
  settle(reservation: Reservation, costUsd: number): void;
  /** Counts the whole reservation as spent, after an attempt with an unknown charge. */
  keep(reservation: Reservation): void;
}

/** What is left for further calls, in USD; undefined without a limit. */
export function computeLeftUsd({
  limitUsd,
  spentUsd,
  possibleUsd,
  reservedUsd,
}: Budget): number | undefined {
  if (limitUsd === Infinity) return undefined;
  return Math.max(0, limitUsd - spentUsd - possibleUsd - reservedUsd);
}

/**
 * Creates a budget. Each call's worst case is reserved before it is sent, so that the limit is never
 * exceeded, with any number of calls in flight.
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

  function release({ amountUsd }: Reservation): void {
    reservedCount -= 1;
    // Do not accumulate rounding errors.
    reservedUsd = reservedCount === 0 ? 0 : reservedUsd - amountUsd;
  }

  function take(amountUsd: number): Reservation {
    // An unlimited call must not make the sums infinite.
    const reservation = { amountUsd: Number.isFinite(amountUsd) ? amountUsd : 0 };
    reservedUsd += reservation.amountUsd;
    reservedCount += 1;
    return reservation;
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
      return fits || limitUsd === Infinity ? take(amountUsd) : undefined;
    },
    adopt: take,
    settle(reservation, costUsd) {
      release(reservation);
      spentUsd += costUsd;
    },
    keep(reservation) {
      release(reservation);
      possibleUsd += reservation.amountUsd;
    },
  };
}
