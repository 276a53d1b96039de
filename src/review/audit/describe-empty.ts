import type { LogTotals } from '../../serve/log/log-totals.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import {
  noGrader,
  otherPrompt,
  promptNotKnown,
  type LeftOutRequests,
} from './left-out-requests.js';

/** The error for a log of which no request can be audited. */
export function describeEmpty(
  directory: string,
  leftOut: LeftOutRequests,
  {
    logTotals: {
      damagedLines,
      problems: [problem],
    },
    promptsOfOthers,
  }: {
    readonly logTotals: LogTotals;
    /** How many prompts were given, if none of them is of a request of the log. */
    readonly promptsOfOthers: number;
  },
): RoutesmithError {
  const reasons = [
    ...Array.from(leftOut, ([reason, { count }]) => `${count} ${reason}`),
    ...(damagedLines > 0
      ? [`${formatCount(damagedLines, 'line')} cannot be read: ${problem}`]
      : []),
  ].join(', ');
  const isUngraded = leftOut.has(noGrader);
  const isOfOthers = promptsOfOthers > 0 && (isUngraded || leftOut.has(promptNotKnown));
  const unmatched = isOfOthers
    ? `; none of the prompts of --prompts (${formatWhole(promptsOfOthers)}) has the id of a request of the log`
    : '';
  const giveIds = 'Give the prompts the ids of the requests of the log';
  const fix = isUngraded
    ? isOfOthers
      ? `${giveIds}, or name a judge with --judge.`
      : 'Name a judge with --judge, or give graders and references with --prompts.'
    : leftOut.has(otherPrompt)
      ? 'Give each request of the log the prompt that it had with --prompts, by its id.'
      : `${isOfOthers ? `${giveIds}, or log at level "prompts".` : 'Log at level "prompts", or give the prompts by id with --prompts.'} The pool must have the models that served.`;
  return new RoutesmithError(
    isUngraded ? 'usage' : 'insufficient_data',
    `no request of the log can be audited${reasons === '' ? ': it is empty' : ` (${reasons})`}${unmatched}`,
    { where: directory, fix },
  );
}
