import type { StopSignal } from '../router/cutoff.js';

/** The headers of a request; `Headers` are. Names are in lower case. */
export interface CallHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/**
 * A request as a gateway reads it, made from a standard `Request` or from a server's own: on Node a
 * `Request` and its web streams cost more than the rest of the gateway.
 */
export interface HttpCall {
  readonly method: string;
  /** Absolute, with the host that the request names. */
  readonly url: string;
  readonly headers: CallHeaders;
  /** Aborts when the caller leaves. */
  readonly signal: StopSignal;
  /**
   * Reads the body as UTF-8, without a byte order mark. Once.
   *
   * @param onBytes called with the size of each piece before it is kept; its error ends the reading
   * @throws GatewayError `aborted` if the body is incomplete; what `onBytes` throws
   */
  readText(onBytes: (bytes: number) => void): Promise<string>;
}

/** What a gateway answers. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AnswerStream;
}

/** A part of a streamed body. */
export interface AnswerPart {
  /** Empty only at the end. */
  readonly text: string;
  /** True for the last part. */
  readonly isLast: boolean;
}

/** A streamed body, read on demand, so that a slow reader slows down the provider. */
export interface AnswerStream {
  /** Never rejects: a stream that breaks off ends with an error event. */
  next(): Promise<AnswerPart>;
  /** Ends the answer because its reader has left. */
  cancel(): void;
}
