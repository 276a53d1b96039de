import { StringDecoder } from 'node:string_decoder';
import { parseAnswerBody, parseBody } from '../../../llm/event-data.js';
import { createFailure, readFailure, type Failure } from '../../../llm/failure.js';
import type { ResponseHeaders } from '../../../llm/retry-after.js';
import { responseLimits } from '../../../llm/response-limits.js';
import { listLastEvents } from '../../../llm/response-reader.js';
import { createStreamMeter, isProgress } from '../../../llm/stream-progress.js';
import { createSseParser, type SseEvent } from '../../../llm/sse.js';
import type { Conclusion, Protocol, ReadContext, StreamReader } from '../../../llm/types.js';
import type { CallResult } from './call-result.js';
import { toCallFailure } from './call-failure.js';
import { CompletionFold, readFailedGeneration, type AskedContext } from './completion.js';

/** As fetch has it: some gateways answer with 201. */
function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

const { maxErrorBytes, maxBodyBytes } = responseLimits;

/**
 * Makes a result of the response to one request, piece by piece as it arrives. A server that does not
 * stream answers with a whole completion, which is read as one.
 */
export class CallResponseReader {
  readonly #protocol: Protocol;
  readonly #context: ReadContext;
  readonly #tokenLimit: number | undefined;
  readonly #fold: CompletionFold;
  #status = 0;
  #headers: ResponseHeaders = {};
  #stream: EventStream | undefined;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;
  #failure: Failure | undefined;
  #progress = 0;

  /**
   * @param elapsedMs milliseconds since the request was sent
   */
  constructor(
    protocol: Protocol,
    elapsedMs: () => number,
    { tokenLimit, hasFreeRefusals, ...context }: Omit<ReadContext, 'headers'> & AskedContext,
  ) {
    this.#protocol = protocol;
    this.#context = { ...context, headers: () => this.#headers };
    this.#tokenLimit = tokenLimit;
    this.#fold = new CompletionFold(elapsedMs, protocol.readUsage, { tokenLimit, hasFreeRefusals });
  }

  /** True if the rest of the response is not worth reading. */
  get isBroken(): boolean {
    return this.#size >= maxErrorBytes || (this.#stream?.isTooLong ?? false);
  }

  /** Grows whenever the model has said something; keep-alives do not count. */
  get progress(): number {
    return this.#progress;
  }

  /** Why the response is no answer, as far as it is known. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  start(status: number, headers: ResponseHeaders): void {
    // An interim response (1xx) comes before the one that counts.
    this.#status = status;
    this.#headers = headers;
    const isStream = /event-stream/i.test(String(headers['content-type'] ?? ''));
    this.#stream =
      isOk(status) && isStream
        ? new EventStream(this.#protocol.createStreamReader(this.#context), this.#fold, () => {
            this.#progress += 1;
          })
        : undefined;
  }

  /** Takes bytes of the body; gives the result as soon as no further byte can change it. */
  accept(bytes: Uint8Array): CallResult | undefined {
    const stream = this.#stream;
    if (stream !== undefined) {
      const problem = stream.accept(bytes);
      if (problem !== undefined) return this.#failStream(problem, stream);
      return stream.reader.isOver() ? this.#endStream(stream) : undefined;
    }
    this.#pieces.push(bytes.slice());
    // Servers that do not stream keep the connection open with white space (DeepSeek).
    if (bytes.some((byte) => byte > 0x20)) this.#progress += 1;
    this.#size += bytes.length;
    if (!isOk(this.#status)) return this.#size >= maxErrorBytes ? this.#readBody() : undefined;
    if (this.#size <= maxBodyBytes) return undefined;
    this.#pieces.length = 0;
    const problem = `the body is longer than ${maxBodyBytes} bytes`;
    return this.#failByLength(createFailure('malformed', problem));
  }

  /** The result of a response that came to its end. */
  end(): CallResult {
    const stream = this.#stream;
    if (stream === undefined) return this.#readBody();
    const problem = stream.end();
    return problem === undefined ? this.#endStream(stream) : this.#failStream(problem, stream);
  }

  /** The result of one that broke off, if what has arrived is enough for one. */
  endEarly(): CallResult | undefined {
    const stream = this.#stream;
    if (stream === undefined) {
      // An error status is enough, even if its body is incomplete.
      return this.#status === 0 || isOk(this.#status) ? undefined : this.#readBody();
    }
    if (stream.end() !== undefined) return undefined;
    // Where the finish reason has arrived, only the usage or the mark of the end is missing.
    const isWhole = stream.reader.isOver() || stream.reader.conclude().kind === 'answered';
    return isWhole ? this.#endStream(stream) : undefined;
  }

  #fail(failure: Failure): CallResult {
    this.#failure = failure;
    return { kind: 'failed', failure: toCallFailure(failure, this.#tokenLimit) };
  }

  /** The next answer would be as long, and would be paid for again. */
  #failByLength(failure: Failure): CallResult {
    this.#failure = failure;
    return { kind: 'failed', failure: { ...toCallFailure(failure), retryable: false } };
  }

  #failStream(failure: Failure, { isAnswerTooLong }: EventStream): CallResult {
    return isAnswerTooLong ? this.#failByLength(failure) : this.#fail(failure);
  }

  #endStream({ reader }: EventStream): CallResult {
    return this.#conclude(reader.conclude());
  }

  #conclude(conclusion: Conclusion): CallResult {
    if (conclusion.kind === 'failed') this.#failure = conclusion.failure;
    return this.#fold.result(conclusion);
  }

  #readBody(): CallResult {
    const text = Buffer.concat(this.#pieces).toString('utf8');
    // Dozens of large bodies are read at the same time.
    this.#pieces.length = 0;
    return isOk(this.#status) ? this.#readAnswer(text) : this.#readError(text);
  }

  #readError(text: string): CallResult {
    const body = parseBody(text.slice(0, maxErrorBytes));
    const { secrets, now } = this.#context;
    const response = { status: this.#status, body, headers: this.#headers };
    const failed = readFailure(response, { secrets, now: now() });
    if (failed.isModelFault !== true) return this.#fail(failed);
    for (const event of readFailedGeneration(body, failed)) this.#fold.accept(event);
    return this.#fold.result({ kind: 'failed', failure: failed });
  }

  #readAnswer(text: string): CallResult {
    const body = parseAnswerBody(text);
    if (body.kind === 'cut') {
      return this.#fail(createFailure('truncated', 'the body ends before its JSON does'));
    }
    if (body.kind === 'other') {
      const type = String(this.#headers['content-type'] ?? 'untyped');
      const detail = `the response is ${type} but a stream was expected, and its body`;
      return this.#fail(createFailure('malformed', `${detail} ${body.problem}`));
    }
    const answer = this.#protocol.readAnswer(body.value, this.#context);
    for (const event of answer.events) this.#fold.accept(event);
    return this.#conclude(answer.conclusion);
  }
}

/** The events of one streamed response. */
class EventStream {
  readonly reader: StreamReader;
  readonly #fold: CompletionFold;
  readonly #onProgress: () => void;
  // Knows UTF-8 only, and in return is several times as fast as a TextDecoder on small pieces.
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser = createSseParser();
  readonly #meter = createStreamMeter();
  /** Whether more was sent than is read. */
  isTooLong = false;
  /** Whether the answer itself is what is too long. */
  isAnswerTooLong = false;

  constructor(reader: StreamReader, fold: CompletionFold, onProgress: () => void) {
    this.reader = reader;
    this.#fold = fold;
    this.#onProgress = onProgress;
  }

  accept(bytes: Uint8Array): Failure | undefined {
    if (this.reader.isOver()) return undefined;
    const text = this.#decoder.write(bytes as Buffer);
    const events = this.#parser.feed(text);
    const problem = this.#read(events);
    if (problem !== undefined || this.reader.isOver()) return problem;
    const excess = this.#meter.add(text.length, events.length);
    return excess === undefined ? undefined : this.#refuse(excess);
  }

  /** Reads what came after the last empty line. */
  end(): Failure | undefined {
    return this.reader.isOver() ? undefined : this.#read(listLastEvents(this.#parser));
  }

  #read(events: readonly SseEvent[]): Failure | undefined {
    for (const event of events) {
      for (const said of this.reader.accept(event).events) {
        this.#fold.accept(said);
        const excess = this.#meter.note(said);
        if (excess !== undefined) {
          this.isAnswerTooLong = true;
          return this.#refuse(excess);
        }
        if (isProgress(said)) this.#onProgress();
      }
      if (this.reader.isOver()) return undefined;
    }
    return undefined;
  }

  #refuse(excess: string): Failure {
    this.isTooLong = true;
    return createFailure('malformed', `the stream ${excess}`);
  }
}
