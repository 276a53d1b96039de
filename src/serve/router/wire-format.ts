import type { JsonObject, JsonValue } from '../../util/json.js';
import type { Usage } from '../../llm/usage.js';
import type { Endpoint } from './endpoint.js';
import type { RouterRequest } from './router-request.js';
import type { SseEvent } from './sse-parser.js';

/** What a whole answer says of itself. */
export interface AnswerSummary {
  /** The text; empty where the model called tools only. */
  readonly text: string;
  readonly finishReason: string | null;
  /** Null where the provider reported none, or none that can be understood. */
  readonly usage: Usage | null;
  /** The charge in USD that the provider reported itself. */
  readonly reportedCostUsd: number | undefined;
}

/** What one event of a stream comes to. */
export type StreamStep =
  | {
      readonly kind: 'chunk';
      readonly data: JsonObject;
      readonly text: string;
      /** Whether it holds text, reasoning, a tool call or a refusal: what a caller cannot unsee. */
      readonly isContent: boolean;
    }
  /** The protocol's own mark of the end. */
  | { readonly kind: 'done' }
  | { readonly kind: 'error'; readonly error: JsonValue }
  | { readonly kind: 'malformed'; readonly detail: string };

/** Reads one streamed answer, event by event. */
export interface AnswerStream {
  accept(event: SseEvent): StreamStep;
  /** Whether all that was begun has said why it ended. */
  readonly isFinished: boolean;
  /** Whether text, a tool call or a refusal came; reasoning alone is no answer. */
  readonly hasAnswer: boolean;
  /** Without the text: it was handed on. */
  summary(): Omit<AnswerSummary, 'text'>;
}

export type WholeAnswer =
  | (AnswerSummary & { readonly kind: 'answer'; readonly hasAnswer: boolean })
  | { readonly kind: 'malformed'; readonly detail: string };

/** What differs between the protocols. */
export interface WireFormat {
  /** Appended to the base URL. */
  readonly path: string;
  buildHeaders(apiKey: string | undefined): Readonly<Record<string, string>>;
  buildBody(request: RouterRequest, endpoint: Endpoint, stream: boolean): JsonObject;
  /** What of the request the protocol has no words for, or undefined. */
  findInexpressible(request: RouterRequest): string | undefined;
  readAnswer(body: JsonObject): WholeAnswer;
  createStream(): AnswerStream;
}
