import type { JsonObject } from '../../util/json.js';
import { isShare, shareProblem } from '../../util/checks.js';
import { isFeedbackId, readWord, wordProblem } from '../log/log-words.js';
import { GatewayError } from './gateway-error.js';

/** What a caller reports of an earlier answer. */
export interface Feedback {
  /** The `x-routesmith-id` of the answer. */
  readonly id: string;
  /** In [0, 1]. */
  readonly quality: number;
  /** Where the quality comes from, such as `user` or `unit-tests`; null if not said. */
  readonly source: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** The name of the key; null where no keys are configured. */
  readonly caller: string | null;
}

/**
 * Keeps feedback. Rejects with a `RoutesmithError` if it cannot be kept now: the caller is told to send
 * it again. Any other error is answered with 500.
 */
export type FeedbackSink = (feedback: Feedback) => Promise<void>;

const members = ['id', 'quality', 'source'];

/** @throws GatewayError `invalid_request` that names the member */
export function readFeedback(
  body: JsonObject,
  { at, caller }: Pick<Feedback, 'at' | 'caller'>,
): Feedback {
  const refuse = (param: string, problem: string): never => {
    throw new GatewayError('invalid_request', `${param}: ${problem}.`, { param });
  };
  const unknown = Object.keys(body).find((name) => !members.includes(name));
  if (unknown !== undefined) {
    refuse(unknown.slice(0, 60), `unknown member; known are ${members.join(', ')}`);
  }
  const { id, quality, source = null } = body;
  if (!isFeedbackId(id)) {
    return refuse('id', 'must be the x-routesmith-id of an answer');
  }
  if (typeof quality !== 'number' || !isShare(quality)) return refuse('quality', shareProblem);
  if (source !== null && (typeof source !== 'string' || readWord(source) === null)) {
    return refuse('source', wordProblem);
  }
  return { id, quality, source, at, caller };
}
