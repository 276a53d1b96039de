import type { JsonValue } from '../../../util/json.js';

/**
 * The texts that a reference gives: itself, or the members of a list; numbers and booleans as they
 * are written in JSON. Undefined where there is none, where the list is empty, or where one of them
 * is blank or of another type.
 */
export function referenceTexts(reference: JsonValue | undefined): readonly string[] | undefined {
  if (reference === undefined || reference === null) return undefined;
  const values: readonly JsonValue[] = Array.isArray(reference) ? reference : [reference];
  const texts = values.map((value) =>
    typeof value === 'object' || value === null ? '' : String(value),
  );
  return texts.length > 0 && texts.every((text) => text.trim() !== '') ? texts : undefined;
}
