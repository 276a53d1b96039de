import type { Saving } from '../evaluate/diagnose/cheaper-model.js';
import * as plain from '../../util/format-number.js';

/**
 * The numbers of `format-number.ts` as the page sets them: a real minus sign, and a space before a
 * unit that is narrow and does not break.
 */

type Value = number | null | undefined;

/** Stands for an unknown number. */
export const unknown = '–';

const thin = '\u202f';

/** An amount of money: `$1,234`, `$41.20`, `$0.20`, `$0.00123`. */
export function formatMoney(usd: Value): string {
  return typeset(plain.formatUsd(usd));
}

/** A sum of charges of which some may be missing: `≥$0.11`, or unknown; see `formatKnownUsd`. */
export function formatKnownMoney(sumUsd: number, unpriced: number): string {
  return typeset(plain.formatKnownUsd(sumUsd, unpriced, '≥'));
}

/** The cost of 1,000 requests, from the cost of one, which is too small to read. */
export function formatCost(costUsd: Value): string {
  return typeset(plain.formatCostPerThousand(costUsd));
}

/** A share in percent, with one decimal below 10 %: `63 %`, `3.1 %`, `over 99 %`. */
export function formatShare(share: Value): string {
  return typeset(plain.formatPercent(share));
}

/** The mean latency of an answer: `840 ms`, `1.2 s`. */
export function formatLatency(latencyMs: Value): string {
  return typeset(plain.formatDuration(latencyMs));
}

/** A quality in percent, with one decimal: `92.7 %`. */
export function formatQualityPercent(quality: Value): string {
  return plain.isKnown(quality) ? typeset(`${toPercentage(quality)} %`) : unknown;
}

/** A difference between qualities in percentage points, with its sign: `+12.7`, `−0.4`. */
export function formatPoints(difference: Value): string {
  if (!plain.isKnown(difference)) return unknown;
  const digits = toPercentage(difference);
  return Number(digits) > 0 ? `+${digits}` : typeset(digits);
}

/**
 * The ends of an interval of a difference between qualities: `−0.4 to +1.2`. What rounds to zero keeps its sign,
 * since it says whether the interval reaches zero: `−0.0 to +1.2`.
 */
export function formatPointsRange(interval: Saving | null | undefined): string {
  return formatRange(interval, (bound) => typeset(plain.keepSign(bound, formatPoints(bound))));
}

/** A distance between qualities in percentage points, without a sign: `12.7`. */
export function formatDistance(distance: Value): string {
  return plain.isKnown(distance) ? toPercentage(Math.abs(distance)) : unknown;
}

/** The ends of an interval, if known, with their unit once: `59 to 66 %`, `$3.00 to $4.00`. */
export function formatRange(
  interval: Saving | null | undefined,
  format: (value: number) => string,
): string {
  const text = plain.formatRange(interval, format);
  return text === plain.unknownMark ? unknown : text;
}

/** One decimal, and never a negative zero. */
function toPercentage(value: number): string {
  const digits = (100 * value).toFixed(1);
  return Number(digits) === 0 ? '0.0' : digits;
}

function typeset(text: string): string {
  return text === plain.unknownMark ? unknown : text.replace('-', '−').replace(/ (?=\S+$)/u, thin);
}
