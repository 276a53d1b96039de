import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { compileSchema, endlessCheck, type SchemaCheck } from './json/compile-schema.js';
import { ambiguous, createGrader, graded, problem, ready } from './create-grader.js';
import { findJsonAnswers } from './json/find-json.js';

/**
 * The answer holds JSON that is valid by the reference, a JSON Schema (draft 2020-12, or where its
 * `$schema` says so 2019-09, draft-07 or draft-04; `format` is checked). Of several values in the
 * answer, see `findJsonAnswers`.
 *
 * Options: `wholeAnswer` (default false: JSON in a code fence or within other text will do; true
 * means that the answer must be nothing but JSON).
 */
export const jsonSchemaGrader = createGrader({
  name: 'json_schema',
  version: 6,
  options: z.strictObject({ wholeAnswer: z.boolean().default(false) }),
  prepare(reference, { wholeAnswer }) {
    if (!isJsonObject(reference)) return problem('reference: give a JSON Schema, an object');
    const compiled = compileOnce(reference);
    if (compiled.kind === 'problem') return problem(`reference: ${compiled.problem}`);
    const type = reference['type'];
    const wanted = type === 'object' || type === 'array' ? type : undefined;
    return ready((answer) => {
      const found = findJsonAnswers(answer, wanted);
      const [first] = found;
      if (first === undefined) return graded(false, 'no JSON found');
      if (wholeAnswer && !first.isWhole) return graded(false, 'holds more than JSON');
      const wrong = found.map(({ value }) => compiled.check(value));
      if (wrong.includes(endlessCheck)) return { kind: 'ungraded', reason: endlessCheck };
      if (wrong.every((one) => one === undefined)) return graded(true);
      if (wrong.every((one) => one !== undefined)) return graded(false, wrong.at(-1));
      return ambiguous(found.map(({ value }) => JSON.stringify(value).slice(0, 60)));
    });
  },
});

const compiledOf = new WeakMap<JsonObject, ReturnType<typeof compileSchema>>();

/** The same task is graded for every model, and compiling takes longer than checking. */
function compileOnce(schema: {
  readonly [key: string]: JsonValue;
}):
  | { readonly kind: 'ready'; readonly check: SchemaCheck }
  | { readonly kind: 'problem'; readonly problem: string } {
  const compiled = compiledOf.get(schema) ?? compileSchema(schema);
  compiledOf.set(schema, compiled);
  return compiled;
}
