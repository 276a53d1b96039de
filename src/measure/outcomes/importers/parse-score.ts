/** A score of a text cell: a number, nothing (an empty cell), or why it is neither. */
export type ScoreCell =
  | { readonly kind: 'score'; readonly quality: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'problem'; readonly problem: string };

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i;

/** The number a text cell holds, or undefined when it holds anything else. */
export function parseDecimal(cell: string): number | undefined {
  const text = cell.trim();
  return text.length <= 64 && decimal.test(text) ? Number(text) : undefined;
}

/** Reads `True`, `False` (any case) or a number from 0 to 1; an empty cell is missing. */
export function parseScore(cell: string): ScoreCell {
  const text = cell.trim();
  if (text === '') return { kind: 'missing' };
  const word = text.slice(0, 6).toLowerCase();
  if (word === 'true') return { kind: 'score', quality: 1 };
  if (word === 'false') return { kind: 'score', quality: 0 };
  const quality = parseDecimal(text);
  if (quality !== undefined && quality >= 0 && quality <= 1) return { kind: 'score', quality };
  return {
    kind: 'problem',
    problem: `"${text.slice(0, 40)}" is not a score: True, False or a number from 0 to 1`,
  };
}
