import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { createGrader, gradedShare, problem, ready } from './create-grader.js';
import { normalizeText } from './normalize-text.js';
import { parseNumberReference } from './number-reference.js';
import { detectNumberLocale, readDigits } from './read-digits.js';
import { readList, saysNone } from './read-list.js';
import { chooseTolerance, isSameNumber } from './same-number.js';

/** A text is an item only if it is not longer than twice the longest item, and this for markup. */
const maxMarkup = 200;

/**
 * The answer lists what the reference lists, in any order; quality is F1: twice the number of right
 * items by the number of items in both lists. An empty reference means that there is nothing to
 * find: an empty list, or one of the words in `none`, is right.
 *
 * The answer's items are read from a JSON or Python list, a table, lines with bullets or numbers,
 * lines, or a single line with commas, semicolons and "and"; a heading that ends with a colon is no
 * item, and what is said of an item after a colon or dash does not belong to it. Case, white space,
 * markup, typography and a last full stop do not count, and neither does saying something twice.
 * Where the reference lists JSON numbers only, items are compared as numbers: "3.10", "1,000", "12 cm".
 *
 * Options: `caseSensitive` (default false), `separators` (what divides a single line; default
 * [",", ";", "、", "،"]), `none` (default ["none", "nothing", "n/a"]).
 */
export const setF1Grader = createGrader({
  name: 'set_f1',
  version: 8,
  options: z.strictObject({
    caseSensitive: z.boolean().default(false),
    separators: z.array(z.string().min(1)).min(1).default([',', ';', '、', '،']),
    none: z.array(z.string().trim().min(1)).default(['none', 'nothing', 'n/a']),
  }),
  example: (reference) => JSON.stringify(reference),
  prepare(reference, options) {
    const texts = Array.isArray(reference) ? reference.map(toText) : undefined;
    if (texts === undefined || texts.some((text) => text === undefined)) {
      return problem('reference: give a list of texts or numbers; an empty one means none');
    }
    const readNumbers = createNumberReader(reference as readonly JsonValue[]);
    const normalize = (text: string): string => normalizeItem(text, options.caseSensitive);
    const wanted = new Set((texts as string[]).map(normalize));
    const none = new Set(options.none.map(normalize));
    const longest = maxMarkup + 2 * Math.max(0, ...[...wanted].map(({ length }) => length));
    return ready((answer) => {
      const known = new Map<string, string>();
      const numbers = readNumbers?.(answer);
      const normalizeOnce = (text: string): string => {
        const normalized = known.get(text) ?? numbers?.normalizeItem(text) ?? normalize(text);
        known.set(text, normalized);
        return normalized;
      };
      const isItem = (text: string): boolean =>
        text.length <= longest && wanted.has(normalizeOnce(text));
      const written = numbers?.written ?? answer;
      const items = saysNone(written) ? [] : readList(written, options.separators, isItem);
      const read = items.map((readings) =>
        normalizeOnce(readings.find(isItem) ?? readings.at(-1) ?? ''),
      );
      const given = new Set(read.filter((item) => item !== '' && !none.has(item)));
      if (wanted.size === 0 && given.size === 0) return gradedShare(1);
      const right = [...given].filter((item) => wanted.has(item)).length;
      const quality = right === 0 ? 0 : (2 * right) / (given.size + wanted.size);
      if (quality === 1) return gradedShare(1);
      const missing = wanted.size - right;
      return gradedShare(
        quality,
        `${right} right, ${given.size - right} wrong, ${missing} missing`,
      );
    });
  },
});

/** How an answer's numbers are read where the reference lists nothing else. */
interface NumberReader {
  /** The answer without commas that could divide the list: "1,000" and "2,5". */
  readonly written: string;
  /** An item that is a wanted number in some spelling, as that number. */
  normalizeItem(text: string): string | undefined;
}

const digitsWithComma = /(?<![\d.,])\d+(?:[.,]\d+)*,\d+(?:\.\d+)?(?![\d,]|\.\d)/g;
/** Longer texts are no number with a unit. */
const maxNumberLength = 60;

function createNumberReader(
  reference: readonly JsonValue[],
): ((answer: string) => NumberReader) | undefined {
  const wanted = reference.filter((value) => typeof value === 'number');
  if (wanted.length === 0 || wanted.length < reference.length) return undefined;
  const tolerance = chooseTolerance(undefined, 1e-9);
  const find = (value: number | undefined): string | undefined => {
    if (value === undefined) return undefined;
    const found = wanted.find((expected) => isSameNumber(expected, value, tolerance));
    return found === undefined ? undefined : String(found);
  };
  return (answer) => {
    // One reading for the whole answer: of two, the wanted one would always be found.
    const locale = detectNumberLocale(answer) ?? 'point';
    return {
      written: answer.replace(digitsWithComma, (run) => {
        const isList = run.split(',').some((part) => find(Number(part)) !== undefined);
        return isList ? run : (find(readDigits(run, locale)?.value) ?? run);
      }),
      normalizeItem(text) {
        if (text.length > maxNumberLength || !/\d/.test(text)) return undefined;
        const plain = text.replace(/[*_`"']/g, ' ').replace(/\.\s*$/, '');
        const parsed = parseNumberReference(plain.trim());
        if (parsed.kind === 'problem' || parsed.number.percent) return undefined;
        const { value, alternative } = parsed.number;
        return find(locale === 'point' ? value : (alternative ?? value));
      },
    };
  };
}

function toText(value: JsonValue): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.trim() === '' ? undefined : text;
}

function normalizeItem(text: string, caseSensitive: boolean): string {
  return normalizeText(text, {
    typography: true,
    trim: true,
    caseSensitive,
    collapseWhitespace: true,
    stripMarkup: true,
    stripTrailingPunctuation: true,
  });
}
