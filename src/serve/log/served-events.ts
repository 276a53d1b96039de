import type { RouterEvent } from '../router/router-event.js';
import { readWord } from './log-words.js';
import type { AnswerCharge } from '../router/answer-charge.js';
import { mayBeBilled } from '../router/may-be-billed.js';
import type { LoggedAttempt, LoggedCharge, ServedRecord } from './record.js';

/** The outcome of a request, without what the log itself knows of it. */
export type ServedOutcome = Pick<
  ServedRecord,
  'model' | 'outcome' | 'attempts' | 'finishReason' | 'usage' | 'costUsd' | 'costIsGuess' | 'ttftMs'
>;

/**
 * Collects a router's events of one request.
 *
 * @returns for each event, the outcome of the request if that is known with it
 */
export function createServedEvents(): (event: RouterEvent) => ServedOutcome | undefined {
  const attempts: LoggedAttempt[] = [];
  const none = { finishReason: null, usage: null, costUsd: null, costIsGuess: false, ttftMs: null };
  return (event) => {
    switch (event.type) {
      case 'endpoint_skipped': {
        const { model, reason } = event.attempt;
        attempts.push({ model, outcome: 'skipped', why: reason, latencyMs: null });
        return undefined;
      }
      case 'attempt_failed': {
        const { model, latencyMs, failure } = event;
        const charge = event.charge ?? (mayBeBilled(event) ? unknownCharge : undefined);
        attempts.push({
          model,
          outcome: 'failed',
          why: failure.class,
          latencyMs,
          ...(charge && { charge: copyCharge(charge) }),
        });
        return undefined;
      }
      case 'succeeded': {
        const { model, latencyMs, usage, costUsd, ttftMs } = event;
        const knownMs = event.latencyIsGuess === true ? null : latencyMs;
        attempts.push({ model, outcome: 'answered', why: null, latencyMs: knownMs });
        const finishReason = readWord(event.finishReason);
        const costIsGuess = event.costIsGuess ?? false;
        const figures = { finishReason, usage, costUsd, costIsGuess, ttftMs };
        return { model, outcome: 'answered', attempts, ...figures };
      }
      case 'failed': {
        const outcome =
          event.code === 'aborted'
            ? 'aborted'
            : event.code === 'stream_truncated'
              ? 'broken'
              : 'failed';
        return { model: null, outcome, attempts, ...none };
      }
      default:
        return undefined;
    }
  };
}

/** Of an attempt that may have been charged, which nothing tells. */
const unknownCharge: AnswerCharge = { usage: null, costUsd: null };

function copyCharge({ usage, costUsd, costIsGuess }: AnswerCharge): LoggedCharge {
  return { usage, costUsd, costIsGuess: costIsGuess ?? false };
}
