import { keepSource } from '../../util/exact-json.js';
import type { JsonObject } from '../../util/json.js';
import { parseJsonObject, strangersJson } from '../../util/parse-json.js';
import type { FoldedAnswer, FoldedToolCall } from '../answer-fold.js';
import { UnwritableAnswerError, type AnswerEnd, type AnswerHead } from '../answer-writer.js';
import { createCallId } from '../call-ids.js';
import { findEnding, type Ending } from '../finish-reason.js';
import type { Usage } from '../usage.js';

/**
 * Writes a whole answer as a message of Anthropic's. Reasoning is left out: a caller of this protocol
 * only gets what a model signed.
 *
 * @throws UnwritableAnswerError for media, and for tool arguments that are not a JSON object, unless the
 * answer was cut off within them
 */
export function writeAnthropicAnswer(
  answer: FoldedAnswer,
  head: AnswerHead,
  { finishReason, usage, extra }: AnswerEnd,
): JsonObject {
  const { text, refusal, toolCalls, hasMedia } = answer;
  if (hasMedia) throw unwritableMedia();
  const said = [text, refusal].filter((piece) => piece !== '');
  const isCut = isCutOff(finishReason);
  return {
    ...writeMessageHead(head),
    content: [
      ...said.map((piece) => ({ type: 'text', text: piece })),
      ...toolCalls.map((call, index) =>
        writeToolUse(call, writeToolUseId(call.id, index, head), isCut),
      ),
    ],
    stop_reason: writeStopReason(finishReason, toolCalls.length > 0),
    stop_sequence: null,
    usage: writeAnthropicUsage(usage),
    ...extra,
  };
}

/** Messages have no answers of audio or images: left out, the answer would be another one. */
export function unwritableMedia(): UnwritableAnswerError {
  return new UnwritableAnswerError('Anthropic Messages have no audio or images in answers');
}

export function writeMessageHead({ id, model }: AnswerHead): JsonObject {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model };
}

function writeToolUse(
  { name, argumentText }: FoldedToolCall,
  id: string,
  isCut: boolean,
): JsonObject {
  const input = readToolInput(argumentText) ?? (isCut ? {} : undefined);
  if (input === undefined) throw unwritableInput();
  return { type: 'tool_use', id, name, input };
}

/**
 * The id of a call; one of its own where the server gave none. It is passed on as it is, since some
 * servers need it back (Kimi's template): requests to providers with a rule for ids follow it instead.
 */
export function writeToolUseId(id: string, call: number, head: AnswerHead): string {
  return id === '' ? createCallId('toolu', head, call) : id;
}

/** The arguments of a call; undefined if they are not a JSON object. */
export function readToolInput(argumentText: string): JsonObject | undefined {
  if (argumentText.trim() === '') return {};
  const input = parseJsonObject(argumentText, strangersJson);
  if (input !== undefined) keepSource(input, argumentText);
  return input;
}

export function unwritableInput(): UnwritableAnswerError {
  return new UnwritableAnswerError(
    'the model called a tool with arguments that are not a JSON object',
  );
}

/** Whether an answer ended at a limit or by a filter, so that its last call may not be whole. */
export function isCutOff(finishReason: string | null): boolean {
  const ending = finishReason === null ? undefined : findEnding(finishReason);
  return ending === 'truncated' || ending === 'refused';
}

const stopReasons: Readonly<Record<Ending, string>> = {
  complete: 'end_turn',
  tool_calls: 'tool_use',
  truncated: 'max_tokens',
  refused: 'refusal',
  paused: 'pause_turn',
};

/** Reasons that are Anthropic's own, and more exact than what their ending is called. */
const ownReasons: ReadonlySet<string> = new Set(['stop_sequence', 'model_context_window_exceeded']);

/**
 * A finish reason in Anthropic's words; null stays null.
 *
 * @param hasToolCalls servers of chat completions may end an answer that calls tools with `stop`
 */
export function writeStopReason(reason: string | null, hasToolCalls: boolean): string | null {
  if (reason === null || ownReasons.has(reason)) return reason;
  const ending = findEnding(reason);
  if (ending === 'complete' && hasToolCalls) return stopReasons.tool_calls;
  return ending === undefined ? reason : stopReasons[ending];
}

/**
 * Usage in Anthropic's words, in which cached tokens are no part of `input_tokens`. Counts that the
 * provider did not report are null.
 */
export function writeAnthropicUsage(usage: Usage | null): JsonObject {
  if (usage === null) return { input_tokens: null, output_tokens: null };
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens - cachedInputTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
    ...(reasoningTokens > 0 ? { output_tokens_details: { thinking_tokens: reasoningTokens } } : {}),
  };
}
