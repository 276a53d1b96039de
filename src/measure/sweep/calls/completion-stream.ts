import type { JsonValue } from '../../../util/json.js';
import type { CallFailure, CallResult } from './call-result.js';

/** Puts one streamed completion together, event by event. */
export interface CompletionStream {
  /** Takes the data of one server-sent event. */
  accept(data: string): void;
  /** Gives the stream up. */
  fail(failure: CallFailure): void;
  /** True as soon as no further event can change the result. */
  readonly ended: boolean;
  /** The result, given that the stream is over. */
  result(): CallResult;
}

/** The text of a member that may be missing or null; empty where it is no text. */
export function readText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
