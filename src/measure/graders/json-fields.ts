import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { ambiguous, createGrader, graded, gradedShare, problem, ready } from './create-grader.js';
import { findJsonAnswers } from './json/find-json.js';
import { findNumbers } from './numbers/find-numbers.js';
import type { Grade } from './grade.js';
import { plainMath } from './math/plain-math.js';
import { findNumberWords } from './numbers/number-words.js';
import { chooseTolerance, isSameNumber, type NumberTolerance } from './numbers/same-number.js';
import { isSameValue, plainText } from './texts/same-value.js';
import { unifyTypography } from './texts/typography.js';

const fieldSchema = z.strictObject({
  compare: z.enum(['auto', 'exact', 'contains', 'unordered']).default('auto'),
  weight: z.number().positive().default(1),
  tolerance: z.number().nonnegative().optional(),
});

type FieldRule = z.infer<typeof fieldSchema>;

const defaultRule: FieldRule = { compare: 'auto', weight: 1 };

/**
 * The answer holds a JSON object with the reference's fields; quality is the share of the fields
 * that are right. Fields of nested objects count one by one, under names such as `address.city`; a
 * list counts as one field.
 *
 * By default texts are compared without case, white space, typography and a last full stop; a number
 * is also right as a text that holds just this number ("12.50 EUR", "50 %"), true and false as "true",
 * "yes", "false" and "no", and null where the field is absent, empty or "n/a".
 *
 * Options: `fields` (by name, what differs from the default: `compare`: "exact" (the same JSON
 * value), "contains" (a text that holds the expected one) or "unordered" (a list in any order);
 * `weight`, default 1; `tolerance` of numbers, absolute or relative; by default whole numbers must be
 * equal, and others within 1e-6), `allowExtra`
 * (default true; false means that fields which the reference lacks count as wrong ones),
 * `wholeAnswer` (default false; true means that the answer must be nothing but JSON).
 */
export const jsonFieldsGrader = createGrader({
  name: 'json_fields',
  version: 8,
  options: z.strictObject({
    fields: z.record(z.string(), fieldSchema).default({}),
    allowExtra: z.boolean().default(true),
    wholeAnswer: z.boolean().default(false),
  }),
  example: (reference) => (isJsonObject(reference) ? JSON.stringify(reference) : undefined),
  prepare(reference, options) {
    if (!isJsonObject(reference) || Object.keys(reference).length === 0) {
      return problem('reference: give an object with the fields that are expected');
    }
    const expected = listFields(reference);
    const unknown = Object.keys(options.fields).find((name) => !expected.has(name));
    if (unknown !== undefined) {
      return problem(`options: fields: the reference has no field "${unknown}"`);
    }
    const rules = new Map(Object.entries(options.fields));
    const ruleOf = (name: string): FieldRule => rules.get(name) ?? defaultRule;
    const gradeObject = (given: JsonObject): Grade => {
      const wrong: string[] = [];
      let total = 0;
      let right = 0;
      for (const [name, { path, value }] of expected) {
        const { weight } = ruleOf(name);
        total += weight;
        if (isRightField(value, readPath(given, path), ruleOf(name))) right += weight;
        else wrong.push(name);
      }
      const extra = options.allowExtra ? [] : listExtra(given, expected);
      const detail = [...wrong.map((name) => `wrong: ${name}`), ...extra.map((x) => `extra: ${x}`)];
      const quality = right / (total + extra.length);
      return gradedShare(quality, detail.length === 0 ? undefined : detail.slice(0, 10).join('; '));
    };
    return ready((answer) => {
      const found = findJsonAnswers(answer, 'object');
      const [first] = found;
      if (first === undefined) return graded(false, 'no JSON found');
      if (options.wholeAnswer && !first.isWhole) return graded(false, 'holds more than JSON');
      const objects = found.flatMap(({ value }) => (isJsonObject(value) ? [value] : []));
      const [grade, ...others] = objects.map(gradeObject);
      if (grade === undefined) return graded(false, 'the JSON is not an object');
      return others.every((other) => qualityOf(other) === qualityOf(grade))
        ? grade
        : ambiguous(objects.map((object) => JSON.stringify(object).slice(0, 60)));
    });
  },
});

function qualityOf(grade: Grade): number | undefined {
  return grade.kind === 'graded' ? grade.quality : undefined;
}

const blankWords = new Set(['', 'null', 'none', 'n/a']);
const truthWords: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['no', false],
]);

interface Field {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

function listFields(object: JsonObject, path: readonly string[] = []): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [name, value] of Object.entries(object)) {
    const inner = [...path, name];
    if (isJsonObject(value) && Object.keys(value).length > 0) {
      for (const [innerName, field] of listFields(value, inner)) fields.set(innerName, field);
    } else fields.set(inner.join('.'), { path: inner, value });
  }
  return fields;
}

function listExtra(value: JsonObject, expected: ReadonlyMap<string, Field>): readonly string[] {
  const names = [...expected.keys()];
  return [...listFields(value).keys()].filter(
    (name) => !names.some((known) => known === name || name.startsWith(`${known}.`)),
  );
}

function readPath(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

function isRightField(
  expected: JsonValue,
  actual: JsonValue | undefined,
  { compare, tolerance }: FieldRule,
): boolean {
  const allowed = chooseTolerance(compare === 'exact' ? 0 : tolerance, 1e-6);
  if (actual === undefined) return expected === null && compare !== 'exact';
  if (compare === 'contains') {
    return plainText(readText(actual)).includes(plainText(readText(expected)));
  }
  if (compare === 'auto' && typeof actual === 'string' && typeof expected !== 'string') {
    const text = actual.trim().toLowerCase();
    if (expected === null) return blankWords.has(text);
    if (typeof expected === 'boolean')
      return text === String(expected) || truthWords.get(text) === expected;
    if (typeof expected === 'number') return isNumberInText(expected, actual, allowed);
  }
  if (compare === 'auto' && typeof expected === 'string' && typeof actual === 'number') {
    return plainText(expected) === String(actual) || isWrittenNumber(expected, actual);
  }
  return isSameValue(expected, actual, {
    tolerance: allowed,
    exactText: compare === 'exact',
    ordered: compare !== 'unordered',
  });
}

const markup = /<\/?[a-z][^<>]{0,80}>/giu;
/** "less than 3", "not exactly 3", "> $3", and not "at least 3", "net -> 3" or "VAT not included: 3". */
const boundBefore =
  /(?:(?<![-=])[<>](?!=)|(?<!\p{L})(?:not|never|(?<!no\s(?:more|less|fewer|later)\s)than|nicht|(?:mehr|weniger)\sals|pas|(?:plus|moins)\sde|(?:más|menos)\sde|(?:più|meno)\sdi)(?:\s(?:exactly|quite|even|just|only|about|really|genau|exactement))?)\s?[$€£¥]?\s?$/iu;
/** "3 dozen", and not "3+" or "3 or more", which hold it, nor "$3/dozen". */
const boundAfter =
  /^(?:\s?(?:dozens?|dutzend|douzaines?|docenas?|dozzin[ae])(?!\p{L})|\s?[<>](?!=))/iu;
const dozens = /dozens?$/iu;

/** A text that holds just this number, in the locale of either decimal sign. */
function isNumberInText(expected: number, actual: string, tolerance: NumberTolerance): boolean {
  const text = plainMath(unifyTypography(actual.replace(markup, ' ')));
  const numbers = findNumbers(text);
  const isSame = (value: number): boolean => isSameNumber(expected, value, tolerance);
  const [only] = numbers;
  if (only === undefined) {
    const words = findNumberWords(text);
    return words.length === 1 && words.every((word) => isSame(word.value) && !isBound(text, word));
  }
  if (numbers.length > 1 || isBound(text, only)) return false;
  const readings = [only.value, only.alternative ?? only.value];
  if (only.percent) readings.push(only.value / 100);
  return readings.some(isSame);
}

/** Whether the words next to a number make it another one. */
function isBound(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return (
    boundBefore.test(text.slice(0, start)) ||
    boundAfter.test(text.slice(end)) ||
    dozens.test(text.slice(start, end))
  );
}

/** "12.50" and 12.5; not "007" and 7, for a text that begins with a zero is a code. */
function isWrittenNumber(text: string, value: number): boolean {
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(text.trim()) && Number(text) === value;
}

function readText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
