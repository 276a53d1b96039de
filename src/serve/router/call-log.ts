import type { Decide } from '../../policy/decide/decide.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { RouterEvent } from './router-event.js';

/** How a request is named in a log. */
export interface LoggedAs {
  /**
   * Joins the decision and its outcomes: letters, digits, `_` and `-`. No two requests in flight may
   * have the same one. @default a random UUID
   */
  readonly id?: string;
  /** The name of its conversation, of which only a hash is written. @default unknown */
  readonly conversation?: string;
  /** Whether it is going to be served, and that is recorded, too. @default true */
  readonly awaitsServed?: boolean;
}

/** Records decisions and their outcomes, such as `createDecisionLog` of `routesmith/log`. */
export interface CallLog {
  /** Begins the record of a request. */
  open(policy: LoadedPolicy, as?: LoggedAs): CallLogEntry;
}

/** One request in a log. Nothing here throws: a log must not break a request. */
export interface CallLogEntry {
  readonly id: string;
  /** Decides as the policy does, and records the first decision. */
  readonly decide: Decide;
  /** Adds to the text of the answer. */
  noteText(text: string): void;
  /** Notes what the router does for the request. */
  noteEvent(event: RouterEvent): void;
}
