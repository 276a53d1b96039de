import type { JsonValue } from '../../../util/json.js';

const maxDepth = 100;

/**
 * Parses what a program returned; undefined where it is not JSON, or is nested more than 100 deep.
 * A deeper value would exhaust the stack of whatever reads it later, outside of the sandbox.
 */
export function parseResultJson(text: string): JsonValue | undefined {
  if (measureDepth(text) > maxDepth) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** How deep lists and objects are nested in a JSON text; brackets within strings do not count. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}
