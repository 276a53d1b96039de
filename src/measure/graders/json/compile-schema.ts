import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';

/** What is wrong with a value, or undefined where it is valid. */
export type SchemaCheck = (value: JsonValue) => string | undefined;

/** Said of a schema such as `{"$ref": "#"}`; no answer is nested so deeply that checking it overflows. */
export const endlessCheck = 'the schema refers to itself without end';

const options: Options = {
  allErrors: false,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  logger: false,
};

/** Keywords of OpenAPI that describe a value and do not limit it. */
const annotations = ['example', 'xml', 'externalDocs', 'discriminator'];

/** Compiles a JSON Schema; an unknown keyword or a reference that leads nowhere is a problem. */
export function compileSchema(
  given: JsonObject,
):
  | { readonly kind: 'ready'; readonly check: SchemaCheck }
  | { readonly kind: 'problem'; readonly problem: string } {
  try {
    const dialect = String(given['$schema']);
    const schema = /draft-04/.test(dialect) ? upgradeDraft4(given) : given;
    const ajv = /draft-0[467]/.test(dialect)
      ? new Ajv(options)
      : /2019-09/.test(dialect)
        ? new Ajv2019(options)
        : new Ajv2020(options);
    ajv.addVocabulary(annotations);
    // The package is CommonJS: its function is the default of what Node makes of it.
    (formats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
    const validate = ajv.compile(schema);
    return {
      kind: 'ready',
      check(value) {
        try {
          return validate(value) === true ? undefined : describe(validate.errors?.[0]);
        } catch (cause) {
          if (cause instanceof RangeError) return endlessCheck;
          throw cause;
        }
      },
    };
  } catch (cause) {
    return { kind: 'problem', problem: (cause as Error).message };
  }
}

function describe(error: ErrorObject | undefined): string {
  const path = error?.instancePath ?? '';
  return `${path === '' ? 'the value' : path} ${error?.message ?? 'is not valid'}`;
}

/** Rewrites what draft-04 writes differently from draft-07: bounds that are true, and `id`. */
function upgradeDraft4(schema: JsonObject): JsonObject {
  const upgraded: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(schema)) {
    const bound = /^exclusive(Minimum|Maximum)$/.exec(name)?.[1]?.toLowerCase();
    if (name === '$schema' || (bound !== undefined && value === false)) continue;
    if (bound !== undefined && value === true) upgraded[name] = schema[bound] as JsonValue;
    else if (name === 'id' && typeof value === 'string') upgraded['$id'] = value;
    else upgraded[name] = upgradeMember(value);
  }
  return upgraded;
}

function upgradeMember(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => upgradeMember(item));
  return isJsonObject(value) ? upgradeDraft4(value) : value;
}
