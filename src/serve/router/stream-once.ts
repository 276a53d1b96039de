import { listLastEvents } from '../../llm/response-reader.js';
import { createStreamMeter, isContent, isProgress, joinText } from '../../llm/stream-progress.js';
import { createSseParser, type SseEvent, type SseParser } from '../../llm/sse.js';
import type { StreamEvent } from '../../llm/types.js';
import { createUtf8Reader } from '../../llm/utf8-reader.js';
import type { JsonObject } from '../../util/json.js';
import {
  openResponse,
  readWholeAnswer,
  type AttemptInput,
  type OpenedResponse,
} from './attempt.js';
import { responseGraceMs } from '../../llm/response-limits.js';
import { readSafely } from './check-conclusion.js';
import { attemptError } from './failure.js';
import { openStream, refuseExcess, type OpenStream, type StreamChunk } from './open-stream.js';

/**
 * Requests a streamed answer and waits for its first content: text, reasoning, media, a tool call
 * or a refusal. Another model can take over after any failure before that, because the caller has seen
 * nothing yet. The complete answer of a server that does not stream becomes one chunk.
 *
 * @throws AttemptError for any failure before the first content
 */
export async function streamOnce(input: AttemptInput): Promise<OpenStream> {
  const opened = await openResponse(input, true);
  if (/event-stream/i.test(opened.contentType)) return readStream(opened, input);
  const whole = await readWholeAnswer(opened, input);
  return {
    isWhole: true,
    first: [{ kind: 'chunk', text: whole.text, data: whole.response, events: whole.events }],
    next: () => Promise.resolve(undefined),
    isComplete: () => true,
    summary: () => whole,
  };
}

async function readStream(
  { protocol, body, readUsage, hasFreeRefusals, context }: OpenedResponse,
  { exposesMessages, maxAnswerBytes }: AttemptInput,
): Promise<OpenStream> {
  const reader = protocol.createStreamReader(context);
  // The parser skips a byte order mark itself.
  const decoder = createUtf8Reader();
  const parser = createSseParser(maxAnswerBytes);
  const meter = createStreamMeter(maxAnswerBytes);
  let rawUsage: JsonObject | undefined;
  let lastData: JsonObject = {};
  const state = { isOver: false, hasContent: false };

  function note(event: StreamEvent): void {
    if (event.kind === 'usage') rawUsage = event.rawUsage;
    if (isContent(event)) state.hasContent = true;
    refuseExcess(meter.note(event));
    if (isProgress(event)) body.noteProgress();
  }

  /** Reads the next bytes. Chunks that precede a failure are returned. */
  async function pull(): Promise<StreamChunk[]> {
    const bytes = await body.read();
    if (bytes === undefined) {
      const last = reader.isOver() ? [] : readSafely(() => readEvents(listLastEvents(parser)));
      state.isOver = true;
      return last;
    }
    return readSafely(() => readText(decoder.read(bytes)));
  }

  function readText(text: string): StreamChunk[] {
    const parsed = parseEvents(parser, text);
    const chunks = readEvents(parsed);
    if (!reader.isOver()) refuseExcess(meter.add(text.length, parsed.length));
    return chunks;
  }

  function readEvents(parsed: readonly SseEvent[]): StreamChunk[] {
    const chunks: StreamChunk[] = [];
    for (const event of parsed) {
      const { data, events } = reader.accept(event);
      events.forEach(note);
      if (data !== undefined) {
        lastData = data;
        const json = event.data.includes('\n') ? undefined : event.data;
        chunks.push({ kind: 'chunk', text: joinText(events), data, json, events });
      } else {
        chunks.push(...writeHeld(events, lastData));
      }
      if (!reader.isOver()) continue;
      state.isOver = true;
      if (events.some(({ kind }) => kind === 'end')) void body.drain(responseGraceMs);
      return chunks;
    }
    return chunks;
  }

  const end = {
    conclude: () => reader.conclude(),
    readTokens: () => readUsage(rawUsage),
    hasFreeRefusals,
  };
  return openStream(state, pull, end, exposesMessages);
}

/**
 * What was held back until the mark of the end, which has no data: as a chunk that is like the last one,
 * but repeats neither its choices nor its usage.
 */
function writeHeld(events: readonly StreamEvent[], lastData: JsonObject): StreamChunk[] {
  const held = events.filter(isContent);
  if (held.length === 0) return [];
  const { usage: _usage, ...shared } = lastData;
  return [{ kind: 'chunk', text: joinText(held), data: { ...shared, choices: [] }, events: held }];
}

function parseEvents(parser: SseParser, text: string): SseEvent[] {
  try {
    return parser.feed(text);
  } catch (error) {
    throw error instanceof RangeError
      ? attemptError('malformed', 'an event of the stream is too long')
      : error;
  }
}
