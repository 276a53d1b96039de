import type { JsonValue } from '../../util/json.js';
import { withoutThinking } from './simplify-markup.js';

/** JSON found in an answer. */
export interface FoundJson {
  readonly value: JsonValue;
  /** True where the answer is nothing but this JSON. */
  readonly isWhole: boolean;
}

const fencedBlock = /```[ \t]{0,4}[\w+#-]{0,20}[^\S\n]{0,20}\n([\s\S]*?)(?:```|$)/g;
/** Deeper values are nobody's answer, and would exhaust the stack of whatever walks through them. */
const deepest = 100;
/** How much of an answer is looked through for a value that begins in the middle of its text. */
const scanBudget = 2_000_000;

/**
 * The JSON that an answer gives: the whole of it, or the last fenced block that holds some, or the
 * last object (else list) that stands in its text. Undefined where there is none.
 */
export function findJson(answer: string): FoundJson | undefined {
  const text = withoutThinking(answer).trim();
  const whole = parseJson(text);
  if (whole !== undefined) return { value: whole, isWhole: true };
  const blocks = [...text.matchAll(fencedBlock)].map((match) => match[1] as string).reverse();
  for (const block of blocks) {
    const value = parseJson(block);
    if (value !== undefined) return { value, isWhole: false };
  }
  const value = findLastValue(text);
  return value === undefined ? undefined : { value, isWhole: false };
}

/** All objects that stand in a text, in order; those inside of others are not listed. */
export function findJsonObjects(text: string): readonly JsonValue[] {
  return findValues(text).filter((value) => !Array.isArray(value));
}

function parseJson(text: string): JsonValue | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isShallow(value, deepest) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1));
}

function findLastValue(text: string): JsonValue | undefined {
  const values = findValues(text);
  return values.findLast((value) => !Array.isArray(value)) ?? values.at(-1);
}

function findValues(text: string): readonly JsonValue[] {
  const values: JsonValue[] = [];
  let budget = scanBudget;
  for (let start = 0; start < text.length && budget > 0; start++) {
    if (text[start] !== '{' && text[start] !== '[') continue;
    const end = findClosing(text, start, budget);
    budget -= Math.abs(end) - start;
    const value = end > 0 ? parseJson(text.slice(start, end)) : undefined;
    if (value === undefined) continue;
    values.push(value);
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
