import { appendFile } from 'node:fs/promises';
import type { RoutesmithError } from '../../util/errors.js';
import { describeWriteError, privateMode } from '../../util/replace-file.js';
import type { FeedbackSink } from '../gateway/feedback.js';
import type { DecisionLog } from '../log/decision-log.js';
import { nameSource } from '../log/log-feedback.js';

export interface FeedbackFileSettings {
  /** Called when the file cannot be written. */
  readonly onProblem: (error: RoutesmithError) => void;
  /** Called when it can be written again. */
  readonly onRecovered: () => void;
}

/** Keeps feedback in a file, one JSON object a line, which is only ever appended to. */
export function createFeedbackFile(
  file: string,
  { onProblem, onRecovered }: FeedbackFileSettings,
): FeedbackSink {
  let isTroubled = false;
  return async (feedback) => {
    try {
      await appendFile(file, `${JSON.stringify(feedback)}\n`, { mode: privateMode, flush: true });
    } catch (cause) {
      const error = describeWriteError(cause, file);
      if (!isTroubled) onProblem(error);
      isTroubled = true;
      throw error;
    }
    if (isTroubled) onRecovered();
    isTroubled = false;
  };
}

/** Keeps feedback in a decision log, beside the decisions. Any other word than its sources is `other`. */
export function createLogFeedback(log: DecisionLog): FeedbackSink {
  return ({ id, quality, source, at }) => log.feedback({ id, quality, ...nameSource(source), at });
}

/** Keeps feedback in several places in turn; what one of them refuses reaches none after it. */
export function joinFeedback(sinks: readonly FeedbackSink[]): FeedbackSink {
  return async (feedback) => {
    for (const sink of sinks) await sink(feedback);
  };
}
