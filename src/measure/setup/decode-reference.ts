import type { JsonObject, JsonValue } from '../../util/json.js';
import { parseJsonObject } from '../../util/parse-json.js';
import { foldReference } from './draft-task-set.js';
import { readLetters } from './letter-lists.js';
import { writeText } from './suggestion.js';

/** Graders that look at every member of a list; any other would grade by one of them alone. */
const listGraders: ReadonlySet<string> = new Set(['contains', 'exact', 'set_f1']);

/**
 * A reference in the form that a grader expects: JSON for objects that a table holds as text, the
 * spelling of its choice, and a list as the text that it was read from, unless the grader takes lists.
 *
 * @param listText the text that a list was read from. @default the list as JSON
 */
export function decodeReference(
  { name, choices }: JsonObject & { readonly name: string },
  reference: JsonValue,
  listText?: string,
): JsonValue {
  // A list of letters is one for a grader without texts of choices.
  const letters = name === 'choice' && choices === undefined ? readLetters(reference) : undefined;
  if (letters !== undefined && (letters.length > 1 || Array.isArray(reference))) return letters;
  if (Array.isArray(reference) && !listGraders.has(name)) {
    return listText ?? JSON.stringify(reference);
  }
  if (name === 'set_f1') return Array.isArray(reference) ? reference : [reference];
  if (name === 'json_fields' && typeof reference === 'string') {
    return parseJsonObject(reference) ?? reference;
  }
  const text = writeText(reference);
  if (name !== 'choice' || !Array.isArray(choices) || text === undefined) return reference;
  const folded = foldReference(text);
  const spellings = choices as readonly JsonValue[];
  return spellings.find((choice) => foldReference(choice) === folded) ?? reference;
}
