import { formatEvents, type StreamWriter, type WrittenEvent } from '../../llm/answer-writer.js';
import {
  createAnthropicRelay,
  createAnthropicStreamWriter,
} from '../../llm/anthropic/write-stream.js';
import { createOpenAiRelay, createOpenAiStreamWriter } from '../../llm/openai/write-stream.js';
import type { StreamEvent } from '../../llm/types.js';
import type { AnswerEvent } from '../router/answer-events.js';
import type { RoutedStream } from '../router/routed.js';
import { buildAnswerHeaders } from './answer-headers.js';
import { buildHead, explain, toUnwritable } from './answer-parts.js';
import type { Exchange } from './exchange.js';
import { toGatewayError, type GatewayError } from './gateway-error.js';
import type { GatewayParts } from './gateway-parts.js';
import type { PreparedChat } from './prepare-chat.js';
import { writeErrorEvent } from './write-error.js';

/**
 * Answers with a stream. The response begins with the first content; until then other models may
 * take over, and errors have a status of their own.
 *
 * @throws RouterError
 */
export async function streamAnswer(
  parts: GatewayParts,
  exchange: Exchange,
  chat: PreparedChat,
): Promise<Response> {
  const stream = await exchange.current.router.stream(chat.request, chat.options);
  exchange.ttftMs = parts.now() - exchange.startedMs;
  const first = await stream.events.next();
  const opening = first.done === true ? undefined : first.value;
  if (opening?.kind === 'chunk') {
    const served = opening.events.find((event) => event.kind === 'served');
    exchange.servedModel = served?.model ?? null;
  }
  const writer = createWriter(exchange, chat, stream, parts.date());
  const body = createBody(parts, exchange, chat, stream, writer, opening);
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // Keeps nginx from collecting the stream.
    'x-accel-buffering': 'no',
    ...buildAnswerHeaders(exchange, { model: stream.model, isUnderWay: true }),
  };
  return new Response(body, { headers });
}

function createWriter(
  exchange: Exchange,
  { hasUsageChunk }: PreparedChat,
  { protocol, isWhole, model }: RoutedStream,
  date: Date,
): StreamWriter {
  const isRelay = protocol === exchange.protocol && !isWhole;
  const head = buildHead(exchange, model, date);
  if (exchange.protocol === 'anthropic') {
    return isRelay ? createAnthropicRelay() : createAnthropicStreamWriter(head);
  }
  return isRelay
    ? createOpenAiRelay(head, hasUsageChunk)
    : createOpenAiStreamWriter(head, hasUsageChunk);
}

function createBody(
  parts: GatewayParts,
  exchange: Exchange,
  chat: PreparedChat,
  { events }: RoutedStream,
  writer: StreamWriter,
  opening: AnswerEvent | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = opening;
  /** What names the conversation if this is its first answer. */
  const said: StreamEvent[] = [];

  function write(event: AnswerEvent): readonly WrittenEvent[] {
    if (event.kind === 'chunk') {
      said.push(...event.events.filter(({ kind }) => kind === 'text' || kind === 'tool_call'));
      return writer.write(event);
    }
    const { finishReason, usage } = event;
    const extra = chat.controls.explains ? { routesmith: explain(exchange) } : {};
    const written = writer.end({ finishReason, usage, extra });
    chat.noteAnswer(said);
    return written;
  }

  /** The text of the next events that have one. */
  async function pullText(): Promise<string> {
    for (;;) {
      const event = next ?? (await readNext(events));
      next = undefined;
      if (event === undefined) return '';
      const text = formatEvents(write(event));
      if (event.kind === 'end') parts.finish(exchange, 200, 'answered', undefined);
      if (text !== '') return text;
    }
  }

  function breakOff(error: GatewayError): string {
    const isAborted = error.code === 'aborted';
    parts.finish(exchange, 200, isAborted ? 'aborted' : 'broken', error);
    return formatEvents([writeErrorEvent(error, exchange.protocol, exchange.id)]);
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text: string;
        try {
          text = await pullText();
        } catch (error) {
          void events.return?.();
          const shown = toUnwritable(error);
          parts.noteFault(shown);
          text = breakOff(toGatewayError(shown));
        }
        if (text !== '') controller.enqueue(encoder.encode(text));
        if (exchange.isOver) controller.close();
      },
      cancel() {
        void events.return?.();
        parts.finish(exchange, 200, 'aborted', undefined);
      },
    },
    // Pulls on demand, so that a slow reader slows down the provider.
    { highWaterMark: 0 },
  );
}

async function readNext(events: RoutedStream['events']): Promise<AnswerEvent | undefined> {
  const { done, value } = await events.next();
  return done === true ? undefined : value;
}
