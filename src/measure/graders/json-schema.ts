import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { compileSchema, type SchemaCheck } from './compile-schema.js';
import { createGrader, graded, problem, ready } from './create-grader.js';
import { findJson } from './find-json.js';

/**
 * The answer holds JSON that is valid by the reference, a JSON Schema (draft 2020-12; draft-07
 * where its `$schema` says so; `format` is checked).
 *
 * Options: `wholeAnswer` (default false: JSON in a code fence or within other text will do; true
 * means that the answer must be nothing but JSON).
 */
export const jsonSchemaGrader = createGrader({
  name: 'json_schema',
  version: 1,
  options: z.strictObject({ wholeAnswer: z.boolean().default(false) }),
  prepare(reference, { wholeAnswer }) {
    if (!isJsonObject(reference)) return problem('reference: give a JSON Schema, an object');
    const compiled = compileOnce(reference);
    if (compiled.kind === 'problem') return problem(`reference: ${compiled.problem}`);
    return ready((answer) => {
      const found = findJson(answer);
      if (found === undefined) return graded(false, 'no JSON found');
      if (wholeAnswer && !found.isWhole) return graded(false, 'holds more than JSON');
      const wrong = compiled.check(found.value);
      return graded(wrong === undefined, wrong);
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
