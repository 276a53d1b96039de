import { keepSource, listChangedNumbers, listSources } from '../../util/exact-json.js';
import { isJsonObject, type JsonValue } from '../../util/json.js';

/**
 * Has `writeExactJson` write the inputs of tool calls as they were, with the digits that JavaScript has
 * no numbers for.
 *
 * @param content of a message
 * @param source what it was parsed from
 * @returns how many numbers are kept so
 */
export function keepInputs(content: JsonValue | undefined, source: string | undefined): number {
  if (!Array.isArray(content) || source === undefined) return 0;
  const blocks = listSources(source);
  let kept = 0;
  (content as readonly JsonValue[]).forEach((block, index) => {
    if (!isJsonObject(block) || !isJsonObject(block['input'])) return;
    const input = listSources(blocks.get(String(index)) as string).get('input') as string;
    keepSource(block['input'], input);
    kept += listChangedNumbers(input).length;
  });
  return kept;
}
