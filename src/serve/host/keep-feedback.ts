import { appendFile } from 'node:fs/promises';
import { privateMode } from '../../util/replace-file.js';
import type { FeedbackSink } from '../gateway/feedback.js';

/** Keeps feedback in a file, one JSON object a line, which is only ever appended to. */
export function createFeedbackFile(file: string): FeedbackSink {
  return (feedback) =>
    appendFile(file, `${JSON.stringify(feedback)}\n`, { mode: privateMode, flush: true });
}
