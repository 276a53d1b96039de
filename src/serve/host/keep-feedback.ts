import { appendFile } from 'node:fs/promises';
import { privateMode } from '../../util/replace-file.js';
import type { FeedbackSink } from '../gateway/feedback.js';
import type { DecisionLog } from '../log/decision-log.js';
import { feedbackSources } from '../log/record.js';
import { readWord } from '../log/served-events.js';

/** Keeps feedback in a file, one JSON object a line, which is only ever appended to. */
export function createFeedbackFile(file: string): FeedbackSink {
  return (feedback) =>
    appendFile(file, `${JSON.stringify(feedback)}\n`, { mode: privateMode, flush: true });
}

/** Keeps feedback in a decision log, beside the decisions. Any other word than its sources is `other`. */
export function createLogFeedback(log: DecisionLog): FeedbackSink {
  return ({ id, quality, source, at }) => {
    const known = feedbackSources.find((one) => one === source);
    const by = known === undefined ? readWord(source) : null;
    return log.feedback({ id, quality, source: known ?? 'other', by, at });
  };
}

/** Keeps feedback in all of several places. */
export function joinFeedback(sinks: readonly FeedbackSink[]): FeedbackSink {
  return async (feedback) => {
    await Promise.all(sinks.map((sink) => sink(feedback)));
  };
}
