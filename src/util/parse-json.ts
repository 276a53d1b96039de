import { isJsonObject, type JsonObject, type JsonValue } from './json.js';

/** What a JSON text may consist of. */
export interface JsonLimits {
  /** Functions that walk through a value would exceed the stack. */
  readonly maxDepth: number;
  /** A value takes many times the memory of its text. */
  readonly maxMembers: number;
  readonly maxCharacters: number;
}

/** For what a provider, a model or the author of a policy wrote. */
export const strangersJson: JsonLimits = {
  maxDepth: 200,
  maxMembers: 500_000,
  maxCharacters: 32 * 1024 * 1024,
};

/** For the user's own files, which may be as large as they are. */
export const ownJson: JsonLimits = {
  maxDepth: strangersJson.maxDepth,
  maxMembers: Infinity,
  maxCharacters: Infinity,
};

/**
 * Parses JSON that somebody else wrote: a provider, a model, or the author of a file.
 *
 * @throws SyntaxError if the text is not JSON, or exceeds one of the limits
 */
export function parseJson(text: string, limits: JsonLimits = strangersJson): JsonValue {
  const excess = findJsonExcess(text, limits);
  if (excess !== undefined) throw new SyntaxError(`the JSON ${excess}`);
  return JSON.parse(text) as JsonValue;
}

/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity`, which JSON does not know, become
 * null, as if there were no number.
 *
 * @throws SyntaxError as `parseJson` does
 */
export function parsePythonJson(text: string, limits: JsonLimits = ownJson): JsonValue {
  try {
    return parseJson(text, limits);
  } catch (error) {
    const finite = replaceNonFinite(text);
    if (finite === text) throw error;
    return parseJson(finite, limits);
  }
}

/** The text with null for the non-finite numbers outside of its strings. */
function replaceNonFinite(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text;
  let finite = '';
  for (let at = 0; at < text.length;) {
    const opening = text.indexOf('"', at);
    const outside = text.slice(at, opening === -1 ? text.length : opening);
    finite += outside.replace(/-?\bInfinity\b|\bNaN\b/g, 'null');
    if (opening === -1) break;
    at = findStringEnd(text, opening) + 1;
    finite += text.slice(opening, at);
  }
  return finite;
}

/** Where the string that starts at a quote ends. */
export function findStringEnd(text: string, opening: number): number {
  let place = opening + 1;
  while (place < text.length && text.charCodeAt(place) !== quote) {
    place += text.charCodeAt(place) === backslash ? 2 : 1;
  }
  return place;
}

/** As `parseJson`, but gives undefined if the text is not JSON, or exceeds one of the limits. */
export function tryParseJson(
  text: string,
  limits: JsonLimits = strangersJson,
): JsonValue | undefined {
  try {
    return parseJson(text, limits);
  } catch {
    return undefined;
  }
}

/**
 * Parses a text that contains a JSON object; undefined if it contains anything else, or exceeds the
 * limits.
 */
export function parseJsonObject(
  text: string,
  limits: JsonLimits = ownJson,
): JsonObject | undefined {
  const value = tryParseJson(text, limits);
  return isJsonObject(value) ? value : undefined;
}

/** As `parseJsonObject`, for a file that Python may have written. */
export function parsePythonObject(text: string): JsonObject | undefined {
  try {
    const value = parsePythonJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Which limit a text exceeds, as a phrase, or undefined. Looks at brackets and commas only, so it
 * does not say whether the text is JSON.
 */
export function findJsonExcess(
  text: string,
  limits: JsonLimits = strangersJson,
): string | undefined {
  return findExcessOver(limits, text);
}

/** As `findJsonExcess`, without limits of its own, which would be in each exported runtime. */
export function findExcessOver(
  { maxDepth, maxMembers, maxCharacters }: JsonLimits,
  text: string,
): string | undefined {
  const { length } = text;
  // Each level takes two characters, so that most texts are too short to be too deep.
  if (length < 2 * maxDepth) return undefined;
  if (length > maxCharacters) return `is longer than ${maxCharacters} characters`;
  // Nearly all texts have too few brackets, which is found out without reading each character.
  if (length < maxMembers && countBrackets(text, maxDepth) <= maxDepth) return undefined;
  let depth = 0;
  let members = 0;
  let isString = false;
  for (let place = 0; place < length; place++) {
    const code = text.charCodeAt(place);
    if (isString) {
      if (code === backslash) place += 1;
      else if (code === quote) isString = false;
    } else if (code === quote) isString = true;
    else if (code === comma) members += 1;
    // "[" and "{" differ from each other, and from "]" and "}", in one bit.
    else if ((code | 0x20) === openingBrace) {
      members += 1;
      depth += 1;
      if (depth > maxDepth) return `is nested more than ${maxDepth} levels deep`;
    } else if ((code | 0x20) === closingBrace) depth -= 1;
  }
  return members > maxMembers ? `has more than ${maxMembers} members` : undefined;
}

/** The number of "{" and "[", or more than `enough` where there are more. */
function countBrackets(text: string, enough: number): number {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let place = text.indexOf(bracket); place >= 0; place = text.indexOf(bracket, place + 1)) {
      count += 1;
      if (count > enough) return count;
    }
  }
  return count;
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
