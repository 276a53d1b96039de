import type { JsonObject } from '../../util/json.js';
import type { FoldedAnswer, FoldedToolCall } from '../answer-fold.js';
import type { AnswerEnd, AnswerHead } from '../answer-writer.js';
import { createCallId } from '../call-ids.js';
import { findEnding, openAiFinishReasons } from '../finish-reason.js';
import type { Usage } from '../usage.js';

/** Writes a whole answer as a chat completion. */
export function writeOpenAiAnswer(
  answer: FoldedAnswer,
  head: AnswerHead,
  { finishReason, usage, extra }: AnswerEnd,
): JsonObject {
  const { text, reasoning, refusal, toolCalls } = answer;
  const calls = toolCalls.map((call, index) => writeToolCall(call, index, head));
  const message = {
    role: 'assistant',
    content: text === '' && (refusal !== '' || calls.length > 0) ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  const reason = writeOpenAiFinishReason(finishReason);
  return {
    ...writeOpenAiHead(head, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reason }],
    ...(usage === null ? {} : { usage: writeOpenAiUsage(usage) }),
    ...extra,
  };
}

/** The members that every chat completion and every chunk of one begins with. */
export function writeOpenAiHead(
  { id, createdSeconds, model }: AnswerHead,
  object: 'chat.completion' | 'chat.completion.chunk',
): JsonObject {
  return { id: `chatcmpl-${id}`, object, created: createdSeconds, model };
}

/** Adds what some servers leave out and clients rely on: OpenAI's own drops usage without an id. */
export function completeHead(
  data: JsonObject,
  head: AnswerHead,
  object: 'chat.completion' | 'chat.completion.chunk',
): JsonObject {
  const isComplete = typeof data['id'] === 'string' && data['id'] !== '';
  return isComplete ? data : { ...data, ...writeOpenAiHead(head, object) };
}

function writeToolCall(call: FoldedToolCall, index: number, head: AnswerHead): JsonObject {
  return {
    id: call.id === '' ? createCallId('call', head, index) : call.id,
    type: 'function',
    function: { name: call.name, arguments: call.argumentText === '' ? '{}' : call.argumentText },
  };
}

/** A finish reason in OpenAI's words; null stays null. */
export function writeOpenAiFinishReason(reason: string | null): string | null {
  const ending = reason === null ? undefined : findEnding(reason);
  return ending === undefined ? reason : openAiFinishReasons[ending];
}

export function writeOpenAiUsage({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cacheWriteTokens,
  reasoningTokens,
}: Usage): JsonObject {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: {
      cached_tokens: cachedInputTokens,
      ...(cacheWriteTokens === 0 ? {} : { cache_write_tokens: cacheWriteTokens }),
    },
    // 0 may stand for a count that is not known.
    ...(reasoningTokens > 0
      ? { completion_tokens_details: { reasoning_tokens: reasoningTokens } }
      : {}),
  };
}
