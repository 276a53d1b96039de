import { createDecisionLog } from '../../serve/log/decision-log.js';
import { readLog } from '../../serve/log/read-log.js';
import type { FeedbackSource } from '../../serve/log/record.js';
import { readFeedbackFile } from './read-feedback-file.js';

export interface AddedFeedback {
  readonly reports: number;
  /** Reports on requests that are not in the log; they were added, too. */
  readonly unknown: number;
  /** Reports of which the file names another source than a log has; they count as `other`. */
  readonly renamed: number;
}

/** So many reports are written together. */
const batchSize = 1000;

/**
 * Adds the reports of a file to a log.
 *
 * @param source who says so where a row does not
 * @throws RoutesmithError `invalid_input` for a folder or a file that cannot be read, or a row that no
 * log takes: then nothing is added. `usage` where the log cannot be written, which may come after
 * the first reports
 */
export async function addFeedbackFile(
  directory: string,
  file: string,
  source: FeedbackSource | undefined,
): Promise<AddedFeedback> {
  const reports = await readFeedbackFile(file, source);
  const missing = new Set(reports.map(({ feedback }) => feedback.id));
  for await (const { decision } of readLog(directory)) missing.delete(decision.id);
  const log = await createDecisionLog({ directory });
  try {
    for (let start = 0; start < reports.length; start += batchSize) {
      const batch = reports.slice(start, start + batchSize);
      await Promise.all(batch.map(({ feedback }) => log.feedback(feedback)));
    }
  } finally {
    await log.close();
  }
  const unknown = reports.filter(({ feedback }) => missing.has(feedback.id)).length;
  const renamed = reports.filter(({ isRenamed }) => isRenamed).length;
  return { reports: reports.length, unknown, renamed };
}
