import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { createGrader, graded, gradedShare, problem, ready } from './create-grader.js';
import { findJson } from './find-json.js';
import { findNumbers } from './find-numbers.js';
import { isSameValue, plainText } from './same-value.js';
import { simplifyMarkup } from './simplify-markup.js';

const fieldSchema = z.strictObject({
  compare: z.enum(['auto', 'exact', 'contains', 'unordered']).default('auto'),
  weight: z.number().positive().default(1),
  tolerance: z.number().nonnegative().default(1e-6),
});

type FieldRule = z.infer<typeof fieldSchema>;

const defaultRule: FieldRule = { compare: 'auto', weight: 1, tolerance: 1e-6 };

/**
 * The answer holds a JSON object with the reference's fields; quality is the share of the fields
 * that are right. Fields of nested objects count one by one, under names such as `address.city`; a
 * list counts as one field.
 *
 * By default texts are compared without case, white space and a last full stop; a number is also
 * right as a text that holds just this number ("12.50 EUR"); null is also right where the field is
 * absent.
 *
 * Options: `fields` (by name, what differs from the default: `compare`: "exact" (the same JSON
 * value), "contains" (a text that holds the expected one) or "unordered" (a list in any order);
 * `weight`, default 1; `tolerance` of numbers, absolute or relative, default 1e-6), `allowExtra`
 * (default true; false means that fields which the reference lacks count as wrong ones),
 * `wholeAnswer` (default false; true means that the answer must be nothing but JSON).
 */
export const jsonFieldsGrader = createGrader({
  name: 'json_fields',
  version: 1,
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
    return ready((answer) => {
      const found = findJson(answer);
      if (found === undefined) return graded(false, 'no JSON found');
      if (options.wholeAnswer && !found.isWhole) return graded(false, 'holds more than JSON');
      if (!isJsonObject(found.value)) return graded(false, 'the JSON is not an object');
      const wrong: string[] = [];
      let total = 0;
      let right = 0;
      for (const [name, { path, value }] of expected) {
        const { weight } = ruleOf(name);
        total += weight;
        if (isRightField(value, readPath(found.value, path), ruleOf(name))) right += weight;
        else wrong.push(name);
      }
      const extra = options.allowExtra ? [] : listExtra(found.value, expected);
      const detail = [...wrong.map((name) => `wrong: ${name}`), ...extra.map((x) => `extra: ${x}`)];
      const quality = right / (total + extra.length);
      return gradedShare(quality, detail.length === 0 ? undefined : detail.slice(0, 10).join('; '));
    });
  },
});

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
  if (actual === undefined) return expected === null && compare !== 'exact';
  if (compare === 'contains') {
    return plainText(readText(actual)).includes(plainText(readText(expected)));
  }
  if (compare === 'auto' && typeof expected === 'number' && typeof actual === 'string') {
    const numbers = findNumbers(simplifyMarkup(actual));
    const only = numbers.length === 1 ? numbers[0]?.value : undefined;
    const allowed = tolerance * Math.max(1, Math.abs(expected));
    return only !== undefined && Math.abs(only - expected) <= allowed;
  }
  if (compare === 'auto' && typeof expected === 'string' && typeof actual === 'number') {
    return plainText(expected) === String(actual);
  }
  return isSameValue(expected, actual, {
    tolerance: compare === 'exact' ? 0 : tolerance,
    exactText: compare === 'exact',
    ordered: compare !== 'unordered',
  });
}

function readText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
