import type { Decision } from '../../policy/decide/decision.js';
import type { Usage } from '../../llm/usage.js';
import type { Attempt } from './attempt-record.js';
import type { AnswerCharge } from './answer-charge.js';
import type { AttemptFailure } from './failure.js';
import type { RouterErrorCode } from '../../util/errors.js';

/**
 * An event of a router, for logs and metrics. `requestId` counts the calls of one router from 1. No
 * event contains text of a prompt, an answer or a key.
 */
export type RouterEvent =
  | {
      readonly type: 'decision';
      readonly requestId: number;
      readonly decision: Decision;
      /** Models that the call could use, but that may not be called at this time. */
      readonly unavailable: readonly string[];
    }
  | {
      /** No other model could take the request than one that had its share already. */
      readonly type: 'share_exceeded';
      readonly requestId: number;
      readonly model: string;
    }
  | {
      readonly type: 'endpoint_skipped';
      readonly requestId: number;
      readonly attempt: Extract<Attempt, { outcome: 'skipped' }>;
    }
  | {
      readonly type: 'attempt_started';
      readonly requestId: number;
      readonly model: string;
      /** Whether it tests if an open circuit can be closed. */
      readonly isProbe: boolean;
    }
  | {
      readonly type: 'attempt_failed';
      readonly requestId: number;
      readonly model: string;
      readonly failure: AttemptFailure;
      readonly latencyMs: number;
      /** Whether the caller already had a part of the answer: then no other model can take over. */
      readonly isCommitted: boolean;
      /** Present for a whole answer that cannot be used because it is empty: what it took. */
      readonly charge?: AnswerCharge;
    }
  | {
      readonly type: 'succeeded';
      readonly requestId: number;
      readonly model: string;
      /** Without the time in which nobody read a stream. */
      readonly latencyMs: number;
      /** Present if a slow reader hid when the model was done, so that it may have taken longer. */
      readonly latencyIsGuess?: true;
      /** Time to the first content; null for an answer that was not streamed. */
      readonly ttftMs: number | null;
      readonly finishReason: string | null;
      readonly usage: Usage | null;
      /** The reported charge, or else price times usage; null if neither is known. */
      readonly costUsd: number | null;
      /** Present if the cost rests on tokens or prices that are partly a guess, or may lack a part of the charge. */
      readonly costIsGuess?: true;
      /** Present if the provider reports a charge in a form that is not known; `costIsGuess` is there, too. */
      readonly hasUnreadCharge?: true;
    }
  | {
      /** The call ended without an answer, or with an incomplete one. */
      readonly type: 'failed';
      readonly requestId: number;
      readonly code: RouterErrorCode;
      readonly attempts: readonly Attempt[];
    };
