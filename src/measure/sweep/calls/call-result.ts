import type { PoolModel } from '../../models/model.js';
import type { Usage } from '../../../llm/usage.js';
import type { Prompt } from '../../../llm/chat.js';
import type { JsonValue } from '../../../util/json.js';

/** One completion to ask for. */
export interface CallRequest {
  readonly model: PoolModel;
  readonly prompt: Prompt;
  readonly apiKey: string | undefined;
  /** Cuts the call off; the result is then a failure of class `cancelled`. */
  readonly signal?: AbortSignal;
}

/**
 * Why a call gave no completion. `rate_limited`, `server_error`, `timeout` and `network` may pass
 * by themselves; the others come back if the same request is sent again.
 */
export type FailureClass =
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'network'
  | 'quota_exhausted'
  | 'authentication'
  | 'model_not_found'
  | 'bad_request'
  | 'context_overflow'
  | 'content_filtered'
  /** The provider's answer is not what the protocol allows. */
  | 'malformed'
  | 'cancelled';

export interface CallFailure {
  readonly class: FailureClass;
  /** The HTTP status, or null where there was none. */
  readonly status: number | null;
  readonly retryable: boolean;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number;
  /** One line without secrets, at most a few hundred characters. */
  readonly message: string;
  /** True where the model may have worked for the request, so that it may stand on the bill. */
  readonly mayBeCharged: boolean;
}

/** A completion that arrived whole. */
export interface CompletedCall {
  readonly kind: 'completed';
  /** The text; tool calls as JSON where the model called tools and said nothing; may be empty. */
  readonly answer: string;
  /** True where the model declined through the protocol's own refusal field. */
  readonly refused: boolean;
  /** In OpenAI's words where they have one (`stop`, `length`, `tool_calls`, `content_filter`). */
  readonly finishReason: string | null;
  /** Null where the provider reported none, or none that can be understood. */
  readonly usage: Usage | null;
  readonly rawUsage: JsonValue;
  /** The charge the provider reported itself. */
  readonly costUsd?: number;
  /** Until the first reasoning, text or tool call that is not empty; null where none came. */
  readonly ttftMs: number | null;
  /** The same for text and tool calls only. */
  readonly firstContentMs: number | null;
  readonly latencyMs: number;
  /** The model's name as the provider gives it back. */
  readonly servedModel: string | null;
  /** Who served it, where a gateway says so (OpenRouter's `provider`). */
  readonly servedProvider: string | null;
  /** OpenAI's `system_fingerprint`: changes with the configuration behind the name. */
  readonly fingerprint: string | null;
}

export interface FailedCall {
  readonly kind: 'failed';
  readonly failure: CallFailure;
}

export type CallResult = CompletedCall | FailedCall;

/** A way to ask models, one attempt a call. */
export interface ProviderClient {
  /** Never rejects: whatever goes wrong is a failed result. */
  complete(request: CallRequest): Promise<CallResult>;
  /** Closes the connections that the client opened itself. */
  close(): Promise<void>;
}
