import { describeGuessedCosts } from '../../learn/report/describe-outcomes.js';
import type { AddedFeedback } from '../../review/outcomes/add-feedback-file.js';
import type { LogSummary } from '../../review/replay/summarize-log.js';
import type { LogTotals } from '../../serve/log/log-totals.js';
import {
  formatCount,
  formatPercent,
  formatQuality,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import {
  describeSimulated,
  escapeControls,
  formatTable,
  print,
  printJson,
  printWarning,
  printWrapped,
  textColumn,
} from './print.js';

/** Prints what a log holds. */
export function printLogSummary(directory: string, summary: LogSummary, json: boolean): void {
  if (json) {
    printJson({ directory, ...summary });
    return;
  }
  const { requests, weightedRequests, from, to, policies, models, reasons, feedback } = summary;
  if (summary.simulated) print(describeSimulated());
  print(escapeControls(`${directory}: ${formatCount(requests, 'decision')}`));
  printLosses(summary.log);
  if (requests === 0) return;
  if (Math.round(weightedRequests) !== requests) {
    print(`They stand for ${formatWhole(Math.round(weightedRequests))} requests, by sampling.`);
  }
  print(`From ${from} to ${to}, at level ${summary.levels.join(', ')}.`);
  for (const { digest, requests: count } of policies) {
    print(escapeControls(`Policy ${digest.slice(0, 19)}...: ${formatCount(count, 'decision')}`));
  }
  const { served, segments } = summary.log;
  print(`${formatCount(served, 'outcome')} in ${formatCount(segments, 'segment')}.`);
  if (summary.requestsOfKnownCost > 0) {
    const { costUsd, requestsOfKnownCost: known, guessedCosts: guessed, incompleteCosts } = summary;
    print(`Cost: ${formatUsd(costUsd)} for ${formatCount(known, 'request')}.`);
    if (guessed > 0) print(`Of these costs, ${describeGuessedCosts(guessed, incompleteCosts)}.`);
  }
  print();
  print(
    formatTable(
      [textColumn('model'), 'chosen', 'served'],
      models.map(({ model, chosen, served: share }) => [
        model,
        formatPercent(chosen),
        served === 0 ? '-' : formatPercent(share),
      ]),
    ),
  );
  printNotAnswered(summary.notAnswered);
  print();
  print(
    formatTable(
      [textColumn('reason'), 'share'],
      reasons.map(({ reason, share }) => [reason, formatPercent(share)]),
    ),
  );
  if (feedback.length === 0) return;
  print();
  print(
    formatTable(
      [textColumn('feedback'), 'reports', 'requests', 'mean quality'],
      feedback.map(({ source, reports, requests: of, quality }) => [
        source,
        formatWhole(reports),
        formatWhole(of),
        formatQuality(quality),
      ]),
    ),
  );
}

export function printAddedFeedback(
  directory: string,
  { reports, unknown, renamed }: AddedFeedback,
  json: boolean,
): void {
  if (json) {
    printJson({ directory, reports, unknown, renamed });
    return;
  }
  print(escapeControls(`Added ${formatCount(reports, 'report')} to ${directory}.`));
  if (renamed > 0) {
    const are =
      renamed === 1
        ? 'report has another word as source, and counts'
        : 'reports have other words as source, and count';
    print(`${formatWhole(renamed)} ${are} as "other" (with the word as "by").`);
  }
  warnOfUnmatched(unknown);
}

function warnOfUnmatched(reports: number): void {
  if (reports === 0) return;
  printWarning(`${formatCount(reports, 'report')} on requests that are not in the log`);
}

/** Says below a table of models what the shares of served requests leave out. */
export function printNotAnswered(share: number | null): void {
  if (share === null || share === 0) return;
  printWrapped(
    `served: of the answered requests. No model answered ${formatPercent(share)} of those that are recorded.`,
    2,
  );
}

/** Warns of what a log lacks. */
export function printLosses(totals: LogTotals): void {
  const losses: readonly (readonly [number, string, string])[] = [
    [totals.overflow, 'request', 'left out because the queue was full'],
    [totals.lost, 'record', 'lost when a process was killed'],
    [totals.tornLines, 'line', 'cut off at the end of a file'],
    [totals.damagedLines, 'line', 'that cannot be read'],
    [totals.unmatchedServed, 'outcome', 'without a decision'],
    [
      totals.ambiguousServed,
      'outcome',
      'of an earlier version left out, because several requests in flight had the id',
    ],
    [
      totals.repeatedIds,
      'request',
      'with the id of an earlier one, among ids with reports: these count for the last one before them',
    ],
  ];
  for (const [count, noun, what] of losses) {
    if (count > 0) printWarning(`${formatCount(count, noun)} ${what}`);
  }
  warnOfUnmatched(totals.unmatchedFeedback);
  for (const problem of totals.problems.slice(0, 3)) printWarning(problem);
}
