import type { JsonValue } from '../../util/json.js';
import { findNumbers, type FoundNumber } from './find-numbers.js';
import { plainMath } from './math/plain-math.js';
import { unifyTypography } from './typography.js';

export type NumberReference =
  | { readonly kind: 'number'; readonly number: FoundNumber }
  | { readonly kind: 'problem'; readonly problem: string };

const unknownCommand = /\\[A-Za-z]+/;
/** Units and words may stand beside a number; variables, operators and more digits may not. */
const leftover = /[-+*/^=<>≤≥≠±_|!√∪∈∞…{}[\]⟨⟩]|\d|(?<![\p{L}°])[xyznabc](?![\p{L}])/u;

/** Reads a reference that is a number as a whole, or says which part of it is not understood. */
export function parseNumberReference(reference: JsonValue | undefined): NumberReference {
  if (typeof reference === 'number') {
    const decimals = /\.(\d+)$/.exec(String(reference))?.[1]?.length ?? 0;
    return { kind: 'number', number: { ...plain, value: reference, decimals } };
  }
  const wanted = 'give a number, or a text that holds exactly one number';
  if (typeof reference !== 'string') return { kind: 'problem', problem: wanted };
  const text = plainMath(unifyTypography(reference))
    .replace(/[$`]|\*\*/g, ' ')
    .trim();
  const command = unknownCommand.exec(text)?.[0];
  if (command !== undefined) {
    return { kind: 'problem', problem: `${wanted}; "${command}" is not understood` };
  }
  const bare = text.replace(/^\(([^()]*)\)$/, '$1').replace(/^[A-Za-z]\s?=\s?/, '');
  const found = findNumbers(bare, 'point');
  const [number] = found;
  if (number === undefined || found.length > 1) return { kind: 'problem', problem: wanted };
  const before = bare.slice(0, number.start).replace(/-\s?(?:[€£¥]|[A-Z]{3})?\s?$|^\+/, '');
  const after = bare
    .slice(number.end)
    .replace(/^\s?°/, '')
    .replace(/\p{L}\^\(?-?\d\)?/gu, '')
    .replace(/(?<=\p{L})\/(?=\p{L})/gu, ' ');
  const rest = leftover.exec(`${before} ${after}`)?.[0];
  if (rest !== undefined) {
    const hint = /[a-z]/.test(rest) ? '; the grader "math" compares expressions' : '';
    return {
      kind: 'problem',
      problem: `${wanted}; "${rest}" in "${reference}" is not understood${hint}`,
    };
  }
  return { kind: 'number', number };
}

const plain = { percent: false, computed: false, adjectival: false, start: 0, end: 0 } as const;
