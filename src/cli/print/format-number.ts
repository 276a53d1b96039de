import type { Interval } from '../../policy/file/policy.js';

type Value = number | null | undefined;

/** Stands for what is not known. */
export const unknownMark = '-';

/** A quality or another value around 1 with three decimals: `.873`, `1.000`, `-.020`. */
export function formatQuality(value: Value): string {
  return isKnown(value) ? withoutZero(value.toFixed(3)) : unknownMark;
}

/** A cost with three significant digits and never an exponent: `$0.00123`, `$12.3`, `$1230`. */
export function formatUsd(value: Value): string {
  if (!isKnown(value)) return unknownMark;
  const sign = value < 0 ? '-' : '';
  return `${sign}$${formatDigits(Math.abs(value))}`;
}

/** A share as percent, with one decimal below ten: `42 %`, `3.1 %`. */
export function formatPercent(share: Value): string {
  return isKnown(share) ? `${percentDigits(share)} %` : unknownMark;
}

/** A duration: `840 ms`, `1.24 s`. */
export function formatDuration(durationMs: Value): string {
  if (!isKnown(durationMs)) return unknownMark;
  if (durationMs < 10) return `${durationMs.toFixed(1)} ms`;
  return durationMs < 1000 ? `${durationMs.toFixed(0)} ms` : `${(durationMs / 1000).toFixed(2)} s`;
}

/** A difference in quality with its interval: `+.041 [.030, .052]`. */
export function formatDifference(interval: Interval | null): string {
  if (interval === null || !isKnown(interval.mean)) return unknownMark;
  const { mean, low, high } = interval;
  const rounded = withoutZero(mean.toFixed(3));
  const sign = mean > 0 && rounded !== '.000' ? '+' : '';
  return `${sign}${rounded} [${formatQuality(low)}, ${formatQuality(high)}]`;
}

/** A share with its interval, in percent: `42 % [38, 45]`. */
export function formatShareInterval(interval: Interval | null): string {
  if (interval === null || !isKnown(interval.mean)) return unknownMark;
  const { mean, low, high } = interval;
  return `${formatPercent(mean)} [${percentDigits(low)}, ${percentDigits(high)}]`;
}

/** A file's size: `820 B`, `43 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A count with its noun: `1 prompt`, `12 prompts`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

function isKnown(value: Value): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function percentDigits(share: number): string {
  const percent = 100 * share;
  const digits = percent.toFixed(percent !== 0 && Math.abs(percent) < 9.95 ? 1 : 0);
  return Number(digits) === 0 ? '0' : digits;
}

/** Three significant digits; whole from 100 on. */
function formatDigits(value: number): string {
  if (value === 0) return '0';
  if (value >= 99.95) return value.toFixed(0);
  const decimals = 2 - Math.floor(Math.log10(value));
  return value.toFixed(Math.min(20, Math.max(0, decimals)));
}

/** `0.5` as `.5`, and never a negative zero. */
function withoutZero(digits: string): string {
  const shown = Number(digits) === 0 ? digits.replace('-', '') : digits;
  return shown.replace(/^(-?)0\./, '$1.');
}
