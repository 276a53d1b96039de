import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { normaliseOpenAiUsage, readReportedCostUsd } from '../../llm/normalise-openai-usage.js';
import { parseJsonObject } from '../../util/parse-json-object.js';
import type { AnswerStream, StreamStep, WireFormat } from './wire-format.js';

/** OpenAI's chat completions. */
export const openAiWire: WireFormat = {
  path: '/chat/completions',
  buildHeaders: (apiKey): Record<string, string> =>
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
  buildBody: (request, endpoint, stream) => ({
    ...endpoint.parameters,
    // Without it a stream says nothing of its tokens; the request's own options win.
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    ...(request as unknown as JsonObject),
    model: endpoint.model,
    stream,
  }),
  findInexpressible: () => undefined,
  readAnswer(body) {
    const choices = body['choices'];
    const first = Array.isArray(choices) ? (choices as readonly JsonValue[])[0] : undefined;
    const message = isJsonObject(first) ? first['message'] : undefined;
    if (!isJsonObject(first) || !isJsonObject(message)) {
      return { kind: 'malformed', detail: 'the answer has no choice with a message' };
    }
    const text = readText(message['content']);
    return {
      kind: 'answer',
      hasAnswer: text !== '' || readText(message['refusal']) !== '' || hasToolCall(message),
      text,
      finishReason: readReason(first),
      usage: normaliseOpenAiUsage(body['usage']),
      reportedCostUsd: readReportedCostUsd(body['usage']),
    };
  },
  createStream: createOpenAiStream,
};

function createOpenAiStream(): AnswerStream {
  /** Per choice, whether it has said why it ended. */
  const finished = new Map<JsonValue, boolean>();
  let finishReason: string | null = null;
  let rawUsage: JsonValue | undefined;
  let hasAnswer = false;

  function acceptChoice(choice: JsonObject): { text: string; isContent: boolean } {
    const index = choice['index'] ?? 0;
    const reason = readReason(choice);
    finished.set(index, reason !== null || finished.get(index) === true);
    if (index === 0) finishReason = reason ?? finishReason;
    const delta = choice['delta'];
    if (!isJsonObject(delta)) return { text: '', isContent: false };
    const text = readText(delta['content']);
    const answers = text !== '' || readText(delta['refusal']) !== '' || hasToolCall(delta);
    const reasoning = readText(delta['reasoning']) || readText(delta['reasoning_content']);
    hasAnswer ||= answers;
    return { text: index === 0 ? text : '', isContent: answers || reasoning !== '' };
  }

  return {
    accept({ data }): StreamStep {
      if (data.trim() === '[DONE]') return { kind: 'done' };
      const chunk = parseJsonObject(data);
      if (chunk === undefined) {
        return { kind: 'malformed', detail: 'an event of the stream is not a JSON object' };
      }
      const error = chunk['error'];
      if (error !== undefined && error !== null) return { kind: 'error', error };
      if (isJsonObject(chunk['usage'])) rawUsage = chunk['usage'];
      const choices = Array.isArray(chunk['choices'])
        ? (chunk['choices'] as readonly JsonValue[]).filter(isJsonObject)
        : [];
      const parts = choices.map(acceptChoice);
      return {
        kind: 'chunk',
        data: chunk,
        text: parts.map(({ text }) => text).join(''),
        isContent: parts.some(({ isContent }) => isContent),
      };
    },
    get isFinished() {
      return finished.size > 0 && [...finished.values()].every(Boolean);
    },
    get hasAnswer() {
      return hasAnswer;
    },
    summary: () => ({
      finishReason,
      usage: normaliseOpenAiUsage(rawUsage),
      reportedCostUsd: readReportedCostUsd(rawUsage),
    }),
  };
}

function readReason(choice: JsonObject): string | null {
  const reason = choice['finish_reason'];
  return typeof reason === 'string' && reason !== '' ? reason : null;
}

function hasToolCall(message: JsonObject): boolean {
  const calls = message['tool_calls'];
  return (Array.isArray(calls) && calls.length > 0) || isJsonObject(message['function_call']);
}

/** A text, or the texts of a list of parts. */
function readText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  return (value as readonly JsonValue[])
    .map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}
