import type { JsonValue } from '../../../util/json.js';
import { ownJson, tryParseJson } from '../../../util/parse-json.js';

const resultJson = { ...ownJson, maxDepth: 100 };

/**
 * Parses what a program returned; undefined where it is not JSON, or is nested more than 100 deep.
 * A deeper value would exhaust the stack of whatever reads it later, outside of the sandbox.
 */
export function parseResultJson(text: string): JsonValue | undefined {
  return tryParseJson(text, resultJson);
}
