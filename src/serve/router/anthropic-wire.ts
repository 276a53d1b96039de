import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { normaliseAnthropicUsage } from '../../llm/normalise-anthropic-usage.js';
import { buildAnthropicBody, findInexpressible } from './build-anthropic-body.js';
import { parseJsonObject } from '../../util/parse-json-object.js';
import type { AnswerStream, StreamStep, WireFormat } from './wire-format.js';

/** Anthropic's Messages. Requests are translated; answers are handed on as they come. */
export const anthropicWire: WireFormat = {
  path: '/messages',
  buildHeaders: (apiKey): Record<string, string> => ({
    'anthropic-version': '2023-06-01',
    ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
  }),
  buildBody: buildAnthropicBody,
  findInexpressible,
  readAnswer(body) {
    const content = body['content'];
    if (!Array.isArray(content)) {
      return { kind: 'malformed', detail: 'the answer has no list of content' };
    }
    const blocks = (content as readonly JsonValue[]).filter(isJsonObject);
    const text = blocks.map((block) => (block['type'] === 'text' ? readText(block) : '')).join('');
    const reason = body['stop_reason'];
    return {
      kind: 'answer',
      hasAnswer: text !== '' || blocks.some(isToolUse) || reason === 'refusal',
      text,
      finishReason: typeof reason === 'string' ? reason : null,
      usage: normaliseAnthropicUsage(body['usage']),
      reportedCostUsd: undefined,
    };
  },
  createStream: createAnthropicStream,
};

function createAnthropicStream(): AnswerStream {
  let finishReason: string | null = null;
  let rawUsage: JsonObject | undefined;
  let hasAnswer = false;

  function noteUsage(usage: JsonValue | undefined): void {
    // The counts of the end are totals; what it does not repeat stays as it was at the start.
    if (isJsonObject(usage)) rawUsage = { ...rawUsage, ...usage };
  }

  function readPart(chunk: JsonObject): { text: string; isContent: boolean } {
    if (chunk['type'] === 'content_block_start') {
      const block = chunk['content_block'];
      if (!isJsonObject(block)) return { text: '', isContent: false };
      const text = block['type'] === 'text' ? readText(block) : '';
      const answers = text !== '' || isToolUse(block);
      hasAnswer ||= answers;
      return { text, isContent: answers };
    }
    const delta = chunk['delta'];
    if (chunk['type'] !== 'content_block_delta' || !isJsonObject(delta)) {
      return { text: '', isContent: false };
    }
    const text = delta['type'] === 'text_delta' ? readText(delta) : '';
    hasAnswer ||= text !== '';
    const thinks = delta['type'] === 'thinking_delta' || delta['type'] === 'input_json_delta';
    return { text, isContent: text !== '' || thinks };
  }

  return {
    accept({ data }): StreamStep {
      const chunk = parseJsonObject(data);
      if (chunk === undefined) {
        return { kind: 'malformed', detail: 'an event of the stream is not a JSON object' };
      }
      if (chunk['type'] === 'error') return { kind: 'error', error: chunk['error'] ?? null };
      if (chunk['type'] === 'message_stop') return { kind: 'done' };
      if (chunk['type'] === 'message_start' && isJsonObject(chunk['message'])) {
        noteUsage(chunk['message']['usage']);
      }
      if (chunk['type'] === 'message_delta') {
        noteUsage(chunk['usage']);
        const delta = chunk['delta'];
        const reason = isJsonObject(delta) ? delta['stop_reason'] : null;
        if (typeof reason === 'string') finishReason = reason;
        if (reason === 'refusal') hasAnswer = true;
      }
      return { kind: 'chunk', data: chunk, ...readPart(chunk) };
    },
    get isFinished() {
      return finishReason !== null;
    },
    get hasAnswer() {
      return hasAnswer;
    },
    summary: () => ({
      finishReason,
      usage: normaliseAnthropicUsage(rawUsage),
      reportedCostUsd: undefined,
    }),
  };
}

function isToolUse(block: JsonObject): boolean {
  return block['type'] === 'tool_use' || block['type'] === 'server_tool_use';
}

function readText(block: JsonObject): string {
  return typeof block['text'] === 'string' ? block['text'] : '';
}
