import type { JsonObject } from '../../util/json.js';
import { checkEnd, openResponse, type AttemptInput } from './attempt.js';
import { classifyErrorBody } from './classify-response.js';
import { attemptError, type AttemptError } from './failure.js';
import { parseJsonObject } from '../../util/parse-json-object.js';
import { createSseParser, type SseEvent, type SseParser } from './sse-parser.js';
import type { AnswerSummary } from './wire-format.js';

/** A piece of a streamed answer. */
export interface StreamChunk {
  /** The text that it adds; empty for all else. */
  readonly text: string;
  /** What the provider sent, parsed. */
  readonly data: JsonObject;
}

/** A stream whose first content has come. */
export interface OpenStream {
  /** What came up to the first content, that included. */
  readonly first: readonly StreamChunk[];
  /**
   * The next chunks, or undefined once the answer is whole.
   *
   * @throws AttemptError for everything that makes it none
   */
  next(): Promise<readonly StreamChunk[] | undefined>;
  summary(): Omit<AnswerSummary, 'text'>;
}

/** How long the end of a response may take after the answer's, for the connection to be kept. */
const graceMs = 100;
const maxErrorBytes = 64 * 1024;

/**
 * Asks for a streamed answer and waits for its first content: text, reasoning, a tool call or a
 * refusal. All that fails before can be tried elsewhere, because nobody has seen any of it.
 *
 * @throws AttemptError for everything that ends before that
 */
export async function streamOnce(input: AttemptInput): Promise<OpenStream> {
  const { wire, body, contentType, errors } = await openResponse(input, true);
  if (!/event-stream/i.test(contentType)) {
    const answer = parseJsonObject(await body.readText(maxErrorBytes));
    throw answer?.['error'] === undefined || answer['error'] === null
      ? attemptError('malformed', 'the response is no event stream')
      : classifyErrorBody(undefined, answer, errors);
  }
  const answer = wire.createStream();
  const parser = createSseParser();
  const state: { end?: { readonly failure?: AttemptError }; hasContent: boolean } = {
    hasContent: false,
  };

  /** Reads on, and notes the end where it comes: what came before it is handed on all the same. */
  async function pull(): Promise<StreamChunk[]> {
    const bytes = await body.read();
    if (bytes === undefined) {
      const failure = attemptError('truncated', 'the stream ended before the answer did');
      state.end = answer.isFinished ? {} : { failure };
      return [];
    }
    const chunks: StreamChunk[] = [];
    for (const event of parseEvents(parser, bytes)) {
      const step = answer.accept(event);
      if (step.kind === 'chunk') {
        chunks.push({ text: step.text, data: step.data });
        state.hasContent ||= step.isContent;
        continue;
      }
      if (step.kind === 'done') {
        state.end = {};
        void body.drain(graceMs);
      } else if (step.kind === 'error') {
        state.end = { failure: classifyErrorBody(undefined, { error: step.error }, errors) };
      } else {
        state.end = { failure: attemptError('malformed', step.detail) };
      }
      break;
    }
    return chunks;
  }

  function checkWhole(): void {
    if (state.end?.failure !== undefined) throw state.end.failure;
    checkEnd(answer.summary().finishReason, answer.hasAnswer);
  }

  const first: StreamChunk[] = [];
  while (state.end === undefined && !state.hasContent) first.push(...(await pull()));
  if (state.end !== undefined) checkWhole();
  return {
    first,
    async next() {
      while (state.end === undefined) {
        const chunks = await pull();
        if (chunks.length > 0) return chunks;
      }
      checkWhole();
      return undefined;
    },
    summary: () => answer.summary(),
  };
}

function parseEvents(parser: SseParser, bytes: Uint8Array): SseEvent[] {
  try {
    return parser.feed(bytes);
  } catch (error) {
    throw error instanceof RangeError
      ? attemptError('malformed', 'an event of the stream is too long')
      : error;
  }
}
