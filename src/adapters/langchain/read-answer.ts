import type { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { readContentTexts } from '../../llm/content-parts.js';
import { concludeBy } from '../../llm/evidence.js';
import type { Conclusion, StreamEvent } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import {
  getMember,
  isJsonObject,
  listObjects,
  type JsonObject,
  type JsonValue,
} from '../../util/json.js';
import type { PartReader } from '../calls/part-stream.js';
import { createUsageReader, readMessageTokens } from './read-usage.js';

/** Where LangChain's packages put the finish reason, in the metadata of a message. */
const reasonNames = ['finish_reason', 'stop_reason', 'finishReason', 'stopReason', 'done_reason'];

interface Ended {
  readonly reason: string | undefined;
  /** Whether the message's package says who provided it: then it says why it ended, too. */
  readonly isNamed: boolean;
}

/** Why a message ended, by what its package says. */
export function readEnd({
  response_metadata: metadata,
  additional_kwargs: kwargs,
}: AIMessage): Ended {
  const found = [metadata, kwargs]
    .flatMap((holder) => reasonNames.map((name) => (holder as Record<string, unknown>)?.[name]))
    .find((reason) => typeof reason === 'string' && reason !== '') as string | undefined;
  return {
    reason: found ?? readResponseStatus(metadata),
    isNamed: metadata?.['model_provider'] !== undefined,
  };
}

/** Why an answer of OpenAI's Responses API ended, which has a status in place of a finish reason. */
function readResponseStatus(metadata: AIMessage['response_metadata']): string | undefined {
  const { object, status, incomplete_details: details } = (metadata ?? {}) as JsonObject;
  if (object !== 'response' || typeof status !== 'string') return undefined;
  const reason = status === 'incomplete' ? getMember(details, 'reason') : undefined;
  return typeof reason === 'string' ? reason : status;
}

/** How an answer ended. A package that never says why is believed if there is an answer. */
function conclude({ reason, isNamed }: Ended, hasAnswer: boolean): Conclusion {
  return concludeBy(reason ?? null, hasAnswer, isNamed ? undefined : 'complete');
}

/** What a message, or a chunk of one, says. */
function readEvents(message: AIMessage | AIMessageChunk): StreamEvent[] {
  const { text, reasoning } = readContentTexts(message.content as JsonValue);
  const kwargs = message.additional_kwargs;
  const events: StreamEvent[] = [];
  const add = (kind: 'reasoning' | 'text' | 'refusal', said: unknown): void => {
    if (typeof said === 'string' && said !== '') events.push({ kind, text: said, choice: 0 });
  };
  add('reasoning', reasoning || kwargs?.['reasoning_content']);
  add('text', text);
  add('refusal', kwargs?.['refusal']);
  const pieces = 'tool_call_chunks' in message ? (message.tool_call_chunks ?? []) : [];
  // Whether arguments can be read is for the caller to see.
  const whole = [...(message.tool_calls ?? []), ...(message.invalid_tool_calls ?? [])];
  const calls = pieces.length > 0 ? pieces : whole;
  for (const call of calls) {
    const { id, name, args } = call;
    const argumentText = typeof args === 'string' ? args : '';
    events.push({
      kind: 'tool_call',
      choice: 0,
      call: 0,
      id: id ?? '',
      name: name ?? '',
      argumentText,
    });
  }
  // Images and the like; the package of OpenAI puts audio beside the content.
  if (
    isJsonObject(kwargs?.['audio']) ||
    listObjects(message.content as JsonValue).some(
      ({ type }) => !/text|think|reason|tool/.test(String(type)),
    )
  ) {
    events.push({ kind: 'working' });
  }
  return events;
}

function isAnswer({ kind }: StreamEvent): boolean {
  return kind !== 'reasoning';
}

/** What a whole message says. */
export interface WholeMessage {
  readonly events: readonly StreamEvent[];
  readonly conclusion: Conclusion;
  readonly tokens: TokenUsage;
}

/** Reads a whole answer. */
export function readWholeMessage(message: AIMessage): WholeMessage {
  const events = readEvents(message);
  return {
    events,
    conclusion: conclude(readEnd(message), events.some(isAnswer)),
    tokens: readMessageTokens(message),
  };
}

/** Creates the reader of a streamed answer. */
export function createChunkReader(): PartReader<AIMessageChunk> {
  let end: Ended = { reason: undefined, isNamed: false };
  let hasAnswer = false;
  const usage = createUsageReader();
  return {
    read(chunk) {
      const events = readEvents(chunk);
      const { reason, isNamed } = readEnd(chunk);
      end = { reason: reason ?? end.reason, isNamed: isNamed || end.isNamed };
      hasAnswer ||= events.some(isAnswer);
      usage.add(chunk);
      return { events, isContent: events.length > 0 };
    },
    conclude: () => conclude(end, hasAnswer),
    readTokens: () => usage.readTokens(),
  };
}
