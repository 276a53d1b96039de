import { canonicalJson } from '../../../util/canonical-json.js';
import { isJsonObject } from '../../../util/json.js';
import { trimText } from '../../../util/trim-text.js';

/**
 * Equal for prompts that differ at most in the ends of lines and in blanks at the ends of their texts, which
 * files of different tools write differently. A conversation never equals a text that looks like it.
 */
export function computePromptKey(prompt: unknown): string {
  return typeof prompt === 'string'
    ? `text:${trimText(prompt)}`
    : `chat:${canonicalJson(trimTexts(prompt))}`;
}

function trimTexts(value: unknown): unknown {
  if (typeof value === 'string') return trimText(value);
  if (Array.isArray(value)) return value.map(trimTexts);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, trimTexts(member)]),
  );
}
