import { answerTags } from './answer-tags.js';
import { levelSubscripts, unifyTypography } from './typography.js';

export interface TextNormalization {
  /** Quotation marks, hyphens, spaces, digits and full-width forms count as their plain spelling. */
  readonly typography: boolean;
  readonly trim: boolean;
  readonly caseSensitive: boolean;
  readonly collapseWhitespace: boolean;
  readonly stripMarkup: boolean;
  readonly stripTrailingPunctuation: boolean;
}

const trailingPunctuation = new Set('.,;:!?…。，；：！？');
const fencedBlock = /^```[\w+#-]{0,20}[ \t]*\r?\n([\s\S]*?)\r?\n?```$/;
const answerTag = new RegExp(
  String.raw`^\s{0,20}<(?:${answerTags})>([^<]*)</(?:${answerTags})>\s{0,20}$`,
  'i',
);
/** Text that nothing wraps. */
const plainWords = /^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*$/u;
/** The mark of a heading, of an item, or the number of the only item. */
const lineMark = /^\s{0,20}(?:#{1,6}|[-*+•>]|1[.)])\s{1,5}(?=\S)/;
const command =
  /^\\(?:boxed|text|textbf|mathrm|fbox)\s?\{([^{}]*(?:\\(?:text|textbf|mathrm)\s?\{[^{}]*\}[^{}]*)*)\}$/;
const wrappings: readonly (readonly [string, string])[] = [
  ['$', '$'],
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
  ['『', '』'],
  ['„', '“'],
  ['‹', '›'],
  ['(', ')'],
  ['[', ']'],
];

/** The form in which texts are compared. What would become empty is left as it is. */
export function normalizeText(text: string, normalization: TextNormalization): string {
  let result = normalization.typography
    ? levelSubscripts(unifyTypography(text))
    : text.normalize('NFC');
  if (normalization.trim) result = result.trim();
  if (normalization.stripMarkup) result = stripMarkup(result, normalization);
  else if (normalization.stripTrailingPunctuation) result = stripTrailingPunctuation(result);
  if (normalization.collapseWhitespace) result = result.replace(/\s+/g, ' ');
  return normalization.caseSensitive ? result : result.toLowerCase();
}

/**
 * Takes off what wraps the whole of a text: a code fence, emphasis, quotation marks, brackets,
 * `\\boxed{}`, an `<answer>` tag, the mark of a heading or of the only item of a list. Punctuation may
 * stand inside or outside of these, so that both are taken off in turn.
 */
function stripMarkup(text: string, normalization: TextNormalization): string {
  if (plainWords.test(text)) return text;
  let result = text.replace(fencedBlock, '$1').replace(answerTag, '$1');
  if (!result.trim().includes('\n')) result = result.replace(lineMark, '');
  for (let round = 0; round < 5; round++) {
    const before = result;
    if (normalization.stripTrailingPunctuation) result = stripTrailingPunctuation(result);
    const inner = unwrap(result.replace(command, '$1'));
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
