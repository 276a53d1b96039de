import type { JsonObject } from '../util/json.js';
import type { ProtocolName } from './protocol.js';
import type { LlmRequest } from './types.js';

/** A request that somebody sent to this library, read from the body of one of the protocols. */
export interface CallerRequest {
  /** The protocol that it was written in. */
  readonly protocol: ProtocolName;
  /** The body as it was written, without `model` and `stream`. */
  readonly body: JsonObject;
  /**
   * The same in the words of OpenAI's chat completions, for decisions and for models of the other
   * protocol. Parts that those have no words for are kept as they were written.
   */
  readonly words: Pick<LlmRequest, 'messages' | 'tools' | 'members'>;
  /** The caller's betas, for models of its own protocol whose form takes `betas`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What of the request chat completions cannot express, as a sentence, or undefined. */
  readonly inexpressible: string | undefined;
}

/** Whether a request only has its prompt cached: Anthropic's Messages with a `max_tokens` of 0. */
export function wantsNoAnswer({ protocol, body }: CallerRequest): boolean {
  return protocol === 'anthropic' && body['max_tokens'] === 0;
}

/** A body that is no request of its protocol; the message says which member is wrong. */
export class UnreadableRequestError extends Error {
  constructor(
    /** The member, such as `messages.0.content`. */
    readonly member: string,
    readonly problem: string,
  ) {
    super(`${member}: ${problem}`);
  }
}
