import type { ProtocolName } from '../../llm/protocol.js';
import type { StreamEvent } from '../../llm/types.js';
import type { Decision } from '../../policy/decide/decision.js';
import type { JsonObject } from '../../util/json.js';
import type { AnswerBatches, AnswerEvent } from './answer-events.js';
import type { Attempt } from './attempt-record.js';
import type { AnswerFigures } from './answer-charge.js';

interface Routed {
  /** The model that answers. */
  readonly model: string;
  /** The protocol of its endpoint, and so of the answer's data. */
  readonly protocol: ProtocolName;
  readonly decision: Decision;
  /** Every model that was called or skipped, in order. */
  readonly attempts: readonly Attempt[];
  /** Names the call in the router's log, for feedback; undefined without a log. */
  readonly logId: string | undefined;
}

/** A complete answer. */
export interface RoutedAnswer extends Routed, Omit<AnswerFigures, 'ttftMs'> {
  /** The provider's response, in its own protocol. */
  readonly response: JsonObject;
  /** The same as text, which also has the digits of numbers that JavaScript rounds. */
  readonly json: string;
  /** What it says, in one form for all protocols. */
  readonly content: readonly StreamEvent[];
  readonly text: string;
}

/** An answer that has begun. */
export interface RoutedStream extends Routed {
  readonly ttftMs: number;
  /** True for the answer of a server that does not stream: one chunk holds all of it. */
  readonly isWhole: boolean;
  /** Can be read once. Stays open until it is read to the end, the loop is left, or the signal aborts. */
  readonly events: AsyncIterableIterator<AnswerEvent>;
  /** The same, as many at a time as have arrived; read either of the two. */
  readonly batches: AnswerBatches;
}
