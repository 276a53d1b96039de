import type { JsonObject, JsonValue } from '../../../util/json.js';
import type { Result } from '../../../util/result.js';
import type { CallFailure } from '../calls/call-failure.js';

/** One request of a batch. */
export interface BatchRequest {
  /** At most 64 letters and digits; comes back with the answer. */
  readonly id: string;
  readonly body: JsonObject;
}

/** What a provider says of a batch. */
export type BatchState =
  | {
      readonly kind: 'running';
      /** Requests that are done with, of all. */
      readonly done: number;
      readonly total: number;
    }
  /** Nothing more will come: whatever has no result never ran. */
  | {
      readonly kind: 'ended';
      readonly results: readonly BatchResults[];
      /** Requests that have a result, as the provider counts them; 0 where it does not say. */
      readonly answered: number;
    }
  /** The provider took none of it, and charges nothing. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isTooMuch: boolean };

/** A list of results that can be read. */
export interface BatchResults {
  /** Path below the base URL. */
  readonly path: string;
}

/** What became of one request. */
export type BatchAnswer =
  /** `status` is undefined for an error that says itself what it is. */
  | { readonly kind: 'response'; readonly status: number | undefined; readonly body: JsonValue }
  /** It never ran, and costs nothing. */
  | { readonly kind: 'not_run'; readonly reason: string };

export interface BatchLine {
  readonly id: string;
  readonly answer: BatchAnswer;
}

/** The batch API of a provider: usually half the price, within a day. */
export interface BatchApi {
  readonly maxRequests: number;
  /** Of all bodies of a batch together. */
  readonly maxBytes: number;
  /**
   * Whether a batch is found by its token. Otherwise only its size and its time are known, and two of
   * the same size can be mistaken for each other.
   */
  readonly findsByToken: boolean;
  /**
   * Sends a batch, and returns its id.
   *
   * @param token unique; a provider that keeps it can be asked for the batch again
   * @throws BatchCallError
   */
  submit(requests: readonly BatchRequest[], token: string): Promise<string>;
  /**
   * Finds a batch that was sent by a process that was killed before it knew the id.
   *
   * @returns undefined where there is none: it was never received
   * @throws BatchCallError
   */
  find(sent: {
    readonly token: string;
    readonly requests: number;
    readonly at: Date;
    /** Ids of other batches. */
    readonly known: ReadonlySet<string>;
    /**
     * Whether one that was created before that time may be it, because our clock was wrong. Most of
     * them are others, so they come last.
     */
    readonly acceptsEarlier: boolean;
  }): Promise<string | undefined>;
  /** @throws BatchCallError */
  read(batchId: string): Promise<BatchState>;
  /**
   * Reads results line by line, in any order; a line that cannot be read says why.
   *
   * @throws BatchCallError
   */
  readResults(results: BatchResults): AsyncIterable<Result<BatchLine>>;
}

/** A number of requests in an answer of a batch API; 0 where it has none. */
export function readCount(value: JsonValue | undefined): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}

/** A request to a batch API that failed. `mayBeCharged`: the provider may still be at it. */
export class BatchCallError extends Error {
  constructor(readonly failure: CallFailure) {
    super(failure.message);
    this.name = 'BatchCallError';
  }
}

/** @throws what is no failure of a request */
export function toFailure(error: unknown): CallFailure {
  if (error instanceof BatchCallError) return error.failure;
  throw error;
}
