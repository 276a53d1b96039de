import { isJsonObject, type JsonValue } from './json.js';
import { findStringEnd } from './parse-json.js';

/** Few texts have as many digits in a row, or as large an exponent. */
const suspect = /\d{16}|[eE]\+?\d{3}/;

/**
 * The numbers of a JSON text that would not be written again as they are: whole ones of more digits
 * than a double holds, and those that are too large for any. Other fractions are rounded everywhere.
 */
export function listChangedNumbers(text: string): string[] {
  const changed: string[] = [];
  if (!suspect.test(text)) return changed;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = findStringEnd(text, at);
    else if (code === minus || isDigit(code)) {
      const end = findNumberEnd(text, at);
      const number = text.slice(at, end);
      if (isChanged(number)) changed.push(number);
      at = end - 1;
    }
  }
  return changed;
}

function isChanged(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return true;
  return number.length >= 16 && !/[.eE]/.test(number) && String(value) !== number;
}

/** Where a number of a JSON text ends. A regular expression exceeds the stack on millions of digits. */
export function findNumberEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end += 1;
  return end;
}

function isNumberPart(code: number): boolean {
  return (
    isDigit(code) || code === minus || code === plus || code === dot || (code | 0x20) === letterE
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const quote = 0x22;
const plus = 0x2b;
const minus = 0x2d;
const dot = 0x2e;
const letterE = 0x65;

/** Whether a JSON text has any of `listChangedNumbers`. */
export function changesNumbers(text: string): boolean {
  return listChangedNumbers(text).length > 0;
}

/** The texts of the members of an object by name, or of a list by place. The text must be JSON. */
export function listSources(text: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  let depth = 0;
  let start = 0;
  let name: string | undefined;
  const isObject = text.trimStart().startsWith('{');
  const add = (end: number): void => {
    const source = text.slice(start, end).trim();
    if (source !== '') sources.set(name ?? String(sources.size), source);
    name = undefined;
    start = end + 1;
  };
  for (let place = 0; place < text.length; place++) {
    switch (text[place]) {
      case '"': {
        const end = findStringEnd(text, place);
        if (depth === 1 && isObject) name ??= JSON.parse(text.slice(place, end + 1)) as string;
        place = end;
        break;
      }
      case '{':
      case '[':
        depth += 1;
        if (depth === 1) start = place + 1;
        break;
      case '}':
      case ']':
        depth -= 1;
        if (depth === 0) add(place);
        break;
      case ':':
        if (depth === 1) start = place + 1;
        break;
      case ',':
        if (depth === 1) add(place);
        break;
      default:
    }
  }
  return sources;
}

/** What objects are written as, where their own numbers would change. */
const sources = new WeakMap<object, string>();
let hasSources = false;

/** Whether `writeExactJson` writes an object as the JSON that it was parsed from. */
export function hasSource(value: object): boolean {
  return sources.has(value);
}

/**
 * Has `writeExactJson` write an object as the JSON that it was parsed from, if that would change.
 *
 * @returns how many numbers would change without it
 */
export function keepSource(value: object, source: string): number {
  const { length } = listChangedNumbers(source);
  if (length > 0) {
    sources.set(value, source.trim());
    hasSources = true;
  }
  return length;
}

/**
 * As `keepSource`, for all objects at a path inside a value.
 *
 * @param source what the value was parsed from
 * @param path names of members; `*` stands for each item of a list
 * @returns how many numbers would change without it
 */
export function keepSources(
  value: JsonValue | undefined,
  source: string | undefined,
  path: readonly string[],
): number {
  if (value === undefined || source === undefined) return 0;
  const [name, ...rest] = path;
  if (name === '*') {
    if (!Array.isArray(value)) return 0;
    const items = listSources(source);
    return (value as readonly JsonValue[])
      .map((item, index) => keepSources(item, items.get(String(index)), rest))
      .reduce((sum, count) => sum + count, 0);
  }
  if (!isJsonObject(value)) return 0;
  if (name !== undefined) return keepSources(value[name], listSources(source).get(name), rest);
  return keepSource(value, source);
}

/**
 * JSON as `JSON.stringify` writes it, with the objects of `keepSource` as they were.
 *
 * @throws TypeError as `JSON.stringify` does
 */
export function writeExactJson(value: object): string {
  if (!hasSources) return JSON.stringify(value);
  const texts: string[] = [];
  // Nobody can know it, so that no text is taken for a place.
  const mark = crypto.randomUUID();
  const json = JSON.stringify(value, (_name, member: unknown) => {
    const source = typeof member === 'object' && member !== null ? sources.get(member) : undefined;
    return source === undefined ? member : `${mark} ${texts.push(source) - 1}`;
  });
  if (texts.length === 0) return json;
  return json.replace(
    new RegExp(`"${mark} (\\d+)"`, 'g'),
    (_all, place: string) => texts[Number(place)] as string,
  );
}
