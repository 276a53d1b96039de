import type { ProtocolName } from '../../llm/protocol.js';
import type { GatewayErrorCode } from './gateway-error.js';
import type { PaidFigures } from './paid-figures.js';

/** One attempt at a model, for a log. Has the figures of a whole answer, also of an empty one. */
export interface RequestAttempt extends Partial<PaidFigures> {
  readonly model: string;
  readonly outcome: 'answered' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly why?: string;
  readonly status?: number;
  /** A description by this library, such as which setting of the model avoids the failure. */
  readonly detail?: string;
  /** Missing for a stream whose reader was slower than the model. */
  readonly latencyMs?: number;
}

/**
 * What a gateway did with one request. Holds no text of a prompt or an answer, no key, and no name
 * that the caller made up. Its figures are the sums of all calls that may have been charged; null where
 * one is not known, or none was charged.
 */
export interface RequestLog extends PaidFigures {
  readonly id: string;
  /** The path, if the gateway has it. */
  readonly route: string;
  readonly protocol: ProtocolName;
  /** The name of the key; null where no keys are configured, or it was not accepted. */
  readonly caller: string | null;
  /** As sent; 499 if the caller left before the answer began. */
  readonly status: number;
  /** `aborted`: the caller left. `broken`: the stream began, and ended with an error. */
  readonly outcome: 'answered' | 'refused' | 'failed' | 'aborted' | 'broken';
  readonly error: GatewayErrorCode | null;
  readonly isStream: boolean;
  /** `auto`, or the model that the caller named; null if it is none that is known. */
  readonly requested: string | null;
  readonly objective: string | null;
  /** The model of the decision. */
  readonly chosenModel: string | null;
  /** The model that answered, or the last one that was asked; null if none was. */
  readonly model: string | null;
  readonly servedModel: string | null;
  readonly reason: string | null;
  /** Whether the model had its share already, and no other could take the request. */
  readonly exceedsShare: boolean;
  readonly policyDigest: string | null;
  readonly attempts: readonly RequestAttempt[];
  readonly latencyMs: number;
  readonly ttftMs: number | null;
  /** Whether the request went on with a conversation that the gateway remembers. */
  readonly isKnownConversation: boolean;
}
