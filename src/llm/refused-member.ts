import { listObjects, type JsonValue } from '../util/json.js';

/** Members of a request that this library sends and some servers refuse. */
const adjustableMembers = [
  'max_completion_tokens',
  'max_tokens',
  'stream_options',
  'temperature',
  'reasoning_effort',
  'seed',
  'top_p',
] as const;

/** One of these members. */
export type RefusedMember = (typeof adjustableMembers)[number];

/**
 * That a member is refused as such, and not its value. OpenAI, Azure: "Unsupported parameter", "does
 * not support 0 with this model", "Unrecognized request argument". FastAPI (Mistral, Databricks):
 * "Extra inputs are not permitted" (github/app 3299). Groq: "property 'x' is unsupported". Cohere,
 * Go servers: "unknown field". Gemini: "Unknown name". vLLM: "unexpected keyword". Anthropic: "is
 * deprecated for this model".
 */
const refusal =
  /unsupported (?:parameter|value)|does not support|not supported|is unsupported|unrecognized|extra_forbidden|extra inputs? (?:are|is)|extra fields|unknown (?:field|name|parameter|argument)|unexpected (?:keyword|field|parameter)|not permitted|is deprecated for|argument not supported|is not a valid field|cannot both be specified/i;

/**
 * The member that an error refuses, or undefined. It is looked for in `param`, in FastAPI's `loc` and
 * in the text, where the first one that is named counts.
 */
export function findRefusedMember(
  error: { readonly param: JsonValue | undefined; readonly code: string },
  text: string,
): RefusedMember | undefined {
  const isRefusal = error.code === 'unsupported_parameter' || refusal.test(text);
  if (!isRefusal) return undefined;
  const named = adjustableMembers.find((name) => name === error.param);
  if (named !== undefined) return named;
  let first: RefusedMember | undefined;
  let firstPlace = Infinity;
  for (const name of adjustableMembers) {
    const place = text.search(new RegExp(`\\b${name}\\b`));
    if (place >= 0 && place < firstPlace) [first, firstPlace] = [name, place];
  }
  return first;
}

/** FastAPI's `detail` as a text: `body.stream_options: Extra inputs are not permitted`. */
export function describeValidation(detail: JsonValue | undefined): string | undefined {
  const problems = listObjects(detail).map(({ loc, msg, type }) =>
    [Array.isArray(loc) ? loc.join('.') : '', msg ?? type]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(': '),
  );
  return problems.filter((text) => text !== '').join('; ') || undefined;
}
