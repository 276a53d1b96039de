import { writeExactJson } from '../../util/exact-json.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import type { StreamWriter, WrittenEvent } from '../answer-writer.js';
import { writeAnthropicUsage } from './write-answer.js';
import { event } from './write-stream.js';

/**
 * Creates a writer that streams the whole message of a server that does not stream, with all of its
 * blocks: pieces as Anthropic sends them, and blocks of other types at once.
 */
export function createWholeMessageWriter(): StreamWriter {
  let message: JsonObject = {};
  return {
    write({ data }) {
      message = data;
      const blocks = listObjects(data['content']).flatMap(writeBlock);
      return [event('message_start', { message: writeStart(data) }), ...blocks];
    },
    end({ extra }) {
      const { stop_reason: reason = null, stop_sequence: sequence = null, usage } = message;
      const delta: Record<string, JsonValue> = { stop_reason: reason, stop_sequence: sequence };
      for (const name of ['stop_details', 'container']) {
        if (message[name] !== undefined) delta[name] = message[name];
      }
      const { context_management: edits } = message;
      const edited = edits === undefined ? {} : { context_management: edits };
      const counts = isJsonObject(usage) ? usage : writeAnthropicUsage(null);
      const last = { delta, usage: counts, ...edited, ...extra };
      return [event('message_delta', last), event('message_stop', {})];
    },
  };
}

function writeStart(message: JsonObject): JsonObject {
  const { usage } = message;
  return {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    // Clients may add up output, and the last event has all of it.
    usage: { input_tokens: 0, ...(isJsonObject(usage) ? usage : {}), output_tokens: 0 },
  };
}

function writeBlock(block: JsonObject, index: number): WrittenEvent[] {
  const { start, deltas } = splitBlock(block);
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
}

/** What a block begins with, and the pieces that make it whole. */
function splitBlock(block: JsonObject): {
  readonly start: JsonObject;
  readonly deltas: readonly JsonObject[];
} {
  const { type, text, thinking, signature, input, citations } = block;
  if (type === 'text' && typeof text === 'string') {
    const cited = listObjects(citations).map((citation) => ({ type: 'citations_delta', citation }));
    const start = { ...block, text: '', ...(cited.length > 0 ? { citations: [] } : {}) };
    return { start, deltas: [...cited, { type: 'text_delta', text }] };
  }
  if (type === 'thinking' && typeof thinking === 'string') {
    const signed =
      typeof signature === 'string' ? [{ type: 'signature_delta', signature }] : ([] as const);
    const start = { ...block, thinking: '', ...(signed.length > 0 ? { signature: '' } : {}) };
    return { start, deltas: [{ type: 'thinking_delta', thinking }, ...signed] };
  }
  if (String(type).endsWith('tool_use') && isJsonObject(input)) {
    const json = { type: 'input_json_delta', partial_json: writeExactJson(input) };
    return { start: { ...block, input: {} }, deltas: [json] };
  }
  return { start: block, deltas: [] };
}
