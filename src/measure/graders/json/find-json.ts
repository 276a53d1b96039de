import type { JsonValue } from '../../../util/json.js';
import { ownJson, tryParseJson } from '../../../util/parse-json.js';

/** JSON found in an answer. */
export interface FoundJson {
  readonly value: JsonValue;
  /** True where the answer is nothing but this JSON. */
  readonly isWhole: boolean;
}

const fencedBlock = /```[ \t]{0,4}[\w+#-]{0,20}[^\S\n]{0,20}\n([\s\S]*?)(?:```|$)/g;
/** Deeper values are nobody's answer, and would exhaust the stack of whatever walks through them. */
const deepest = 100;
const answerJson = { ...ownJson, maxDepth: deepest };
/** How much of an answer is looked through for a value that begins in the middle of its text. */
const scanBudget = 500_000;
/** How many blocks and brackets are tried as JSON. */
const maxAttempts = 1000;

/** Before JSON that is not the answer: what was given, an example, what was tried first. */
const asideBefore =
  /(?:\b(?:for comparison|input was|the input|original|example|e\.g\.|for instance|instead of|rather than|note|asked in|given|for user|previous(?:ly)?|schema|unlike|not)\b)[^.\n{[]{0,30}[:\s`]*$/i;
const correction =
  /\b(?:correct(?:ed|ion)|fixed|revised|updated|final|actually|instead|better|sorry|oops|wait|no)\b[^.\n{[]{0,30}[:\s`]*$/i;

interface Candidate extends FoundJson {
  /** What is written before it. */
  readonly before: string;
}

/**
 * The JSON that an answer gives: the whole of it, or else the fenced blocks or the values in its text
 * that are not introduced as an example or as what was given. Empty values, and lists of plain values
 * such as the citation [1], only count where there is nothing else. What is introduced as a
 * correction counts alone.
 *
 * @param wanted the type that is asked for; values of other types step back behind those of it
 * @returns none, one, or several values without a ground to prefer one
 */
export function findJsonAnswers(text: string, wanted?: 'object' | 'array'): readonly FoundJson[] {
  const trimmed = text.trim();
  const whole = tryParseJson(trimmed, answerJson);
  if (whole !== undefined) return [{ value: whole, isWhole: true }];
  const fenced = listFenced(trimmed);
  const candidates = fenced.length > 0 ? fenced : listInText(trimmed);
  const last = candidates.at(-1);
  if (last !== undefined && candidates.length > 1 && correction.test(last.before)) return [last];
  return [
    ({ before }: Candidate) => !asideBefore.test(before),
    ({ value }: Candidate) => Object.keys(value ?? {}).length > 0,
    ({ value }: Candidate) => wanted === undefined || Array.isArray(value) === (wanted === 'array'),
    ({ value }: Candidate) =>
      !Array.isArray(value) || value.some((item) => typeof item === 'object'),
  ].reduce((left, keeps) => {
    const kept = left.filter(keeps);
    return kept.length > 0 ? kept : left;
  }, candidates);
}

/** The JSON that an answer gives; of several values, the last. */
export function findJson(text: string): FoundJson | undefined {
  return findJsonAnswers(text).at(-1);
}

function listFenced(text: string): readonly Candidate[] {
  return [...text.matchAll(fencedBlock)].slice(-maxAttempts).flatMap((match) => {
    const value = tryParseJson(match[1] as string, answerJson);
    const before = text.slice(Math.max(0, match.index - 80), match.index);
    return value === undefined ? [] : [{ value, isWhole: false, before }];
  });
}

function listInText(text: string): readonly Candidate[] {
  return findJsonValues(text).flatMap(({ value, start, isMember }) =>
    isMember ? [] : [{ value, isWhole: false, before: text.slice(Math.max(0, start - 80), start) }],
  );
}

/** All objects that stand in a text, in order; those inside of others are not listed. */
export function findJsonObjects(text: string): readonly JsonValue[] {
  return findJsonValues(text).flatMap(({ value }) => (Array.isArray(value) ? [] : [value]));
}

interface PlacedValue {
  readonly value: JsonValue;
  readonly start: number;
  readonly end: number;
  /** Whether it is a member of an object that is broken, and so only a part of what is given. */
  readonly isMember: boolean;
}

const objectStart = /^\{\s{0,40}"[^"\n]{0,200}"\s{0,40}:/;
const keyBefore = /"\s{0,40}:\s{0,40}$/;

/** All objects and lists that stand in a text, in order; those inside of others are not listed. */
export function findJsonValues(text: string): readonly PlacedValue[] {
  const values: PlacedValue[] = [];
  let budget = scanBudget;
  let attempts = maxAttempts;
  let brokenTo = 0;
  for (let start = 0; start < text.length && budget > 0 && attempts > 0; start++) {
    if (text[start] !== '{' && text[start] !== '[') continue;
    const end = findClosing(text, start, budget);
    budget -= Math.abs(end) - start;
    attempts -= Number(end > 0);
    const value = end > 0 ? tryParseJson(text.slice(start, end), answerJson) : undefined;
    if (value === undefined) {
      const isBroken = objectStart.test(text.slice(start, start + 300));
      if (isBroken) brokenTo = Math.max(brokenTo, Math.abs(end));
      continue;
    }
    const isMember = start < brokenTo && keyBefore.test(text.slice(Math.max(0, start - 90), start));
    values.push({ value, start, end, isMember });
    start = end - 1;
  }
  return values;
}

/**
 * Where the bracket at `start` is closed; where it is not, the negative of how far that was looked
 * for.
 */
function findClosing(text: string, start: number, budget: number): number {
  let depth = 0;
  let inString = false;
  const stop = Math.min(text.length, start + budget);
  for (let at = start; at < stop; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth === 0) return at + 1;
    if (depth > deepest) return -at;
  }
  return -stop;
}
