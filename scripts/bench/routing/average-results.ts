import { mean, standardDeviation } from 'simple-statistics';

/** Means over seeds; what is no number is that of the first seed. */
export type Averaged<T> = T & {
  readonly seeds: number;
  /** Standard deviation of each number over the seeds. */
  readonly spread: Readonly<Record<string, number>>;
};

/** Averages results of the same form: numbers, intervals and records of numbers. */
export function averageResults<T extends object>(bySeed: readonly T[]): Averaged<T> {
  const spread: Record<string, number> = {};
  const averaged: Record<string, unknown> = {};
  for (const key of Object.keys(bySeed[0] ?? {})) {
    const values = bySeed.map((result) => (result as Record<string, unknown>)[key]);
    averaged[key] = averageValues(values);
    if (values.every(isNumber)) spread[key] = standardDeviation(values);
  }
  return { ...(averaged as T), seeds: bySeed.length, spread };
}

function averageValues(values: readonly unknown[]): unknown {
  const [first] = values;
  if (values.every(isNumber)) return mean(values);
  if (values.every((value) => Array.isArray(value))) {
    return (first as readonly unknown[]).map((_, index) =>
      averageValues(values.map((value) => (value as readonly unknown[])[index])),
    );
  }
  if (values.every((value) => typeof value === 'object' && value !== null)) {
    return Object.fromEntries(
      Object.keys(first as object).map((key) => [
        key,
        averageValues(values.map((value) => (value as Record<string, unknown>)[key])),
      ]),
    );
  }
  return first;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
