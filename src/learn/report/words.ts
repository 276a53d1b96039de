import type { Interval } from '../../policy/file/policy.js';

type Value = number | null | undefined;

/** Stands for what is not known. */
export const unknown = '–';

const thin = '\u202f';

/** An amount of money as a bill has it: `$1,234`, `$41.20`, `$0.200`, `$0.00123`. */
export function formatMoney(usd: Value): string {
  if (!isKnown(usd)) return unknown;
  const size = Math.abs(usd);
  const digits =
    size >= 100
      ? { maximumFractionDigits: 0 }
      : size >= 1
        ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
        : size >= 0.1
          ? { minimumFractionDigits: 3, maximumFractionDigits: 3 }
          : { maximumSignificantDigits: 3 };
  const text = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 0,
    ...digits,
  }).format(size);
  return usd < 0 ? `−${text}` : text;
}

/** What a thousand requests cost, from the cost of one: a single one costs too little to read. */
export function formatCost(costUsd: Value): string {
  return isKnown(costUsd) ? formatMoney(1000 * costUsd) : unknown;
}

/** A whole number with its thousands: `12,345`. */
export function formatWhole(value: Value): string {
  return isKnown(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : unknown;
}

/** A count with its noun: `1 prompt`, `1,200 prompts`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatWhole(count)} ${count === 1 ? singular : plural}`;
}

/** A share in percent, with a decimal below ten: `63 %`, `3.1 %`. */
export function formatShare(share: Value): string {
  return isKnown(share) ? `${percentDigits(share)}${thin}%` : unknown;
}

/** A quality in percent, with a decimal: `92.7 %`. */
export function formatQuality(quality: Value): string {
  return isKnown(quality) ? `${withMinus(100 * quality, 1)}${thin}%` : unknown;
}

/** A difference of qualities in points of a hundred: `+12.7`, `−0.4`. */
export function formatPoints(difference: Value): string {
  if (!isKnown(difference)) return unknown;
  const text = withMinus(100 * difference, 1);
  return difference > 0 && text !== '0.0' ? `+${text}` : text;
}

/** The ends of an interval: `59 to 66 %`, `$3 to $4`, with whatever writes its ends. */
export function formatRange(
  interval: Interval | null | undefined,
  format: (value: number) => string,
): string {
  if (interval === null || interval === undefined) return unknown;
  const low = format(interval.low);
  const high = format(interval.high);
  const unit = `${thin}%`;
  return `${low.endsWith(unit) && high.endsWith(unit) ? low.slice(0, -unit.length) : low} to ${high}`;
}

/** A duration: `840 ms`, `1.24 s`. */
export function formatDuration(durationMs: Value): string {
  if (!isKnown(durationMs)) return unknown;
  if (durationMs < 10) return `${durationMs.toFixed(1)}${thin}ms`;
  return durationMs < 1000
    ? `${durationMs.toFixed(0)}${thin}ms`
    : `${(durationMs / 1000).toFixed(2)}${thin}s`;
}

/** A language's name, from its code. */
export function formatLanguage(code: string | null): string {
  if (code === null) return 'cannot be told';
  return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
}

function isKnown(value: Value): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function percentDigits(share: number): string {
  const percent = 100 * share;
  return withMinus(percent, percent !== 0 && Math.abs(percent) < 9.95 ? 1 : 0);
}

/** With a real minus, and never minus nought. */
function withMinus(value: number, decimals: number): string {
  const digits = value.toFixed(decimals);
  return Number(digits) === 0 ? digits.replace('-', '') : digits.replace('-', '−');
}
