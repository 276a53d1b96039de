import type { PoolModel } from '../../models/model.js';
import type { PromptWithMembers } from '../../../llm/chat.js';
import type { Ending } from '../../../llm/finish-reason.js';
import type { TokenUsage } from '../../../llm/usage.js';
import type { JsonValue } from '../../../util/json.js';
import type { CallFailure } from './call-failure.js';

/** A request for one completion. */
export interface CallRequest {
  readonly model: PoolModel;
  readonly prompt: PromptWithMembers;
  readonly apiKey: string | undefined;
  /** Cancels the call; the result is then a failure of class `cancelled`. */
  readonly signal?: AbortSignal;
}

/** A complete answer. */
export interface CompletedCall {
  readonly kind: 'completed';
  /** The text, then any tool calls as JSON; may be empty. */
  readonly answer: string;
  /** `malformed`: the model wrote a call of a tool that its server could not read. */
  readonly ending: Exclude<Ending, 'paused'> | 'malformed';
  /** In OpenAI's terms if there is one (`stop`, `length`, `tool_calls`, `content_filter`). */
  readonly finishReason: string | null;
  readonly tokens: TokenUsage;
  readonly rawUsage: JsonValue;
  /** Time to the first non-empty reasoning, text or tool call; null if none arrived. */
  readonly ttftMs: number | null;
  /** The same for text and tool calls only. */
  readonly firstContentMs: number | null;
  /** Null in a batch, where nothing is measured. */
  readonly latencyMs: number | null;
  /** The model's name as reported by the provider. */
  readonly servedModel: string | null;
  /** The provider behind a gateway, if reported (OpenRouter's `provider`). */
  readonly servedProvider: string | null;
  /** OpenAI's `system_fingerprint`: changes with the configuration behind the name. */
  readonly fingerprint: string | null;
}

export interface FailedCall {
  readonly kind: 'failed';
  readonly failure: CallFailure;
}

export type CallResult = CompletedCall | FailedCall;

/** Calls models, with one attempt per call. */
export interface ProviderClient {
  /** Never rejects: every error is a failed result. */
  complete(request: CallRequest): Promise<CallResult>;
  /** Closes the connections that the client opened itself. */
  close(): Promise<void>;
}
