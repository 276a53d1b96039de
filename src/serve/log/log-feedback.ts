import { isShare, shareProblem } from '../../util/checks.js';
import { RoutesmithError } from '../../util/errors.js';
import { isCalendarDay } from '../../util/is-calendar-day.js';
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
  /** When, in ISO 8601; not in the future. @default now */
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

/** How far a clock that gives times may be ahead. */
const maxAheadMs = 24 * 60 * 60 * 1000;

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
  const time = at === undefined ? now : readTime(at, now);
  return { kind: 'feedback', id, at: time.toISOString(), quality, source, by };
}

/** A later time would win over every correction until then, since the latest report counts. */
function readTime(at: string, now: Date): Date {
  const time = new Date(at);
  if (!isoTime.test(at) || Number.isNaN(time.getTime())) {
    refuse('at', 'must be a time in ISO 8601 with its zone, such as 2026-11-28T09:30:00Z');
  }
  const day = at.slice(0, 'YYYY-MM-DD'.length);
  if (!isCalendarDay(day)) refuse('at', `must be a time: there is no ${day}`);
  if (time.getTime() > now.getTime() + maxAheadMs) {
    refuse('at', `must not be in the future: ${at} is more than a day from now`);
  }
  return time;
}

function refuse(member: string, what: string): never {
  throw new RoutesmithError('usage', what, { where: `feedback, ${member}` });
}
