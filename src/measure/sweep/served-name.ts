/** Words behind a name that say how a model is served, or which of its versions, and not which model. */
const harmless = new RegExp(
  `^(?:(?:${[
    'latest|instruct|it|simulated',
    // Builds and dates, such as 2024, 08, 001 or v1.
    'v?\\d+',
    // Variants of OpenRouter that choose a provider.
    'free|nitro|floor|exacto',
    'fp4|fp8|fp16|bf16|f16|f32|nvfp4|mxfp4|int4|int8|[48]bit|w\\d+a\\d+|awq|gptq|gguf|mlx',
    // Quantizations of llama.cpp: q8 0, q4 k m, iq4 xs.
    'i?q\\d(?: (?:k|nl|xxs|xs|s|m|l|xl))*',
  ].join('|')})(?: |$))*$`,
);

/**
 * A preview is another model, often at another price: `o1-preview-2024-09-12` is not `o1`. Only the
 * latest version of a model may be one.
 */
const previews: ReadonlySet<string> = new Set(['preview', 'exp']);

/** A month with a day or a year, and not the second number of a version. */
const date = /^(?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01]|20\d\d)(?: |$)/;

/** May come before a name, as may whatever ends with a slash, a dot or a colon. */
const vendors = 'meta|openai|google|anthropic|mistralai|microsoft|azure';

const maxLength = 300;

/**
 * Whether a served name stands for the requested one. It may have a vendor before it, and after it a
 * version, a date, `latest` or how it is served, as `gpt-4o-2024-08-06` for `gpt-4o`. Any other word is
 * another model: `gpt-4o-mini` is not `gpt-4o`, nor `o1-preview` `o1`.
 */
export function isNamed(served: string, requested: string): boolean {
  const name = served.toLowerCase().slice(0, maxLength);
  const full = requested.toLowerCase();
  // A variant is often not repeated, and the latest version has a name of its own.
  const base = full.replace(/:[a-z]+$/, '');
  const alias = base.replace(/-latest$/, '');
  const isLatest = alias !== base;
  const names = [full, alias];
  return [...names, ...names.map(withoutVendor)].some((wanted) => {
    const rest = findRest(name, simplify(wanted));
    const words = isLatest ? rest?.filter((word) => !previews.has(word)) : rest;
    return words !== undefined && isHarmless(words, /\d$/.test(wanted));
  });
}

function withoutVendor(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The words after a name; undefined where it is not there as a whole. */
function findRest(name: string, wanted: string): readonly string[] | undefined {
  const letters = [...wanted].join('[^\\p{L}\\p{N}]*');
  const pattern = `^(?:.*[/.:])?(?:(?:${vendors})[-_ ])?${letters}(?:$|[^\\p{L}\\p{N}](.*)$)`;
  const match = wanted === '' ? null : new RegExp(pattern, 'u').exec(name);
  return match?.[1]?.split(/[^\p{L}\p{N}]+/u).filter(Boolean) ?? (match ? [] : undefined);
}

/**
 * A short number after a number is part of a version: `claude-sonnet-4-5` is not `claude-sonnet-4`, but
 * `grok-4-07-09` is `grok-4` of a day.
 */
function isHarmless(words: readonly string[], isNumbered: boolean): boolean {
  const rest = words.join(' ');
  if (isNumbered && /^\d{1,2}(?: |$)/.test(rest) && !date.test(rest)) return false;
  return harmless.test(rest);
}

function simplify(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '');
}
