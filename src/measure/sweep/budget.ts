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

type UsedBefore = Pick<Budget, 'spentUsd' | 'possibleUsd'> &
  Partial<Pick<Budget, 'judgeUsd' | 'unboundedCalls'>>;

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
  before: UsedBefore,
  { callsLast = false }: { readonly callsLast?: boolean } = {},
): Budget {
  return new RunBudget(limitUsd, before, callsLast);
}

class RunBudget implements Budget {
  readonly limitUsd: number;
  spentUsd: number;
  possibleUsd: number;
  judgeUsd: number;
  unboundedCalls: number;
  readonly #inFlight = new ReservedSum();
  /** The part of it that may last for hours. */
  readonly #lasting = new ReservedSum();
  readonly #callsLast: boolean;
  readonly #waiting: Waiting[] = [];

  constructor(limitUsd: number, before: UsedBefore, callsLast: boolean) {
    this.limitUsd = limitUsd;
    this.spentUsd = before.spentUsd;
    this.possibleUsd = before.possibleUsd;
    this.judgeUsd = before.judgeUsd ?? 0;
    this.unboundedCalls = before.unboundedCalls ?? 0;
    this.#callsLast = callsLast;
  }

  get reservedUsd(): number {
    return this.#inFlight.usd;
  }

  get lastingUsd(): number {
    return this.#lasting.usd;
  }

  reserve(amountUsd: number): Reservation | undefined {
    const waitingUsd = this.#waiting.reduce((sum, one) => sum + one.amountUsd, 0);
    return this.#fits(waitingUsd + amountUsd) ? this.adopt(amountUsd) : undefined;
  }

  reserveNext(amountUsd: number): Promise<Reservation | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ amountUsd, resolve });
      this.#serve();
    });
  }

  adopt(amountUsd: number): Reservation {
    const reservation = this.#take(amountUsd);
    if (!this.#callsLast) return reservation;
    this.#lasting.add(reservation.amountUsd);
    return { ...reservation, isLasting: true };
  }

  settle(reservation: Reservation, costUsd: number): void {
    this.#release(reservation);
    this.spentUsd += costUsd;
    this.#serve();
  }

  settleJudge(reservation: Reservation, costUsd: number): void {
    this.#release(reservation);
    this.judgeUsd += costUsd;
    this.#serve();
  }

  keep(reservation: Reservation): void {
    this.#release(reservation);
    this.possibleUsd += reservation.amountUsd;
    if (reservation.isUnbounded === true) this.unboundedCalls += 1;
    this.#serve();
  }

  #take(amountUsd: number): Reservation {
    // An unlimited call must not make the sums infinite.
    const reservation: Reservation = Number.isFinite(amountUsd)
      ? { amountUsd }
      : { amountUsd: 0, isUnbounded: true };
    this.#inFlight.add(reservation.amountUsd);
    return reservation;
  }

  #release({ amountUsd, isLasting }: Reservation): void {
    this.#inFlight.remove(amountUsd);
    if (isLasting === true) this.#lasting.remove(amountUsd);
  }

  #fits(amountUsd: number): boolean {
    const usedUsd = this.spentUsd + this.possibleUsd + this.judgeUsd + this.reservedUsd;
    return this.limitUsd === Infinity || usedUsd + amountUsd <= this.limitUsd;
  }

  /** Serves those who wait, in their order, after a reservation was replaced. */
  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isFitting = this.#fits(next.amountUsd);
      if (!isFitting && this.#inFlight.count > this.#lasting.count) return;
      this.#waiting.shift();
      next.resolve(isFitting ? this.#take(next.amountUsd) : undefined);
    }
  }
}

/** The sum of open reservations. */
class ReservedSum {
  #count = 0;
  #usd = 0;

  get count(): number {
    return this.#count;
  }

  get usd(): number {
    return this.#usd;
  }

  add(amountUsd: number): void {
    this.#count += 1;
    this.#usd += amountUsd;
  }

  remove(amountUsd: number): void {
    this.#count -= 1;
    // Do not accumulate rounding errors.
    this.#usd = this.#count === 0 ? 0 : this.#usd - amountUsd;
  }
}
