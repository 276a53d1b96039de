import type { JsonValue } from '../../util/json.js';
import { isRole } from './exported-messages.js';
import { parseSpelledJson } from './spell-numbers.js';

/**
 * The list or object in a cell, as JSON, or as Python, pandas and NumPy (without commas) write it;
 * undefined where there is neither.
 */
export function parseCell(cell: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(cell)) return undefined;
  return tryParse(cell) ?? tryParse(translatePython(cell));
}

function tryParse(json: string): JsonValue | undefined {
  try {
    return parseSpelledJson(json);
  } catch {
    return undefined;
  }
}

/** Python's list or object as JSON; anything else becomes a text that is no JSON. */
function translatePython(cell: string): string {
  let json = '';
  let place = 0;
  const isPair: boolean[] = [];
  while (place < cell.length) {
    const start = findQuote(cell, place);
    const end = findTextEnd(cell, start);
    const text = unescape(cell.slice(start + 1, end));
    const between = translateBetween(
      translatePairs(cell.slice(place, start), isRole(text), isPair),
    );
    if (start >= cell.length) return json + between;
    // NumPy separates the members of a list by spaces.
    json += place > 0 && /^\s+$/.test(between) ? `,${between}` : between;
    json += JSON.stringify(text);
    place = end + 1;
  }
  return json;
}

function findQuote(cell: string, from: number): number {
  let place = from;
  while (place < cell.length && cell[place] !== '"' && cell[place] !== "'") place += 1;
  return place;
}

/** Where a text ends. A regular expression exceeds the stack on very long ones. */
function findTextEnd(cell: string, opening: number): number {
  let place = opening + 1;
  while (place < cell.length && cell[place] !== cell[opening])
    place += cell[place] === '\\' ? 2 : 1;
  return place;
}

const words: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' };

/** Whether a list or object in a cell ends before the cell does, so that it is a part of a text. */
export function isFollowedByText(cell: string): boolean {
  let depth = 0;
  for (let place = 0; place < cell.length; place++) {
    const character = cell[place] as string;
    if (character === '"' || character === "'") place = findTextEnd(cell, place);
    else if ('[{'.includes(character)) depth += 1;
    else if (']}'.includes(character)) {
      depth -= 1;
      if (depth === 0) return cell.slice(place + 1).trim() !== '';
    }
  }
  return false;
}

/**
 * Writes tuples that begin with a role, as LangChain takes messages, as lists; other tuples stay.
 *
 * @param isPair whether each open parenthesis is of such a tuple
 */
function translatePairs(text: string, isBeforeRole: boolean, isPair: boolean[]): string {
  return text.replace(/(^|[\s,[({:])\((?=\s*$)|[()]/g, (all, before: string | undefined) => {
    if (all === ')') return isPair.pop() === true ? ']' : all;
    isPair.push(isBeforeRole && before !== undefined);
    return isPair.at(-1) === true ? `${before ?? ''}[` : all;
  });
}

/** What stands between the texts, as JSON: `None` is null, and `array([...])` its list. */
function translateBetween(text: string): string {
  return text
    .replace(/\b(?:None|True|False)\b/g, (word) => words[word] as string)
    .replace(/-?\b(?:nan|inf)\b/g, 'null')
    .replace(/\barray\(\[/g, '[')
    .replace(/\](?:,\s{0,9}dtype=\w{1,9})?\)/g, ']')
    .replace(/([}\]])(\s+)(?=[{[])/g, '$1,$2');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([^]))/gi,
    (all, ...[byte, unit, point, other]: (string | undefined)[]) => {
      const code = Number.parseInt(byte ?? unit ?? point ?? '', 16);
      if (Number.isNaN(code)) return escapes[other ?? ''] ?? readEscape(all, other);
      return code > 0x10_ffff ? all : String.fromCodePoint(code);
    },
  );
}

/** Python keeps the backslash of an unknown escape. */
function readEscape(all: string, other = ''): string {
  return `\\'"`.includes(other) ? other : all;
}
