import { isJsonObject } from '../../util/json.js';
import { tryParseJson } from '../../util/parse-json.js';
import type { SpendingEntry } from '../gateway/spending.js';

/** What entries add up to: one sum for each caller and day, and the holds that are not settled. */
export interface SpendingSums {
  add(entry: SpendingEntry): void;
  /** The shortest entries that say the same, of this month and the one before. */
  list(now: Date): SpendingEntry[];
  /** Counts what is still held as spent: its process has ended. */
  settleAll(): void;
}

/** Creates empty sums. Memory grows with callers, days and open holds, not with entries. */
export function createSpendingSums(): SpendingSums {
  const sums = new Map<string, SpendingEntry>();
  const held = new Map<string, SpendingEntry>();

  function settle({ caller, day, usd }: SpendingEntry): void {
    const hold = `sum-${day}-${caller}`;
    sums.set(hold, { caller, day, hold, usd: (sums.get(hold)?.usd ?? 0) + usd, isSettled: true });
  }

  return {
    add(entry) {
      held.delete(entry.hold);
      if (entry.isSettled) settle(entry);
      else held.set(entry.hold, entry);
    },
    list(now) {
      const monthBefore = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
      const first = monthBefore.toISOString().slice(0, 10);
      for (const [hold, { day }] of sums) if (day < first) sums.delete(hold);
      return [...sums.values(), ...held.values()].filter(({ day }) => day >= first);
    },
    settleAll() {
      for (const entry of held.values()) settle(entry);
      held.clear();
    },
  };
}

/** Reads a line of the file; undefined if it is no entry. */
export function parseSpendingEntry(line: string): SpendingEntry | undefined {
  const value = tryParseJson(line);
  if (!isJsonObject(value)) return undefined;
  const { caller, day, hold, usd, isSettled } = value;
  const isValid =
    typeof caller === 'string' &&
    typeof day === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(day) &&
    typeof hold === 'string' &&
    typeof usd === 'number' &&
    usd >= 0 &&
    typeof isSettled === 'boolean';
  return isValid ? { caller, day, hold, usd, isSettled } : undefined;
}
