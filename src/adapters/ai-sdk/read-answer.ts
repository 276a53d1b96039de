import { concludeBy } from '../../llm/evidence.js';
import { findEnding, isModelFault } from '../../llm/finish-reason.js';
import type { Conclusion, StreamEvent } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import { buildUsage } from '../calls/build-usage.js';
import type { PartReader, ReadPart } from '../calls/part-stream.js';
import { attemptError } from '../../serve/router/failure.js';
import { getMember, type JsonObject } from '../../util/json.js';
import { findJsonExcess } from '../../util/parse-json.js';
import { readReported } from '../calls/read-thrown.js';
import type { AiContent, AiFinishReason, AiPart, AiUsage } from './model.js';

/**
 * How an answer ended. `other` is what packages say of a reason that they do not know, and of none:
 * then it is whole only if the provider's own word for it means a normal end.
 */
export function concludeAnswer(reason: AiFinishReason | undefined, hasAnswer: boolean): Conclusion {
  const { unified = 'other', raw } = reason ?? {};
  // Its words are known ones, with hyphens.
  const ending = findEnding(unified);
  if (ending !== undefined) {
    return { kind: 'answered', ending, finishReason: raw ?? unified, hasAnswer };
  }
  const isUntold = unified === 'error' && !isModelFault(raw ?? '');
  return concludeBy(isUntold ? unified : (raw ?? null), hasAnswer);
}

export function readAiUsage(usage: AiUsage | undefined): TokenUsage {
  const count = (value: unknown): number | undefined =>
    Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
  const raw = usage?.raw as JsonObject | undefined;
  const inputTokens = count(usage?.inputTokens?.total);
  const outputTokens = count(usage?.outputTokens?.total);
  if (inputTokens === undefined || outputTokens === undefined) {
    return { usage: null, isGuess: false, reportedCostUsd: undefined };
  }
  return buildUsage({
    inputTokens,
    cachedInputTokens: count(usage?.inputTokens.cacheRead) ?? 0,
    cacheWriteTokens: count(usage?.inputTokens.cacheWrite) ?? 0,
    outputTokens,
    reasoningTokens: count(usage?.outputTokens.reasoning) ?? 0,
    // As OpenAI and Google call it.
    totalTokens: count(getMember(raw, 'total_tokens')) ?? count(getMember(raw, 'totalTokenCount')),
    raw,
  });
}

/**
 * What a piece of a whole answer says.
 *
 * @throws AttemptError `malformed` for a tool call that is more than a reader may take
 */
export function readAiContent(content: AiContent): StreamEvent {
  const { type, text = '' } = content;
  switch (type) {
    case 'text':
    case 'reasoning':
      return { kind: type, text, choice: 0 };
    case 'tool-call':
      return readToolCall(content);
    default:
      return { kind: 'working' };
  }
}

const toolCall = { kind: 'tool_call', choice: 0, call: 0, argumentText: '' } as const;

function readToolCall({ toolCallId = '', toolName = '', input }: AiContent | AiPart): StreamEvent {
  const excess = typeof input === 'string' ? findJsonExcess(input) : undefined;
  if (excess !== undefined) throw attemptError('malformed', `the JSON of a tool call ${excess}`);
  return { ...toolCall, id: toolCallId, name: toolName };
}

/** Whether a kind of content, in a stream or not, is something that was asked for. */
export function isAnswer(type: string): boolean {
  return (
    ['text', 'text-delta', 'tool-call', 'tool-input-start', 'file', 'custom'].includes(type) ||
    type === 'tool-approval-request'
  );
}

/** Parts that say nothing yet, so that another model can still take over. */
const preludes: ReadonlySet<string> = new Set([
  'stream-start',
  'response-metadata',
  'text-start',
  'text-end',
  'reasoning-start',
  'reasoning-end',
  'source',
  'raw',
  'ping',
  'finish',
]);

/** @param now the time of day, for waits that are given as a time */
export function createAiPartReader(now: () => Date): PartReader<AiPart> {
  let hasAnswer = false;
  let finish: AiPart | undefined;

  function readEvent(part: AiPart): StreamEvent | undefined {
    const { type, id = '', delta = '', toolName = '' } = part;
    switch (type) {
      case 'text-delta':
        return { kind: 'text', text: delta, choice: 0 };
      case 'reasoning-delta':
        return { kind: 'reasoning', text: delta, choice: 0 };
      case 'tool-input-start':
        return { ...toolCall, id, name: toolName };
      case 'tool-input-delta':
        return { ...toolCall, id: '', name: '', argumentText: delta };
      case 'tool-call':
        return readToolCall(part);
      default:
        return undefined;
    }
  }

  return {
    read(part): ReadPart {
      const { type } = part;
      if (type === 'error') throw readReported(part.error, { isReading: true, now: now() });
      if (type === 'finish') finish = part;
      const event = readEvent(part);
      const isEmpty = event !== undefined && 'text' in event && event.text === '';
      const isContent = !isEmpty && !preludes.has(type);
      hasAnswer ||= isContent && isAnswer(type);
      return {
        events: event === undefined ? [] : [event],
        isContent,
        isLast: type === 'finish',
      };
    },
    conclude: () => concludeAnswer(finish?.finishReason, hasAnswer),
    readTokens: () => readAiUsage(finish?.usage),
  };
}
