import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';
import { readContentTexts, readText } from '../content-parts.js';
import { isModelFault } from '../finish-reason.js';
import { readArguments, type ToolCallDelta } from '../tool-calls.js';
import type { StreamEvent } from '../types.js';

/** Events of a message or a delta, and what it holds of tool calls. */
export interface ReadMessage {
  readonly events: readonly StreamEvent[];
  readonly toolCalls: readonly ToolCallDelta[];
}

/** Reads the `message` of a whole answer or the `delta` of a stream; they have the same members. */
export function readMessage(message: JsonObject, choice: number): ReadMessage {
  const content = readContentTexts(message['content']);
  const reasoning = readReasoningMember(message) || content.reasoning;
  const refusal = readText(message['refusal']) || content.refusal;
  const events: StreamEvent[] = [];
  if (reasoning !== '') events.push({ kind: 'reasoning', text: reasoning, choice });
  if (content.text !== '') events.push({ kind: 'text', text: content.text, choice });
  if (refusal !== '') events.push({ kind: 'refusal', text: refusal, choice });
  const media = readMedia(message);
  if (media !== undefined) events.push({ kind: 'media', members: media, choice });
  return { events, toolCalls: readToolCalls(message) };
}

/** The reasoning that a message or a delta has beside its content; servers name the member differently. */
export function readReasoningMember(message: JsonObject): string {
  return (
    readText(message['reasoning_content']) ||
    readText(message['reasoning']) ||
    readText(message['thinking'])
  );
}

/** The number of a choice of a whole answer; the only choice is the first one. */
export function findChoiceIndex(
  index: JsonValue | undefined,
  place: number,
  count: number,
): number {
  return count > 1 && typeof index === 'number' ? index : place;
}

/** Audio (OpenAI), images (OpenRouter) and parts of content that are no text, if there are any. */
function readMedia({ audio, images, content }: JsonObject): JsonObject | undefined {
  const parts = listObjects(content).filter(({ type }) => mediaType.test(String(type)));
  const media = {
    // The last delta of audio may say only when it expires.
    ...(isJsonObject(audio) && (audio['data'] ?? audio['transcript']) ? { audio } : {}),
    ...(listObjects(images).length > 0 ? { images: images as JsonValue } : {}),
    ...(parts.length > 0 ? { content: parts } : {}),
  };
  return Object.keys(media).length > 0 ? media : undefined;
}

const mediaType = /^(?:output_)?(?:image|audio|video|file)(?:_url)?$/;

function readToolCalls(message: JsonObject): ToolCallDelta[] {
  const { tool_calls: calls, function_call: called } = message;
  if (Array.isArray(calls)) return listObjects(calls as JsonValue).map(readToolCall);
  // The form before tools: one call, without an id.
  return isJsonObject(called) ? [{ ...readFunction(called), index: 0, id: '' }] : [];
}

function readToolCall(call: JsonObject): ToolCallDelta {
  const { index, id } = call;
  return {
    index: typeof index === 'number' ? index : undefined,
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    // OpenAI's custom tools have an input of any text (platform.openai.com, function calling).
    ...readFunction([call['function'], call['custom']].find(isJsonObject) ?? call),
  };
}

function readFunction(called: JsonObject): Pick<ToolCallDelta, 'name' | 'argumentText'> {
  return {
    name: typeof called['name'] === 'string' ? called['name'] : '',
    argumentText: readArguments(called['arguments'] ?? called['input']),
  };
}

/**
 * Why a choice ended; null if it does not say. Qwen spells null as a text. OpenRouter says `error` for
 * reasons that it does not know, and the provider's own one beside it (BerriAI/litellm 23273).
 */
export function readReason(choice: JsonObject): string | null {
  const { finish_reason: reason, native_finish_reason: native } = choice;
  if (reason === 'error' && typeof native === 'string' && isModelFault(native)) return native;
  return typeof reason === 'string' && reason !== 'null' ? reason : null;
}

/** The usage of a chunk or an answer, wherever it is. */
export function findUsage(body: JsonObject): JsonObject | undefined {
  return [
    body['usage'],
    // Moonshot (earendil-works/pi 2017).
    listObjects(body['choices'])[0]?.['usage'],
    getMember(body['x_groq'], 'usage'),
  ].find(isJsonObject);
}

/** The chunk without what `findUsage` looks at. */
export function dropUsage(chunk: JsonObject): JsonObject {
  const { usage: _usage, ...rest } = chunk;
  const { choices, x_groq: groq } = rest;
  return {
    ...rest,
    ...(Array.isArray(choices)
      ? { choices: (choices as readonly JsonValue[]).map(dropOwnUsage) }
      : {}),
    ...(isJsonObject(groq) ? { x_groq: dropOwnUsage(groq) } : {}),
  };
}

function dropOwnUsage(value: JsonValue): JsonValue {
  if (!isJsonObject(value) || !('usage' in value)) return value;
  const { usage: _usage, ...rest } = value;
  return rest;
}
