import { formatEvents, type StreamWriter, type WrittenEvent } from '../../llm/answer-writer.js';
import {
  createAnthropicRelay,
  createAnthropicStreamWriter,
} from '../../llm/anthropic/write-stream.js';
import { createWholeMessageWriter } from '../../llm/anthropic/write-whole.js';
import { createOpenAiRelay, createOpenAiStreamWriter } from '../../llm/openai/write-stream.js';
import { createWholeCompletionWriter } from '../../llm/openai/write-whole.js';
import type { StreamEvent } from '../../llm/types.js';
import type { AnswerEvent } from '../router/answer-events.js';
import type { RoutedStream } from '../router/routed.js';
import { buildAnswerHeaders } from './answer-headers.js';
import { buildHead, explain, toUnwritable } from './answer-parts.js';
import type { Exchange } from './exchange.js';
import { GatewayError, toGatewayError } from './gateway-error.js';
import type { GatewayParts } from './gateway-parts.js';
import type { AnswerPart, AnswerStream, HttpAnswer } from './http-call.js';
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
): Promise<HttpAnswer> {
  const stream = await exchange.current.router.stream(chat.request, chat.options);
  exchange.ttftMs = parts.now() - exchange.startedMs;
  const opening = (await stream.batches.next()) ?? [];
  exchange.servedModel = findServed(opening);
  const writer = createWriter(exchange, chat, stream, parts.date());
  const body = createBody(parts, exchange, chat, { stream, writer, opening });
  const isUnderWay = exchange.answer === undefined;
  const answering = { model: stream.model, isUnderWay };
  const headers = buildAnswerHeaders(exchange, 'text/event-stream; charset=utf-8', answering);
  headers['cache-control'] = 'no-cache, no-transform';
  // Keeps nginx from collecting the stream.
  headers['x-accel-buffering'] = 'no';
  return { status: 200, headers, body };
}

/** What names a conversation. */
const saidKinds: ReadonlySet<StreamEvent['kind']> = new Set(['text', 'refusal', 'tool_call']);

function findServed(events: readonly AnswerEvent[]): string | null {
  for (const event of events) {
    if (event.kind !== 'chunk') continue;
    const served = event.events.find((one) => one.kind === 'served');
    if (served !== undefined) return served.model;
  }
  return null;
}

function createWriter(
  exchange: Exchange,
  { hasUsageChunk }: PreparedChat,
  { protocol, isWhole, model }: RoutedStream,
  date: Date,
): StreamWriter {
  const head = buildHead(exchange, model, date);
  const isOwn = protocol === exchange.protocol;
  if (exchange.protocol === 'anthropic') {
    if (!isOwn) return createAnthropicStreamWriter(head);
    return isWhole ? createWholeMessageWriter() : createAnthropicRelay();
  }
  if (!isOwn) return createOpenAiStreamWriter(head, hasUsageChunk);
  const create = isWhole ? createWholeCompletionWriter : createOpenAiRelay;
  return create(head, hasUsageChunk);
}

function createBody(
  parts: GatewayParts,
  exchange: Exchange,
  chat: PreparedChat,
  begun: {
    readonly stream: RoutedStream;
    readonly writer: StreamWriter;
    readonly opening: readonly AnswerEvent[];
  },
): AnswerStream {
  const { writer } = begun;
  const { batches } = begun.stream;
  let opening: readonly AnswerEvent[] | undefined = begun.opening;
  let isEnded = false;
  /** What the reader is told, if that is known before the router is stopped. */
  let told: GatewayError | undefined;
  /** Events that name the conversation if this is its first answer. */
  const said: StreamEvent[] = [];

  function write(event: AnswerEvent): readonly WrittenEvent[] {
    if (event.kind === 'chunk') {
      if (chat.namesByAnswer) {
        said.push(...event.events.filter(({ kind }) => saidKinds.has(kind)));
      }
      return writer.write(event);
    }
    const { finishReason, usage } = event;
    const extra = chat.controls.explains ? { routesmith: explain(exchange) } : {};
    const written = writer.end({ finishReason, usage, extra });
    chat.noteAnswer(said);
    return written;
  }

  /** Writes events; what was written before an error stays. */
  function writeAll(events: readonly AnswerEvent[], written: string[]): void {
    for (const event of events) {
      written.push(formatEvents(write(event)));
      if (event.kind !== 'end') continue;
      isEnded = true;
      parts.finish(exchange, 200, 'answered', undefined);
    }
  }

  function finishBroken(error: GatewayError | undefined): void {
    // The router may end what was ended before, when another request has been answered meanwhile.
    if (exchange.isOver) return;
    chat.noteCutOff(begun.stream.model);
    const isAborted = error === undefined || error.code === 'aborted';
    parts.finish(exchange, 200, isAborted ? 'aborted' : 'broken', error);
  }

  // A reader may have stopped, and must not keep its place until it reads the error.
  exchange.onStreamFailed = (code) =>
    finishBroken(told ?? new GatewayError(code, 'The stream was ended.'));

  function breakOff(thrown: unknown): string {
    isEnded = true;
    const shown = toUnwritable(thrown);
    parts.noteFault(shown);
    const error = (told ??= toGatewayError(shown));
    batches.cancel();
    finishBroken(error);
    return formatEvents([writeErrorEvent(error, exchange.protocol, exchange.id)]);
  }

  async function next(): Promise<AnswerPart> {
    const written: string[] = [];
    try {
      while (!isEnded && written.every((text) => text === '')) {
        const events = opening ?? (await batches.next());
        opening = undefined;
        if (events === undefined) isEnded = true;
        else writeAll(events, written);
      }
    } catch (error) {
      written.push(breakOff(error));
    }
    return { text: written.join(''), isLast: isEnded };
  }

  return {
    next,
    cancel() {
      isEnded = true;
      batches.cancel();
      finishBroken(undefined);
    },
  };
}
