import { failure, success, type Result } from '../../../util/result.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { parseDecimal } from '../../tables/parse-cell-number.js';

/** Whether a cell of numbers holds none: it is blank, in any case of its letters. */
export function isMissingNumber(cell: string): boolean {
  return isBlankCell(cell.toLowerCase()) || isBlankCell(cell.toUpperCase());
}

/** Reads `True`, `False` (any case) or a number from 0 to 1; undefined for a missing one. */
export function parseScore(cell: string): Result<number | undefined> {
  const text = cell.trim();
  if (isMissingNumber(text)) return success(undefined);
  const word = text.slice(0, 6).toLowerCase();
  if (word === 'true') return success(1);
  if (word === 'false') return success(0);
  const quality = parseDecimal(text);
  if (quality !== undefined && quality >= 0 && quality <= 1) return success(quality);
  return failure(`"${text.slice(0, 40)}" is not a score: True, False or a number from 0 to 1`);
}
