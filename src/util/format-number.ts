/** Numbers as people read them in the terminal. What is not known becomes `unknownMark`. */

type Value = number | null | undefined;

interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export const unknownMark = '-';

/** A quality or another value near 1, with three decimals: `0.873`, `1.000`, `-0.020`. */
export function formatQuality(value: Value): string {
  return isKnown(value) ? withoutNegativeZero(value.toFixed(3)) : unknownMark;
}

/** An amount of money, never with an exponent: `$1,234`, `$12.30`, `$0.11`, `$0.00123`. */
export function formatUsd(value: Value): string {
  if (!isKnown(value)) return unknownMark;
  const amount = formatAmount(Math.abs(value));
  return `${value < 0 && amount !== '0' ? '-' : ''}$${amount}`;
}

/**
 * A price in US dollars with all its digits, since prices are compared: `$0.10`, `$0.134`, `$1,200.00`.
 */
export function formatPrice(priceUsd: number): string {
  if (priceUsd === 0) return '$0';
  return `$${priceUsd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 20 })}`;
}

/**
 * A sum of charges of which some may be missing: `at least $0.11`; unknown where all that was
 * charged is missing.
 *
 * @param unpriced how many charges are missing from the sum
 * @param mark stands before a sum that lacks some
 */
export function formatKnownUsd(sumUsd: number, unpriced: number, mark = 'at least '): string {
  if (unpriced === 0) return formatUsd(sumUsd);
  return sumUsd === 0 ? unknownMark : `${mark}${formatUsd(sumUsd)}`;
}

/** The cost of 1,000 requests, from the cost of one, which is too small to read: `$0.11`. */
export function formatCostPerThousand(costUsd: Value): string {
  return isKnown(costUsd) ? formatUsd(1000 * costUsd) : unknownMark;
}

/**
 * A share in percent, with one decimal below 10 %: `42 %`, `3.1 %`. What is not all or none is not
 * rounded to it: `over 99 %`, `under 0.1 %`, and `-0.04 %` of what can be negative.
 */
export function formatPercent(share: Value): string {
  return isKnown(share) ? `${formatPercentDigits(share)} %` : unknownMark;
}

/** A share in percent, always with one decimal: `98.6 %`, `over 99.9 %`, `under 0.1 %`. */
export function formatPercentTenths(share: Value): string {
  return isKnown(share) ? `${formatPercentDigits(share, 1)} %` : unknownMark;
}

/** Two shares that are compared, with as many decimals as tell them apart: `41.8 %` and `42.4 %`. */
export function formatPercentPair(one: number, other: number): readonly [string, string] {
  const texts = [formatPercent(one), formatPercent(other)] as const;
  if (texts[0] !== texts[1] || one === other) return texts;
  const format = (share: number, digits: number): string => `${formatFixed(100 * share, digits)} %`;
  const decimals = [1, 2, 3, 4].find((count) => format(one, count) !== format(other, count));
  return decimals === undefined ? texts : [format(one, decimals), format(other, decimals)];
}

/** A change in percent, with its sign: `+12.0 %`, `-3.4 %`. */
export function formatChange(share: Value): string {
  if (!isKnown(share)) return unknownMark;
  return formatSigned(share, (value) => `${withoutNegativeZero(formatFixed(100 * value, 1))} %`);
}

/** A share of quality in points, with two decimals below one point: `1.2 points`, `0.12 points`. */
export function formatGainPoints(share: number): string {
  const points = 100 * share;
  return `${withoutNegativeZero(points.toFixed(Math.abs(points) < 1 ? 2 : 1))} points`;
}

/** A duration in milliseconds in the unit that suits it: `840 ms`, `1.2 s`, `12 min`, `1.5 h`. */
export function formatDuration(durationMs: Value): string {
  if (!isKnown(durationMs)) return unknownMark;
  if (durationMs < 9.95) return `${durationMs.toFixed(durationMs === 0 ? 0 : 1)} ms`;
  if (durationMs < 999.5) return `${durationMs.toFixed(0)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 119.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${minutes.toFixed(0)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/**
 * An end of an interval of a difference in quality: `0.030`. What rounds to zero keeps its sign, since it says
 * whether the interval reaches zero: `+0.000`, `-0.000`.
 */
export function formatQualityBound(bound: Value): string {
  return keepSign(bound, formatQuality(bound));
}

/** What rounds to zero, with its sign; exact zeros, and what only rounding of sums made of them, without. */
export function keepSign(value: Value, digits: string): string {
  if (!isKnown(value) || Number(digits) !== 0 || Math.abs(value) < shareError) return digits;
  return `${value > 0 ? '+' : '-'}${digits}`;
}

/** An estimate with its interval, the unit once: `0.812 [0.790, 0.834]`, `98.6 % [97.9, 99.3]`. */
export function formatInterval(
  interval: Interval | null,
  format: (value: number) => string,
  formatMean = format,
): string {
  if (interval === null || !isKnown(interval.mean)) return unknownMark;
  const mean = formatMean(interval.mean);
  if (!isKnown(interval.low) || !isKnown(interval.high)) return mean;
  const [low, high] = [interval.low, interval.high].map((end) => format(end).replace(/ %$/, ''));
  return `${mean} [${low}, ${high}]`;
}

/** The ends of an interval, the unit once: `59 to 66 %`, `$3.00 to $4.00`. */
export function formatRange(
  interval: { readonly low: Value; readonly high: Value } | null | undefined,
  format: (value: number) => string,
): string {
  const { low, high } = interval ?? {};
  if (!isKnown(low) || !isKnown(high)) return unknownMark;
  const [lowest, highest] = [format(low), format(high)];
  const unit = /\s(?:%|points)$/.exec(highest)?.[0] ?? '';
  return `${lowest.endsWith(unit) ? lowest.slice(0, lowest.length - unit.length) : lowest} to ${highest}`;
}

/** A change with its sign, unless it is shown as none: `+$1.20`. */
export function formatSigned(change: number, format: (value: number) => string): string {
  const text = format(change);
  return change > 0 && text !== format(0) ? `+${text}` : text;
}

/** A change of quality, with its sign: `+0.012`. */
export function formatQualityChange(change: number): string {
  return formatSigned(change, formatQuality);
}

/** A difference in quality with its interval: `+0.041 [0.030, 0.052]`. */
export function formatDifference(interval: Interval | null): string {
  return formatInterval(interval, formatQualityBound, formatQualityChange);
}

/** A share with its interval, in percent: `42 % [38, 45]`. */
export function formatShareInterval(interval: Interval | null): string {
  return formatInterval(interval, formatPercent);
}

/** A file size: `820 B`, `43 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A whole number with its thousands: `12,345`. */
export function formatWhole(value: Value): string {
  return isKnown(value) ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : unknownMark;
}

/** A count with its noun: `1 prompt`, `1,200 prompts`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatWhole(count)} ${count === 1 ? singular : plural}`;
}

/** Whether a number is known: neither missing, nor NaN, nor infinite. */
export function isKnown(value: Value): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** Shares and differences that are not further from none, or shares from all, come from rounding. */
const shareError = 1e-9;

/** @param decimals always so many below 1,000 %; without them, one below 10 % and none from there on */
function formatPercentDigits(share: number, decimals?: 1): string {
  const percent = 100 * share;
  const belowAll = decimals === undefined ? 99 : 99.9;
  if (share < 1 - shareError && percent >= (belowAll + 100) / 2) return `over ${belowAll}`;
  if (share > shareError && percent < 0.05) return 'under 0.1';
  if (share < -shareError && percent > -0.05) {
    return percent.toLocaleString('en-US', { maximumSignificantDigits: 1 });
  }
  if (Math.abs(percent) >= 999.5) return formatWhole(percent);
  if (decimals !== undefined) return withoutNegativeZero(percent.toFixed(decimals));
  const digits = percent.toFixed(percent !== 0 && Math.abs(percent) < 9.95 ? 1 : 0);
  return Number(digits) === 0 ? '0' : digits;
}

/** A number with so many decimals, and its thousands: `12.3`, `1,234.5`. */
function formatFixed(value: number, decimals: number): string {
  if (Math.abs(value) < 999.5) return value.toFixed(decimals);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString('en-US', digits);
}

/** Cents from $0.10 on, whole dollars from $100 on, three significant digits below $0.10. */
function formatAmount(usd: number): string {
  if (usd >= 99.995) return formatWhole(usd);
  if (usd >= 0.0995) return usd.toFixed(2);
  return usd.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function withoutNegativeZero(digits: string): string {
  return Number(digits) === 0 ? digits.replace('-', '') : digits;
}
