import { isShare, shareProblem } from '../../util/checks.js';
import { RoutesmithError } from '../../util/errors.js';
import { isFeedbackId, readWord, wordProblem } from './log-words.js';
import { feedbackSources, type FeedbackRecord, type FeedbackSource } from './record.js';

/** What somebody says of an answer. */
export interface GivenFeedback {
  /** The `id` of the decision. */
  readonly id: string;
  /** In [0, 1]. */
  readonly quality: number;
  /** Who says so. */
  readonly source: FeedbackSource;
  /** A word for who said it, such as `unit-tests`. @default none */
  readonly by?: string | null;
  /** When, in ISO 8601. @default now */
  readonly at?: string;
}

/**
 * Who says so, by the word of a caller: any other word than a log's sources is `other`, with the word as
 * `by`.
 */
export function nameSource(word: string | null): Pick<FeedbackRecord, 'source' | 'by'> {
  const known = feedbackSources.find((one) => one === word);
  return { source: known ?? 'other', by: known === undefined ? readWord(word) : null };
}

/** A date alone would be before the requests of its day, and so about an earlier one of the id. */
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * Checks feedback, and makes its record.
 *
 * @throws RoutesmithError `usage` that names the member
 */
export function readGivenFeedback(given: GivenFeedback, now: Date): Omit<FeedbackRecord, 'n'> {
  const { id, quality, source, by = null, at } = given;
  if (!isFeedbackId(id)) {
    refuse('id', 'must be the id of a decision: letters, digits, "_" and "-"');
  }
  if (!isShare(quality)) refuse('quality', shareProblem);
  if (!feedbackSources.includes(source)) {
    refuse('source', `must be ${feedbackSources.join(', ')}`);
  }
  if (by !== null && readWord(by) === null) refuse('by', wordProblem);
  const time = at === undefined ? now : new Date(at);
  if (at !== undefined && (!isoTime.test(at) || Number.isNaN(time.getTime()))) {
    refuse('at', 'must be a time in ISO 8601 with its zone, such as 2026-11-28T09:30:00Z');
  }
  return { kind: 'feedback', id, at: time.toISOString(), quality, source, by };
}

function refuse(member: string, what: string): never {
  throw new RoutesmithError('usage', what, { where: `feedback, ${member}` });
}
