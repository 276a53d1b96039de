import { isJsonObject, type JsonObject } from '../../../util/json.js';

/**
 * Turns descriptions of functions (one, or a list; each with a name, a description and parameters)
 * into tools in OpenAI's form. Parameters stay as they are, also where they are not quite JSON
 * Schema (`"type": "dict"`), because that is what the recorded models were shown. Tools that are
 * in OpenAI's form already are kept.
 *
 * @returns undefined when any of them is something else: half of the tools would be another prompt
 */
export function convertToolDocuments(documents: unknown): readonly JsonObject[] | undefined {
  const list: readonly unknown[] = Array.isArray(documents) ? documents : [documents];
  const tools: JsonObject[] = [];
  for (const document of list) {
    const tool = convertOne(document);
    if (tool === undefined) return undefined;
    tools.push(tool);
  }
  return tools;
}

function convertOne(document: unknown): JsonObject | undefined {
  if (!isJsonObject(document)) return undefined;
  if (typeof document['type'] === 'string') return document;
  const { name, description, parameters } = document;
  if (typeof name !== 'string' || name === '') return undefined;
  if (description !== undefined && typeof description !== 'string') return undefined;
  if (!isJsonObject(parameters)) return undefined;
  return {
    type: 'function',
    function: { name, ...(description === undefined ? {} : { description }), parameters },
  };
}
