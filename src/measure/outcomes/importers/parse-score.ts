import { failure, success, type Result } from '../../../util/result.js';
import { isBlankCell } from '../../tables/blank-cell.js';
import { parseDecimal } from '../../tables/parse-cell-number.js';
import { unreadGrade, type UnreadValue } from '../unread-value.js';

/** What people and programs write in place of no number. */
const placeholder = /^(?:n\.?\/?a\.?|none|null|-{1,3}|–|—)$/i;

/** Whether a cell of numbers holds none: it is blank, in any case of its letters, or a placeholder such as N/A. */
export function isMissingNumber(cell: string): boolean {
  if (placeholder.test(cell.trim())) return true;
  return isBlankCell(cell.toLowerCase()) || isBlankCell(cell.toUpperCase());
}

/** Words of two grades, of which one is always the better. */
const verdicts: readonly (readonly [pass: string, fail: string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['y', 'n'],
  ['pass', 'fail'],
  ['passed', 'failed'],
  ['success', 'failure'],
  ['correct', 'incorrect'],
  ['right', 'wrong'],
  ['accepted', 'rejected'],
  ['up', 'down'],
  ['thumbs up', 'thumbs down'],
  ['thumbsup', 'thumbsdown'],
  ['👍', '👎'],
  ['✓', '✗'],
  ['✔', '✘'],
  ['✅', '❌'],
  ['ja', 'nein'],
  ['wahr', 'falsch'],
  ['richtig', 'falsch'],
  ['oui', 'non'],
  ['vrai', 'faux'],
  ['sí', 'no'],
  ['si', 'no'],
  ['verdadero', 'falso'],
  ['vero', 'falso'],
];
const words: ReadonlyMap<string, number> = new Map(
  verdicts.flatMap(([pass, fail]) => [
    [pass, 1],
    [fail, 0],
  ]),
);

/** The grade that a word such as `yes` or a thumb stands for, in any case; undefined for all else. */
export function readVerdict(cell: string): number | undefined {
  const text = cell.trim().slice(0, 40).toLowerCase();
  return words.get(text.replaceAll(/[\uFE0F\p{Emoji_Modifier}]/gu, '').replaceAll(/[_-]/g, ' '));
}

/** Reads a word such as `True`, or a number from 0 to 1; undefined for a missing one. */
export function parseScore(cell: string): Result<number | undefined, UnreadValue> {
  const text = cell.trim();
  if (isMissingNumber(text)) return success(undefined);
  const quality = readVerdict(text) ?? parseDecimal(text);
  if (quality !== undefined && quality >= 0 && quality <= 1) return success(quality);
  const problem = `"${text.slice(0, 40)}" is not a score: True, False or a number from 0 to 1`;
  return failure(unreadGrade(problem, text));
}
