import { isJsonObject, type JsonObject, type JsonValue } from '../util/json.js';
import type { CallFailure, CallResult } from './call-result.js';
import { classifyStreamError, createFailure } from './classify-failure.js';
import { normaliseOpenAiUsage, readReportedCostUsd } from '../util/normalise-openai-usage.js';
import { createToolCallCollector } from './tool-call-deltas.js';

/** Puts one streamed completion together, event by event. */
export interface CompletionStream {
  /** Takes the data of one server-sent event. */
  accept(data: string): void;
  /** Gives the stream up. */
  fail(failure: CallFailure): void;
  /** True as soon as no further event can change the result: `[DONE]`, or an error. */
  readonly ended: boolean;
  /** The result, given that the stream is over. */
  result(): CallResult;
}

/**
 * Creates the state of one completion in OpenAI's protocol.
 *
 * @param elapsedMs milliseconds since the request was sent
 * @param secrets values that must not appear in a failure's message
 */
export function createCompletionStream(
  elapsedMs: () => number,
  secrets: readonly (string | undefined)[],
): CompletionStream {
  const toolCalls = createToolCallCollector();
  let text = '';
  let refusal = '';
  let finishReason: string | null = null;
  let rawUsage: JsonValue = null;
  let servedModel: string | null = null;
  let ttftMs: number | null = null;
  let firstContentMs: number | null = null;
  let doneMs: number | undefined;
  let failure: CallFailure | undefined;

  function acceptChoice(choice: JsonObject): void {
    if (typeof choice['finish_reason'] === 'string') finishReason = choice['finish_reason'];
    const delta = choice['delta'];
    if (!isJsonObject(delta)) return;
    const content = readText(delta['content']);
    const refused = readText(delta['refusal']);
    const reasoning = readText(delta['reasoning']) || readText(delta['reasoning_content']);
    text += content;
    refusal += refused;
    const spoke = toolCalls.accept(delta['tool_calls']) || content !== '' || refused !== '';
    if (spoke) firstContentMs ??= elapsedMs();
    if (spoke || reasoning !== '') ttftMs ??= elapsedMs();
  }

  return {
    accept(data) {
      if (doneMs !== undefined || failure !== undefined) return;
      if (data.trim() === '[DONE]') {
        doneMs = elapsedMs();
        return;
      }
      const chunk = parseChunk(data);
      if (chunk === undefined) {
        failure = createFailure('malformed', { message: 'an event of the stream is not JSON' });
        return;
      }
      const choice = Array.isArray(chunk['choices']) ? chunk['choices'][0] : undefined;
      if (isJsonObject(chunk['error']) || typeof chunk['error'] === 'string') {
        failure = classifyStreamError(chunk['error'], secrets);
        return;
      }
      if (isJsonObject(choice)) acceptChoice(choice);
      // Usage comes last, with empty choices; some servers send a running count before that.
      if (isJsonObject(chunk['usage'])) rawUsage = chunk['usage'];
      if (typeof chunk['model'] === 'string') servedModel ??= chunk['model'];
    },
    fail(reason) {
      if (doneMs === undefined) failure ??= reason;
    },
    get ended() {
      return doneMs !== undefined || failure !== undefined;
    },
    result() {
      if (failure !== undefined) return { kind: 'failed', failure };
      if (doneMs === undefined && finishReason === null) {
        const message = 'the stream ended before the completion did';
        return { kind: 'failed', failure: createFailure('network', { message }) };
      }
      if (finishReason === 'error') {
        const message = 'the provider ended the completion with an error it does not name';
        return { kind: 'failed', failure: createFailure('server_error', { message }) };
      }
      const reportedCostUsd = readReportedCostUsd(rawUsage);
      return {
        kind: 'completed',
        answer: text || refusal || toolCalls.answer(),
        refused: refusal !== '',
        finishReason,
        usage: normaliseOpenAiUsage(rawUsage),
        rawUsage,
        ...(reportedCostUsd === undefined ? {} : { costUsd: reportedCostUsd }),
        ttftMs,
        firstContentMs,
        latencyMs: doneMs ?? elapsedMs(),
        servedModel,
      };
    },
  };
}

function parseChunk(data: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
