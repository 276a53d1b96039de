import { getMember, type JsonValue } from '../../util/json.js';

/** Where packages take the effort of reasoning, the ones that win first. */
const places: readonly (readonly string[])[] = [
  ['reasoning', 'effort'],
  ['reasoningEffort'],
  ['reasoning_effort'],
  // Anthropic's, and Google's.
  ['effort'],
  ['thinkingConfig', 'thinkingLevel'],
];

/** The effort of reasoning that options ask for, or undefined. */
export function readEffort(options: unknown): string | undefined {
  return places
    .map((names) => names.reduce<JsonValue | undefined>(getMember, options as JsonValue))
    .find((effort) => typeof effort === 'string') as string | undefined;
}
