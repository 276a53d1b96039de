import { findNumberEnd } from '../../util/exact-json.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';
import { findStringEnd } from '../../util/parse-json.js';
import type { Example } from './example.js';

/** A number of a row in its spelling, which the number itself does not keep: 1.10 is 1.1. */
export interface SpelledNumber {
  /** The names and places that lead to it, from the row's field on. */
  readonly path: readonly (string | number)[];
  readonly written: string;
  /** What YAML reads it as, which has more spellings: 007, 0x1F, True. Absent in JSON. */
  readonly read?: number | boolean;
}

/** The fields whose numbers answers are compared with. */
export const spelledFields = ['reference', 'grader'] as const;

/** The numbers of a row's reference and grader as its JSON spells them; empty without reading it, mostly. */
export function listSpelledNumbers(row: unknown, json: string): readonly SpelledNumber[] {
  if (!isJsonObject(row)) return [];
  const wanted = spelledFields.filter((field) => holdsNumber(row[field]));
  if (wanted.length === 0) return [];
  return listNumbers(json).filter(({ path }) => wanted.some((field) => field === path[0]));
}

function holdsNumber(value: JsonValue | undefined): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(holdsNumber);
  return typeof value === 'number';
}

/** All numbers of a text that is JSON. */
export function listNumbers(json: string): readonly SpelledNumber[] {
  const numbers: SpelledNumber[] = [];
  const path: (string | number)[] = [];
  let name = '';
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') {
      const end = findStringEnd(json, at);
      name = json.slice(at, end + 1);
      at = end;
    } else if (character === ':') path[path.length - 1] = JSON.parse(name) as string;
    else if (character === '{') path.push('');
    else if (character === '[') path.push(0);
    else if (character === '}' || character === ']') path.pop();
    else if (character === ',') {
      const place = path.at(-1);
      if (typeof place === 'number') path[path.length - 1] = place + 1;
    } else if (/[-\d]/.test(character)) {
      const written = json.slice(at, findNumberEnd(json, at));
      numbers.push({ path: [...path], written });
      at += written.length - 1;
    }
  }
  return numbers;
}

/**
 * What is wrong with how an example's numbers are written, or undefined. Answers are compared with a
 * number's text, which 1.10 does not keep, or with its value, which more than 2^53 does not keep.
 */
export function findSpellingProblem(
  { reference, grader }: Pick<Example, 'reference' | 'grader'>,
  numbers: readonly SpelledNumber[],
): string | undefined {
  // Its cases may be of any numbers: a program computes with doubles, too.
  if (grader?.name === 'code') return undefined;
  const isText = comparesTexts(grader?.name, reference);
  for (const { path, written, read } of numbers) {
    const at = path.join('.');
    if (isBeyondDouble(written)) return describeBeyondDouble(at, written);
    const value = read ?? Number(written);
    if (path[0] !== 'reference' || String(value) === written) continue;
    const isRefused =
      (isText && path.length <= 2) ||
      (read !== undefined && !isSameToGrader(grader?.name, { path, written, read }));
    if (isRefused) return describeRespelled(at, written, value);
  }
  return undefined;
}

/** Whether another spelling in YAML is the same to a grader: a number, or a plain one in an object. */
function isSameToGrader(
  grader: string | undefined,
  { path, written, read }: SpelledNumber,
): boolean {
  const isMember = path.slice(1).some((place) => typeof place === 'string');
  const isPlain = !/^[-+]?0[\dxob]/i.test(written);
  return (isMember && isPlain) || (grader === 'numeric' && Number(written) === read);
}

/** Whether a grader compares a reference, or the members of its list, as texts. */
function comparesTexts(grader: string | undefined, reference: JsonValue | undefined): boolean {
  // A list of numbers is compared as such.
  if (grader === 'set_f1') {
    return Array.isArray(reference) && reference.some((item) => typeof item !== 'number');
  }
  return grader !== undefined && textGraders.has(grader);
}

const textGraders: ReadonlySet<string> = new Set([
  'exact',
  'choice',
  'contains',
  'not_contains',
  'similarity',
  'judge',
]);

/** Whether a whole number has so many digits that its neighbors are read as the same number. */
function isBeyondDouble(written: string): boolean {
  return wholeNumber.test(written) && !Number.isSafeInteger(Number(written));
}

const wholeNumber = /^(?:[-+]?\d{16,}(?:\.0*)?|0x[\da-f]+|0o[0-7]+)$/i;

function describeBeyondDouble(at: string, written: string): string {
  const shown = written.length > 40 ? `${written.slice(0, 40)}...` : written;
  return `${at}: ${shown} is beyond 2^53, where numbers are rounded; make it a text, or leave it out`;
}

/** A sentence about a value that is read in another spelling than the file has. */
export function describeRespelled(at: string, written: string, value: unknown): string {
  return `${at}: ${written} is read as ${String(value)}; put it in quotes`;
}
