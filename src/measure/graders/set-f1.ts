import { z } from 'zod';
import type { JsonValue } from '../../util/json.js';
import { createGrader, gradedShare, problem, ready } from './create-grader.js';
import { findJson } from './find-json.js';
import { normalizeText } from './normalize-text.js';
import { simplifyMarkup } from './simplify-markup.js';

const maxItems = 10_000;

/**
 * The answer lists what the reference lists, in any order; quality is F1: twice the number of right
 * items by the number of items in both lists. An empty reference means that there is nothing to
 * find: an empty list, or one of the words in `none`, is right.
 *
 * The answer's items are read from a JSON list, from lines with bullets or numbers, from lines, or
 * from a single line with commas or semicolons; a heading that ends with a colon is no item. Case,
 * white space, markup and a last full stop do not count, and neither does saying something twice.
 *
 * Options: `caseSensitive` (default false), `separators` (what divides a single line; default
 * [",", ";"]), `none` (default ["none", "nothing", "n/a"]).
 */
export const setF1Grader = createGrader({
  name: 'set_f1',
  version: 1,
  options: z.strictObject({
    caseSensitive: z.boolean().default(false),
    separators: z.array(z.string().min(1)).min(1).default([',', ';']),
    none: z.array(z.string().trim().min(1)).default(['none', 'nothing', 'n/a']),
  }),
  example: (reference) => JSON.stringify(reference),
  prepare(reference, options) {
    const texts = Array.isArray(reference) ? reference.map(toText) : undefined;
    if (texts === undefined || texts.some((text) => text === undefined)) {
      return problem('reference: give a list of texts or numbers; an empty one means none');
    }
    const normalize = (text: string): string => normalizeItem(text, options.caseSensitive);
    const wanted = new Set((texts as string[]).map(normalize));
    const none = new Set(options.none.map(normalize));
    return ready((answer) => {
      if (answer.trim() === '') return gradedShare(0, 'empty answer');
      const items = readItems(answer, options.separators).map(normalize);
      const given = new Set(items.filter((item) => item !== '' && !none.has(item)));
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

function toText(value: JsonValue): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.trim() === '' ? undefined : text;
}

function normalizeItem(text: string, caseSensitive: boolean): string {
  return normalizeText(text, {
    trim: true,
    caseSensitive,
    collapseWhitespace: true,
    stripMarkup: true,
    stripTrailingPunctuation: true,
  });
}

function readItems(answer: string, separators: readonly string[]): readonly string[] {
  const json = findJson(answer)?.value;
  if (Array.isArray(json)) return json.slice(0, maxItems).map(toItem);
  // {"items": [...]}: what was asked for, wrapped.
  const members = typeof json === 'object' && json !== null ? Object.values(json) : [];
  const lists = members.filter((member) => Array.isArray(member));
  if (lists.length === 1) return (lists[0] as readonly JsonValue[]).slice(0, maxItems).map(toItem);
  if (members.length > 0) return members.slice(0, maxItems).map(toItem);
  return readLines(answer, separators).slice(0, maxItems);
}

function toItem(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const bullet = /^\s{0,20}(?:[-*+•–]|\d{1,3}[.)])\s{1,5}/;

function readLines(answer: string, separators: readonly string[]): readonly string[] {
  const lines = simplifyMarkup(answer)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('```'));
  const bulleted = lines.filter((line) => bullet.test(line));
  if (bulleted.length > 0) return bulleted.map((line) => line.replace(bullet, ''));
  // "The cities are: Rome, Paris" and "Cities:" above the list.
  const [first = '', ...others] = lines;
  if (others.length > 0) return first.trimEnd().endsWith(':') ? others : lines;
  const listed = first.includes(': ') ? first.slice(first.lastIndexOf(': ') + 2) : first;
  let items = [listed];
  for (const separator of separators) items = items.flatMap((item) => item.split(separator));
  return items.map((item) => item.replace(/^\s{0,5}(?:and|und|et|y|e)\s/i, ''));
}
