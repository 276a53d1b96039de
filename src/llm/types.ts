import type { JsonObject, JsonValue } from '../util/json.js';
import type { ChatMessage } from './chat.js';
import type { Failure } from './failure.js';
import type { Ending } from './finish-reason.js';
import type { ResponseHeaders } from './retry-after.js';
import type { SseEvent } from './sse.js';
import type { TokenUsage } from './usage.js';
import type { ResolvedRequestForm } from './request-form.js';

/** One request to a model, in the words of OpenAI's chat completions for every protocol. */
export interface LlmRequest {
  /** The provider's name for the model. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly object[] | undefined;
  readonly stream: boolean;
  /** Other members of the body, such as `temperature`. Undefined members are ignored. */
  readonly members: Readonly<Record<string, JsonValue | undefined>>;
  /**
   * Members in the protocol's own words for every request to this server. The members above win,
   * and null removes a member that would be sent by default.
   */
  readonly defaults?: JsonObject | undefined;
  readonly form: ResolvedRequestForm;
  /**
   * The body in the protocol's own words, where the caller wrote it so: it is sent in place of
   * messages, tools and members.
   */
  readonly native?: JsonObject | undefined;
}

/** What a response says, in the order in which it says it. */
export type StreamEvent =
  /** A piece of the answer; `choice` is 0 unless several answers were requested. */
  | { readonly kind: 'text'; readonly text: string; readonly choice: number }
  /** A piece of reasoning; not part of the answer. */
  | { readonly kind: 'reasoning'; readonly text: string; readonly choice: number }
  /** A piece of a refusal in a field of its own. */
  | { readonly kind: 'refusal'; readonly text: string; readonly choice: number }
  | ToolCallPiece
  /** A piece of the answer that is no text, such as audio or images, as members of OpenAI's message. */
  | { readonly kind: 'media'; readonly members: JsonObject; readonly choice: number }
  /** The model is at work on something that is not part of the answer, such as the provider's tools. */
  | { readonly kind: 'working' }
  /** What is known of the tokens so far, as the provider sent it. */
  | { readonly kind: 'usage'; readonly rawUsage: JsonObject }
  | {
      readonly kind: 'served';
      readonly model: string | null;
      /** Who served it, if a gateway says so (OpenRouter's `provider`). */
      readonly provider: string | null;
      /** OpenAI's `system_fingerprint`. */
      readonly fingerprint: string | null;
    }
  /** Why the model stopped, as the provider spells it. */
  | { readonly kind: 'finish'; readonly reason: string; readonly choice: number }
  /** The protocol's own end of the stream. */
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** A piece of a tool call. Names and arguments of one `call` are to be concatenated. */
export interface ToolCallPiece {
  readonly kind: 'tool_call';
  readonly choice: number;
  /** The position of the call among the calls of its choice, from 0. */
  readonly call: number;
  readonly id: string;
  readonly name: string;
  /** A piece of the arguments' JSON. */
  readonly argumentText: string;
}

/** How an answer ended. Everything that is not a whole answer has failed. */
export type Conclusion =
  | {
      readonly kind: 'answered';
      readonly ending: Ending;
      /** As the provider spells it; null if the protocol's own end is all there was. */
      readonly finishReason: string | null;
      /** Whether text, media, a tool call or a refusal arrived: reasoning alone is no answer. */
      readonly hasAnswer: boolean;
      /** Whether anything was written, reasoning included; absent where nothing but answers is told. */
      readonly hasOutput?: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** One event of a stream, read. */
export interface ReadEvent {
  /** What the provider sent, parsed; undefined for markers, pings and failures. */
  readonly data: JsonObject | undefined;
  readonly events: readonly StreamEvent[];
}

/** Reads one streamed answer, event by event. */
export interface StreamReader {
  accept(event: SseEvent): ReadEvent;
  /** True as soon as no further event can change the conclusion. */
  isOver(): boolean;
  /** How the answer ended, given that the stream has. */
  conclude(): Conclusion;
}

/** A whole answer, read. */
export interface ReadAnswer {
  readonly events: readonly StreamEvent[];
  readonly conclusion: Conclusion;
}

/** What a reader needs besides the response. */
export interface ReadContext {
  /** Values that must not appear in a failure. */
  readonly secrets: readonly (string | undefined)[];
  /** The time of day, for waits that are given as a time. */
  readonly now: () => Date;
  /** The response's headers, for the wait that comes with an error inside a 200. */
  readonly headers?: () => ResponseHeaders;
}

/** A wire protocol: where a request goes, what is in it, and what its answer means. */
export interface Protocol {
  /** Appended to the base URL. */
  readonly path: string;
  buildHeaders(apiKey: string | undefined): Readonly<Record<string, string>>;
  /** The body of a request; see `findInexpressible` for what cannot be sent. */
  buildRequest(request: LlmRequest): JsonObject;
  /** What of a request the protocol cannot express, as a sentence, or undefined. */
  findInexpressible(
    request: Pick<LlmRequest, 'messages' | 'tools' | 'members'>,
  ): string | undefined;
  /** @param json what the body was parsed from, for numbers that do not fit into one of JavaScript's */
  readAnswer(body: JsonObject, context: ReadContext, json?: string): ReadAnswer;
  createStreamReader(context: ReadContext): StreamReader;
  readUsage(rawUsage: JsonValue | undefined): TokenUsage;
}
