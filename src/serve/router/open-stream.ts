import type { Conclusion, StreamEvent } from '../../llm/types.js';
import type { TokenUsage } from '../../llm/usage.js';
import type { JsonObject } from '../../util/json.js';
import type { AnswerSummary } from './call.js';
import { checkConclusion } from './check-conclusion.js';
import { attemptError } from './failure.js';

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

/** How far a stream has been read. The function that reads its parts sets these. */
export interface StreamState {
  isOver: boolean;
  hasContent: boolean;
}

/** What a stream says of its answer as a whole. */
export interface StreamEnd {
  /** How the answer ended, given that the stream is over. */
  conclude(): Conclusion;
  readTokens(): TokenUsage;
  /** See `settleRefusal`. */
  readonly hasFreeRefusals?: boolean;
}

/**
 * Waits for the first content of a streamed answer.
 *
 * @param pull reads on; its chunks may be none
 * @throws AttemptError for any failure before that
 */
export async function openStream<Data>(
  state: StreamState,
  pull: () => Promise<readonly StreamChunk<Data>[]>,
  end: StreamEnd,
  exposesMessages = false,
): Promise<OpenStream<Data>> {
  let summary: AnswerSummary | undefined;

  /** @throws AttemptError if the answer is not whole */
  function checkWhole(): AnswerSummary {
    const { hasFreeRefusals } = end;
    return (summary ??= checkConclusion(
      end.conclude(),
      exposesMessages,
      end.readTokens(),
      hasFreeRefusals,
    ));
  }

  const first: StreamChunk<Data>[] = [];
  while (!state.isOver && !state.hasContent) first.push(...(await pull()));
  if (state.isOver) checkWhole();
  return {
    isWhole: false,
    first,
    async next() {
      while (!state.isOver) {
        const chunks = await pull();
        if (chunks.length > 0) return chunks;
      }
      checkWhole();
      return undefined;
    },
    isComplete() {
      try {
        if (state.isOver) checkWhole();
        return state.isOver;
      } catch {
        // For the next call: what came before the failure is passed on first.
        return false;
      }
    },
    summary: checkWhole,
  };
}

/** @throws AttemptError if a stream exceeds a limit */
export function refuseExcess(excess: string | undefined): void {
  if (excess !== undefined) throw attemptError('malformed', `the stream ${excess}`);
}
