import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { matchWithTimeLimit } from './match-with-time-limit.js';

/** What is wrong with a value, or undefined where it is valid. */
export type SchemaCheck = (value: JsonValue) => string | undefined;

/** Ajv tests texts with this, and would hang with its own on a pattern that explodes. */
class TimedPattern {
  constructor(
    private readonly pattern: string,
    private readonly flags: string,
  ) {
    RegExp(pattern, flags);
  }

  test(text: string): boolean {
    const match = matchWithTimeLimit(this.pattern, this.flags, text);
    if (match.kind === 'failed') throw new PatternTimeout(match.reason);
    return match.matches;
  }

  /** Ajv tells its patterns apart by this. */
  toString(): string {
    return `/${this.pattern}/${this.flags}`;
  }
}

class PatternTimeout extends Error {}

const options: Options = {
  allErrors: false,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  logger: false,
  code: {
    regExp: Object.assign((pattern: string, flags: string) => new TimedPattern(pattern, flags), {
      code: 'new RegExp',
    }),
  },
};

/** Compiles a JSON Schema; an unknown keyword or a reference that leads nowhere is a problem. */
export function compileSchema(
  schema: JsonObject,
):
  | { readonly kind: 'ready'; readonly check: SchemaCheck }
  | { readonly kind: 'problem'; readonly problem: string } {
  try {
    const isDraft7 = /draft-0[67]/.test(String(schema['$schema']));
    const ajv = isDraft7 ? new Ajv(options) : new Ajv2020(options);
    // The package is CommonJS: its function is the default of what Node makes of it.
    (formats as unknown as { default: (ajv: Ajv) => void }).default(ajv);
    const validate = ajv.compile(schema);
    return {
      kind: 'ready',
      check(value) {
        try {
          return validate(value) === true ? undefined : describe(validate.errors?.[0]);
        } catch (cause) {
          if (cause instanceof PatternTimeout) return cause.message;
          if (cause instanceof RangeError) return 'nested too deeply';
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
