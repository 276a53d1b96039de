/** The amount reserved for one attempt. */
export interface Reservation {
  readonly amountUsd: number;
  /** Present if nothing limits what the attempt may cost: then the amount is 0. */
  readonly isUnbounded?: true;
  /** Present if it may last for hours: nobody waits until it ends. */
  readonly isLasting?: true;
}

/** The budget of a run in USD, and how much of it is used. */
export interface Budget {
  /** Infinite without a budget. */
  readonly limitUsd: number;
  /** The known cost of calls, including earlier sweeps into the same run. */
  readonly spentUsd: number;
  /** Upper bound of the cost of calls without a known charge. */
  readonly possibleUsd: number;
  /** Calls without a known charge whose cost nothing limits: they are missing from `possibleUsd`. */
  readonly unboundedCalls: number;
  /** The known cost of the judge's calls, including earlier sweeps into the same run. */
  readonly judgeUsd: number;
  /** Reserved for the calls in flight. */
  readonly reservedUsd: number;
  /** Of that, for what may last for hours. */
  readonly lastingUsd: number;
  /** Reserves an amount; undefined if that would exceed the limit. */
  reserve(amountUsd: number): Reservation | undefined;
  /**
   * Reserves before any call that is not in flight yet. Waits where it could fit when calls in flight
   * have ended; undefined if it does not fit when none is left but lasting ones.
   */
  reserveNext(amountUsd: number): Promise<Reservation | undefined>;
  /** Reserves for what an earlier process sent, which may exceed the limit. */
  adopt(amountUsd: number): Reservation;
  /** Replaces a reservation with a known charge, which may be 0. */
  settle(reservation: Reservation, costUsd: number): void;
  /** The same for a call of the judge. */
  settleJudge(reservation: Reservation, costUsd: number): void;
  /** Counts the whole reservation as spent, after an attempt with an unknown charge. */
  keep(reservation: Reservation): void;
}

/** A reservation that waits for calls in flight to end. */
interface Waiting {
  readonly amountUsd: number;
  readonly resolve: (reservation: Reservation | undefined) => void;
}

/**
 * What is not spent of a budget, in USD; undefined without a limit. The worst case of calls in flight is
 * not taken off: most of it comes back within seconds, and the amount would go up and down.
 */
export function computeLeftUsd({
  limitUsd,
  spentUsd,
  possibleUsd,
  judgeUsd,
}: Pick<Budget, 'limitUsd' | 'spentUsd' | 'possibleUsd' | 'judgeUsd'>): number | undefined {
  if (limitUsd === Infinity) return undefined;
  return Math.max(0, limitUsd - spentUsd - possibleUsd - judgeUsd);
}

/** Whether an amount that does not fit now may fit when what is reserved for hours has ended. */
export function mayFitLater(
  {
    limitUsd,
    spentUsd,
    possibleUsd,
    judgeUsd,
    reservedUsd,
    lastingUsd,
  }: Pick<
    Budget,
    'limitUsd' | 'spentUsd' | 'possibleUsd' | 'judgeUsd' | 'reservedUsd' | 'lastingUsd'
  >,
  amountUsd: number,
): boolean {
  const usedUsd = spentUsd + possibleUsd + judgeUsd + (reservedUsd - lastingUsd);
  return lastingUsd > 0 && usedUsd + amountUsd <= limitUsd;
}

/**
 * Creates a budget. Each call's worst case is reserved before it is sent, so that the limit is never
 * exceeded, with any number of calls in flight.
 *
 * @param before what earlier sweeps into the same run have used
 * @param callsLast whether calls are sent in batches, so that what `reserve` and `adopt` give is lasting.
 * @default false
 */
export function createBudget(
  limitUsd: number,
  before: Pick<Budget, 'spentUsd' | 'possibleUsd'> &
    Partial<Pick<Budget, 'judgeUsd' | 'unboundedCalls'>>,
  { callsLast = false }: { readonly callsLast?: boolean } = {},
): Budget {
  let { spentUsd, possibleUsd, judgeUsd = 0, unboundedCalls = 0 } = before;
  let reservedUsd = 0;
  let reservedCount = 0;
  let lastingUsd = 0;
  let lastingCount = 0;
  const waiting: Waiting[] = [];

  function release({ amountUsd, isLasting }: Reservation): void {
    reservedCount -= 1;
    // Do not accumulate rounding errors.
    if (isLasting === true) {
      lastingCount -= 1;
      lastingUsd = lastingCount === 0 ? 0 : lastingUsd - amountUsd;
    }
    reservedUsd = reservedCount === 0 ? 0 : reservedUsd - amountUsd;
  }

  function fits(amountUsd: number): boolean {
    const usedUsd = spentUsd + possibleUsd + judgeUsd + reservedUsd;
    return limitUsd === Infinity || usedUsd + amountUsd <= limitUsd;
  }

  /** Serves those who wait, in their order, after a reservation was replaced. */
  function serve(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const isFitting = fits(next.amountUsd);
      if (!isFitting && reservedCount > lastingCount) return;
      waiting.shift();
      next.resolve(isFitting ? take(next.amountUsd) : undefined);
    }
  }

  function take(amountUsd: number): Reservation {
    // An unlimited call must not make the sums infinite.
    const reservation: Reservation = Number.isFinite(amountUsd)
      ? { amountUsd }
      : { amountUsd: 0, isUnbounded: true };
    reservedUsd += reservation.amountUsd;
    reservedCount += 1;
    return reservation;
  }

  function takeForCall(amountUsd: number): Reservation {
    const reservation = take(amountUsd);
    if (!callsLast) return reservation;
    lastingCount += 1;
    lastingUsd += reservation.amountUsd;
    return { ...reservation, isLasting: true };
  }

  return {
    limitUsd,
    get spentUsd() {
      return spentUsd;
    },
    get possibleUsd() {
      return possibleUsd;
    },
    get unboundedCalls() {
      return unboundedCalls;
    },
    get judgeUsd() {
      return judgeUsd;
    },
    get reservedUsd() {
      return reservedUsd;
    },
    get lastingUsd() {
      return lastingUsd;
    },
    reserve(amountUsd) {
      const waitingUsd = waiting.reduce((sum, one) => sum + one.amountUsd, 0);
      return fits(waitingUsd + amountUsd) ? takeForCall(amountUsd) : undefined;
    },
    reserveNext(amountUsd) {
      return new Promise((resolve) => {
        waiting.push({ amountUsd, resolve });
        serve();
      });
    },
    adopt: takeForCall,
    settle(reservation, costUsd) {
      release(reservation);
      spentUsd += costUsd;
      serve();
    },
    settleJudge(reservation, costUsd) {
      release(reservation);
      judgeUsd += costUsd;
      serve();
    },
    keep(reservation) {
      release(reservation);
      possibleUsd += reservation.amountUsd;
      if (reservation.isUnbounded === true) unboundedCalls += 1;
      serve();
    },
  };
}
