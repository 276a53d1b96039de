import type { PoolModel } from '../../models/model.js';
import type { Prompt } from '../../../llm/chat.js';
import type { Ending } from '../../../llm/finish-reason.js';
import type { TokenUsage } from '../../../llm/usage.js';
import type { JsonValue } from '../../../util/json.js';
import type { CallFailure } from './call-failure.js';

/** One completion to request. */
export interface CallRequest {
  readonly model: PoolModel;
  readonly prompt: Prompt;
  readonly apiKey: string | undefined;
  /** Cuts the call off; the result is then a failure of class `cancelled`. */
  readonly signal?: AbortSignal;
}

/** A completion that arrived whole. */
export interface CompletedCall {
  readonly kind: 'completed';
  /** The text; tool calls as JSON if the model called tools and said nothing; may be empty. */
  readonly answer: string;
  readonly ending: Ending;
  /** In OpenAI's words if it has one (`stop`, `length`, `tool_calls`, `content_filter`). */
  readonly finishReason: string | null;
  readonly tokens: TokenUsage;
  readonly rawUsage: JsonValue;
  /** Until the first reasoning, text or tool call that is not empty; null if none arrived. */
  readonly ttftMs: number | null;
  /** The same for text and tool calls only. */
  readonly firstContentMs: number | null;
  readonly latencyMs: number;
  /** The model's name as the provider gives it back. */
  readonly servedModel: string | null;
  /** Who served it, if a gateway says so (OpenRouter's `provider`). */
  readonly servedProvider: string | null;
  /** OpenAI's `system_fingerprint`: changes with the configuration behind the name. */
  readonly fingerprint: string | null;
}

export interface FailedCall {
  readonly kind: 'failed';
  readonly failure: CallFailure;
}

export type CallResult = CompletedCall | FailedCall;

/** A way to call models, one attempt a call. */
export interface ProviderClient {
  /** Never rejects: whatever goes wrong is a failed result. */
  complete(request: CallRequest): Promise<CallResult>;
  /** Closes the connections that the client opened itself. */
  close(): Promise<void>;
}
