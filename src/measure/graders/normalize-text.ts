import { withoutThinking } from './simplify-markup.js';

export interface TextNormalization {
  readonly trim: boolean;
  readonly caseSensitive: boolean;
  readonly collapseWhitespace: boolean;
  readonly stripMarkup: boolean;
  readonly stripTrailingPunctuation: boolean;
}

const trailingPunctuation = new Set('.,;:!?…。，；：！？');
const fencedBlock = /^```[\w+#-]{0,20}[ \t]*\r?\n([\s\S]*?)\r?\n?```$/;
const wrappings: readonly (readonly [string, string])[] = [
  ['**', '**'],
  ['__', '__'],
  ['*', '*'],
  ['`', '`'],
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
  ['「', '」'],
];

/** The form in which texts are compared. What would become empty is left as it is. */
export function normalizeText(text: string, normalization: TextNormalization): string {
  let result = text.normalize('NFC');
  if (normalization.trim) result = result.trim();
  if (normalization.stripMarkup) result = stripMarkup(result, normalization);
  else if (normalization.stripTrailingPunctuation) result = stripTrailingPunctuation(result);
  if (normalization.collapseWhitespace) result = result.replace(/\s+/g, ' ');
  return normalization.caseSensitive ? result : result.toLowerCase();
}

/**
 * Takes off a reasoning block before the text, and what wraps the whole of it: a code fence,
 * emphasis, quotation marks. Punctuation may
 * stand inside or outside of these, so that both are taken off in turn.
 */
function stripMarkup(text: string, normalization: TextNormalization): string {
  let result = withoutThinking(text).trimStart().replace(fencedBlock, '$1');
  for (let round = 0; round < 4; round++) {
    const before = result;
    if (normalization.stripTrailingPunctuation) result = stripTrailingPunctuation(result);
    const inner = unwrap(result);
    result = normalization.trim ? inner.trim() : inner;
    if (result === before) break;
  }
  return result;
}

function unwrap(text: string): string {
  for (const [open, close] of wrappings) {
    const long = text.length > open.length + close.length;
    if (!long || !text.startsWith(open) || !text.endsWith(close)) continue;
    const inner = text.slice(open.length, -close.length);
    // `"a" and "b"` is not one quotation.
    if (!inner.includes(open) && !inner.includes(close) && inner.trim() !== '') return inner;
  }
  return text;
}

/** By hand, because a regular expression takes quadratic time on long runs of dots. */
function stripTrailingPunctuation(text: string): string {
  let end = text.length;
  while (end > 0 && trailingPunctuation.has(text[end - 1] as string)) end--;
  return end === 0 ? text : text.slice(0, end);
}
