import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { findJson, findJsonObjects } from './find-json.js';
import { withoutThinking } from './simplify-markup.js';

/** A call of a tool. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/**
 * The calls that an answer makes: `{"tool_calls": [...]}`, which is how a sweep records what the
 * provider returned, or else JSON that a model wrote into its text: a call, a list of calls, or
 * `<tool_call>` blocks. Where arguments are no object, they are taken for none.
 */
export function findToolCalls(answer: string): readonly ToolCall[] {
  const text = withoutThinking(answer);
  const found = findJson(text)?.value;
  const listed = found === undefined ? [] : readCalls(found);
  if (listed.length > 0 && (Array.isArray(found) || hasCallList(found))) return listed;
  const single = findJsonObjects(text).flatMap(readCalls);
  return single.length > 0 ? single : listed;
}

function hasCallList(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Array.isArray(value['tool_calls']);
}

function readCalls(value: JsonValue): readonly ToolCall[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(readCalls);
  if (!isJsonObject(value)) return [];
  if (Array.isArray(value['tool_calls'])) return readCalls(value['tool_calls']);
  // OpenAI's form wraps the call; Anthropic's calls the arguments "input".
  if (isJsonObject(value['function'])) return readCalls(value['function']);
  const { name } = value;
  const given = value['arguments'] ?? value['parameters'] ?? value['input'];
  if (typeof name !== 'string' || given === undefined) return [];
  return [{ name, arguments: readArguments(given) }];
}

function readArguments(given: JsonValue): JsonObject {
  const value = typeof given === 'string' ? findJson(given)?.value : given;
  return isJsonObject(value) ? value : {};
}
