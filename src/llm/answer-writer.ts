import type { JsonObject } from '../util/json.js';
import type { StreamEvent } from './types.js';
import type { Usage } from './usage.js';

/** What an answer is called in the caller's protocol. */
export interface AnswerHead {
  /** Letters, digits, `_` and `-`. */
  readonly id: string;
  /** As the provider calls the model that answered. */
  readonly model: string;
  readonly createdSeconds: number;
}

/** How a whole answer ended. */
export interface AnswerEnd {
  /** As the provider spells it; null if it gave none. */
  readonly finishReason: string | null;
  /** Null if the provider reported none. */
  readonly usage: Usage | null;
  /** Members to add to the last event that has any. */
  readonly extra?: JsonObject;
}

/** A piece of a streamed answer: what the provider sent, and what that says. */
export interface AnswerPiece {
  readonly data: JsonObject;
  /** The data as text, if it is known and on one line. */
  readonly json?: string | undefined;
  readonly events: readonly StreamEvent[];
}

/** An event of a stream, before it is written as text. */
export interface WrittenEvent {
  /** The `event` field; undefined where the protocol has none. */
  readonly type?: string;
  /** A text is written as it is. */
  readonly data: JsonObject | string;
}

/**
 * Writes a streamed answer in one protocol. The finish reason is held back until the answer is known
 * to be whole, so that an answer that breaks off never looks like one that ended.
 */
export interface StreamWriter {
  /** @throws UnwritableAnswerError */
  write(piece: AnswerPiece): readonly WrittenEvent[];
  /** @throws UnwritableAnswerError */
  end(end: AnswerEnd): readonly WrittenEvent[];
}

/** An answer that the caller's protocol cannot express; the message says why. */
export class UnwritableAnswerError extends Error {}

/** Events as the text of a stream. */
export function formatEvents(events: readonly WrittenEvent[]): string {
  let text = '';
  for (const { type, data } of events) {
    if (type !== undefined) text += `event: ${type}\n`;
    text += `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
  }
  return text;
}
