import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessageChunk } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { findEnding, type Ending } from '../../llm/finish-reason.js';
import { readEnd } from './read-answer.js';
import { copyMessage, dropBlocks, toolBlock } from './read-messages.js';

/** The events that a stream of chunks becomes (`streamEvents`, version 3). */
export type ChatEvents = ReturnType<BaseChatModel['_streamChatModelEvents']>;

type ChatEvent = ChatEvents extends AsyncGenerator<infer Event> ? Event : never;
type FinishReason = NonNullable<Extract<ChatEvent, { event: 'message-finish' }>['reason']>;

const reasons: Readonly<Partial<Record<Ending, FinishReason>>> = {
  complete: 'stop',
  truncated: 'length',
  tool_calls: 'tool_use',
  refused: 'content_filter',
};

/** No answer has as many blocks of content. */
const firstToolIndex = 1_000_000;

/**
 * Adds what LangChain's own conversion of chunks to events leaves out: it numbers text and calls of
 * tools alike, so that one takes the place of the other, and knows no metadata and no finish reason.
 */
export interface EventBridge {
  /** The chunks to convert. */
  read(chunks: AsyncIterable<ChatGenerationChunk>): AsyncGenerator<ChatGenerationChunk>;
  /** The events to give, from those of the conversion. */
  write(events: AsyncIterable<ChatEvent>): ChatEvents;
}

export function createEventBridge(): EventBridge {
  const responseMetadata: Record<string, unknown> = {};
  let reason: string | undefined;
  let unnumbered = 0;
  /** Where a block is among those that were given. */
  const places = new Map<number, number>();

  function separate(message: AIMessageChunk): AIMessageChunk {
    const { content, tool_call_chunks: calls = [] } = message;
    if (calls.length === 0) return message;
    return copyMessage(message, {
      content: dropBlocks(content, toolBlock),
      tool_call_chunks: calls.map((call) => ({
        ...call,
        index: firstToolIndex + (call.index ?? firstToolIndex + unnumbered++),
      })),
    });
  }

  function findPlace(index: number): number {
    const place = places.get(index) ?? places.size;
    places.set(index, place);
    return place;
  }

  return {
    async *read(chunks) {
      for await (const chunk of chunks) {
        const message = chunk.message as AIMessageChunk;
        Object.assign(responseMetadata, message.response_metadata);
        reason = readEnd(message).reason ?? reason;
        yield new ChatGenerationChunk({ text: chunk.text, message: separate(message) });
      }
    },
    async *write(events) {
      for await (const event of events) {
        if ('index' in event) yield { ...event, index: findPlace(event.index) };
        else if (event.event !== 'message-finish') yield event;
        else {
          const { reason: _always, ...others } = event;
          const ending = reason === undefined ? undefined : findEnding(reason);
          const known = ending === undefined ? undefined : reasons[ending];
          yield { ...others, responseMetadata, ...(known !== undefined && { reason: known }) };
        }
      }
    },
  };
}
