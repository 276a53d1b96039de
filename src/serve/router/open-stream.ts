import type { StreamEvent } from '../../llm/types.js';
import type { JsonObject } from '../../util/json.js';
import type { AnswerSummary } from './call.js';

/** A piece of a streamed answer, of whatever form `Data` has. */
export interface StreamChunk<Data = JsonObject> {
  readonly kind: 'chunk';
  /** The text that it adds; empty for everything else. */
  readonly text: string;
  /** What the provider sent, parsed; without choices where only the mark of the end tells `events`. */
  readonly data: Data;
  /** The same as text; undefined if it was not on one line. */
  readonly json?: string | undefined;
  /** What that says, in one form for all protocols. */
  readonly events: readonly StreamEvent[];
}

/** A stream whose first content has arrived. */
export interface OpenStream<Data = JsonObject> {
  /** True for the answer of a server that does not stream: one chunk holds all of it. */
  readonly isWhole: boolean;
  /** What arrived up to and including the first content. */
  readonly first: readonly StreamChunk<Data>[];
  /**
   * The next chunks, or undefined once the answer is complete.
   *
   * @throws AttemptError if the answer is not complete
   */
  next(): Promise<readonly StreamChunk<Data>[] | undefined>;
  /** Whether all of a complete answer has been given, so that `next` would give undefined. */
  isComplete(): boolean;
  summary(): AnswerSummary;
}
