import type { CallerSettings } from './access.js';
import type { BudgetLimit } from './budget-limit.js';

/** One step of a charge; the last one of a hold counts. */
export interface SpendingEntry {
  readonly caller: string;
  /** The day of UTC that it counts for, such as 2026-11-28. */
  readonly day: string;
  /** Tells charges apart. */
  readonly hold: string;
  /** What it may cost while it is held, and what it did or may have cost once it is settled. */
  readonly usd: number;
  readonly isSettled: boolean;
}

/** Keeps what was spent across restarts. */
export interface SpendingStore {
  /** What was written before. A charge that was held and never settled counts as spent. */
  readonly entries: readonly SpendingEntry[];
  record(entry: SpendingEntry): void;
}

/** What a caller may still spend; null where there is no limit. */
export interface BudgetLeft {
  readonly dayUsd: number | null;
  readonly monthUsd: number | null;
}

/** Money that is held for one attempt at a model. */
export interface SpendingHold {
  /** Replaces the hold with the cost; with all of it, if the cost is not known. Once. */
  settle(costUsd: number | null): void;
}

/** The budgets of all callers. */
export interface Spending {
  /** Holds what an attempt may cost at most; undefined if that is more than is left. */
  hold(caller: CallerSettings, maxUsd: number): SpendingHold | undefined;
  /**
   * Why `hold` refuses an amount: the period whose whole budget is too small, otherwise the one that
   * ends last. Undefined if it does not.
   */
  findLimit(caller: CallerSettings, maxUsd: number): BudgetLimit | undefined;
  left(caller: CallerSettings): BudgetLeft;
}

/** Whether a caller has a budget. */
export function hasBudget({ usdPerDay, usdPerMonth }: CallerSettings): boolean {
  return usdPerDay !== undefined || usdPerMonth !== undefined;
}

/**
 * Creates the budgets. What is held and what is spent never exceeds a limit, with any number of
 * requests at once, because each attempt holds its worst case before it is sent.
 */
export function createSpending(
  date: () => Date,
  createId: () => string,
  store: SpendingStore | undefined,
): Spending {
  /** By caller and period: a day, or a month. */
  const used = new Map<string, number>();
  /** What of it is held for attempts in progress. */
  const held = new Map<string, number>();
  const run = createId();
  let holdCount = 0;

  const nameOf = (caller: string, period: string): string => `${period} ${caller}`;
  function add(sums: Map<string, number>, caller: string, day: string, usd: number): void {
    for (const period of [day, day.slice(0, 7)]) {
      const name = nameOf(caller, period);
      sums.set(name, (sums.get(name) ?? 0) + usd);
    }
  }

  const last = new Map((store?.entries ?? []).map((entry) => [entry.hold, entry]));
  for (const { caller, day, usd } of last.values()) add(used, caller, day, usd);

  function readLeft({ name, usdPerDay, usdPerMonth }: CallerSettings, day: string): BudgetLeft {
    const leave = (limit: number | undefined, period: string): number | null =>
      limit === undefined ? null : limit - (used.get(nameOf(name, period)) ?? 0);
    return { dayUsd: leave(usdPerDay, day), monthUsd: leave(usdPerMonth, day.slice(0, 7)) };
  }

  function findLimit(caller: CallerSettings, maxUsd: number): BudgetLimit | undefined {
    const now = date();
    const today = now.toISOString().slice(0, 10);
    const left = readLeft(caller, today);
    const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
    const periods = [
      ['month', left.monthUsd, caller.usdPerMonth, today.slice(0, 7), [month + 1, 1]],
      ['day', left.dayUsd, caller.usdPerDay, today, [month, day + 1]],
    ] as const;
    // What has no bound fits no budget, however large.
    const fits = (usd: number): boolean => Number.isFinite(maxUsd) && maxUsd <= usd;
    const exceeded = periods.flatMap(([period, leftUsd, wholeUsd = 0, name, end]) => {
      if (leftUsd === null || fits(leftUsd)) return [];
      return {
        period,
        endsAt: new Date(Date.UTC(year, ...end)),
        fitsWhole: fits(wholeUsd),
        mayFitSoon: fits(leftUsd + (held.get(nameOf(caller.name, name)) ?? 0)),
      };
    });
    // The month ends last. Where a whole budget is too small, it does not help to wait for any end.
    const limit = exceeded.find(({ fitsWhole }) => !fitsWhole) ?? exceeded[0];
    return limit && { ...limit, mayFitSoon: exceeded.every(({ mayFitSoon }) => mayFitSoon) };
  }

  return {
    findLimit,
    hold(caller, maxUsd) {
      if (!Number.isFinite(maxUsd) || findLimit(caller, maxUsd) !== undefined) return undefined;
      const day = date().toISOString().slice(0, 10);
      const { name } = caller;
      const hold = `${run}-${++holdCount}`;
      for (const sums of [used, held]) add(sums, name, day, maxUsd);
      store?.record({ caller: name, day, hold, usd: maxUsd, isSettled: false });
      let isSettled = false;
      return {
        settle(costUsd) {
          if (isSettled) return;
          isSettled = true;
          const usd = costUsd ?? maxUsd;
          add(held, name, day, -maxUsd);
          add(used, name, day, usd - maxUsd);
          store?.record({ caller: name, day, hold, usd, isSettled: true });
        },
      };
    },
    left(caller) {
      const { dayUsd, monthUsd } = readLeft(caller, date().toISOString().slice(0, 10));
      const atLeastZero = (usd: number | null): number | null =>
        usd === null ? null : Math.max(0, usd);
      return { dayUsd: atLeastZero(dayUsd), monthUsd: atLeastZero(monthUsd) };
    },
  };
}
