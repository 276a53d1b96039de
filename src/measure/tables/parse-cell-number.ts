import { failure, success, type Result } from '../../util/result.js';

const pointNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i;
const commaNumber = /^[+-]?\d*,\d+(?:e[+-]?\d{1,4})?$/i;
/** "1,234": a thousand or more in English, between one and a thousand in most of Europe. */
const eitherNumber = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const groupedByComma = /^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d*|(?:,\d{3}){2,})$/;
const groupedByPoint = /^[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/;

/** How the numbers of a file are written. */
export interface NumberStyle {
  /** True if some number of the file has a comma that can only be a decimal comma. */
  readonly decimalComma: boolean;
}

/** Finds the style of the numbers in a file's cells; cells that are no numbers have no effect. */
export function findNumberStyle(cells: Iterable<string>): NumberStyle {
  for (const cell of cells) {
    const text = stripSigns(cell);
    if (text.length > maxLength || eitherNumber.test(text)) continue;
    if (commaNumber.test(text) || (groupedByPoint.test(text) && text.includes(','))) {
      return { decimalComma: true };
    }
  }
  return { decimalComma: false };
}

/**
 * Whether the points in a column of milliseconds may group thousands, as of 980 beside 1.250: each has three
 * digits after it and would be far below the whole numbers, of which none needs a point.
 */
export function mayGroupByPoint(cells: readonly string[]): boolean {
  const texts = cells.map(stripSigns);
  const withPoint = texts.filter((text) => text.includes('.'));
  const whole = texts.filter((text) => /^\d{3,}$/.test(text)).map(Number);
  if (withPoint.length === 0 || whole.length === 0) return false;
  const least = whole.reduce((a, b) => Math.min(a, b));
  return (
    whole.every((number) => number > 100 && number < 1000) &&
    withPoint.every((text) => eitherNumber.test(text) && Number(text) * 20 < least)
  );
}

/** A number without the sign of percent or dollars. */
function stripSigns(cell: string): string {
  return cell
    .trim()
    .replace(/\s?%$/, '')
    .replace(/^\$\s?/, '');
}

const maxLength = 64;

/** The decimal number in a cell, with a decimal point; undefined if the cell holds anything else. */
export function parseDecimal(cell: string): number | undefined {
  const text = cell.trim();
  return text.length <= maxLength && pointNumber.test(text) ? Number(text) : undefined;
}

/**
 * Parses a count, such as of tokens, like `parseCellNumber`. What a separator of thousands may stand
 * in has two readings in any file: 1.234 is rarely a count.
 */
export function parseCellCount(cell: string, style: NumberStyle): Result<number> {
  const text = stripSigns(cell);
  return eitherNumber.test(text) ? twoReadings(text) : parseCellNumber(cell, style);
}

/**
 * Parses a number as spreadsheets write it: with a decimal point or comma, groups of thousands, a
 * percent sign (divided by 100) or a dollar sign. A text with two readings, such as `1,234` in a
 * file without other decimal commas, is a problem and never a guess.
 */
export function parseCellNumber(cell: string, { decimalComma }: NumberStyle): Result<number> {
  const text = stripSigns(cell);
  const scale = cell.trim().endsWith('%') ? 100 : 1;
  const read = (plain: string): Result<number> => success(Number(plain) / scale);
  if (text.length > maxLength) return notNumber(cell);
  // With decimal commas, 1.234 is as likely a thousand; without, 1,234 as likely a decimal.
  if (eitherNumber.test(text) && (text.includes('.') ? decimalComma : !decimalComma)) {
    return twoReadings(text);
  }
  if (pointNumber.test(text)) return read(text);
  if (commaNumber.test(text)) return read(text.replace(',', '.'));
  if (groupedByComma.test(text)) return read(text.replaceAll(',', ''));
  if (groupedByPoint.test(text)) return read(text.replaceAll('.', '').replace(',', '.'));
  return notNumber(cell);
}

function twoReadings(text: string): Result<never> {
  return failure(`"${text}" can be read in two ways; write it without separators of thousands`);
}

function notNumber(cell: string): Result<never> {
  return failure(`"${cell.slice(0, 40)}" is not a number`);
}
