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
  for (let at = 0; at < text.length;) {
    const opening = text.indexOf('"', at);
    const outside = text.slice(at, opening === -1 ? text.length : opening);
    for (const [number] of outside.matchAll(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
      const value = Number(number);
      const isWhole = /^-?\d{16,}$/.test(number);
      if (!Number.isFinite(value) || (isWhole && String(value) !== number)) changed.push(number);
    }
    if (opening === -1) break;
    at = findStringEnd(text, opening) + 1;
  }
  return changed;
}

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

/** Has `writeExactJson` write an object as the JSON that it was parsed from, if that would change. */
export function keepSource(value: object, source: string): void {
  if (!changesNumbers(source)) return;
  sources.set(value, source.trim());
  hasSources = true;
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
