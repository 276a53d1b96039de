import {
  describeFailures,
  describeNoSupport,
  describeUnanswered,
  productionDrift,
  undecidableDifference,
} from '../../learn/report/describe-outcomes.js';
import { clampMean } from '../../learn/evaluate/statistics/grouped-mean.js';
import type { ValueReview } from '../../review/estimates/estimate-value.js';
import { minConversations, suggestedShare } from '../../review/estimates/find-refusal.js';
import type { Overlap } from '../../review/estimates/compute-overlap.js';
import type { OutcomeReview } from '../../review/estimates/collect-choices.js';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatPercent,
  formatQuality,
  formatWhole,
} from '../../util/format-number.js';
import { formatTable, print, printWrapped, style, textColumn } from './print.js';

/** Prints what logged outcomes say about a policy that did not make the decisions. */
export function printOutcomeReview({
  requests,
  unanswered,
  leftOut,
  sources,
  production,
  target,
  byTask,
}: OutcomeReview): void {
  const by = Object.entries(sources).map(([source, count]) => `${formatWhole(count)} by ${source}`);
  const verb = requests === 1 ? 'says' : 'say';
  print(style('bold', `What ${formatCount(requests, 'known outcome')} ${verb}:`));
  if (by.length > 0) {
    printWrapped(
      `Quality reported: ${by.join(', ')}. Requests without a report are taken to be like these.`,
      2,
    );
  }
  const counted = describeUnanswered(requests, unanswered);
  if (counted !== undefined) printWrapped(counted, 2);
  const left = Object.entries(leftOut).map(([why, count]) => `${formatWhole(count)} (${why})`);
  if (left.length > 0) printWrapped(`Requests left out: ${left.join(', ')}.`, 2);
  for (const sentence of describeValue(target)) printWrapped(sentence, 2);
  const isEstimated = target.kind === 'estimated';
  const failures = describeFailures(target.overlap, production.overlap, isEstimated);
  if (failures !== undefined) printWrapped(failures, 2);
  if (production.kind === 'estimated' && production.drift) {
    printWrapped(`WARNING: ${productionDrift}`, 2);
  }
  const differing = byTask.filter(({ disagreements }) => disagreements > 0);
  if (differing.length === 0) return;
  print(
    formatTable(
      [textColumn('task'), 'requests', 'routed differently', 'answered by the other', 'effective'],
      differing.map(({ task, counted: ofTask, disagreements, hits, effectiveSampleSize }) => [
        task,
        formatWhole(ofTask),
        formatWhole(disagreements),
        formatWhole(hits),
        formatWhole(effectiveSampleSize),
      ]),
    ),
  );
}

/** The estimate in sentences, or why there is none. */
export function describeValue(review: ValueReview): string[] {
  const { modelBased, overlap } = review;
  const trained =
    modelBased === null
      ? []
      : [
          `By the estimates of the log's policy alone: ${formatQuality(modelBased.value)}. That is not a measurement.`,
        ];
  if (review.kind === 'undecidable') return [describeRefusal(review), ...trained];
  const { difference, drift, requestsForOnePoint } = review;
  return [
    `Quality of the policy: ${formatInterval(clampMean(review.value), formatQuality)}` +
      (overlap.disagreements === 0
        ? " (doubly robust, 95 %). For these requests, it chooses the same models as the log's policy."
        : `${difference === null ? '' : `, against the log's policy ${formatDifference(clampMean(difference))}`} ` +
          `(doubly robust, 95 %; ${describeHits(overlap)}).`),
    ...(difference === null ? [undecidableDifference] : []),
    ...(requestsForOnePoint === null
      ? []
      : [`A difference of 0.010 would take about ${formatWhole(requestsForOnePoint)} outcomes.`]),
    ...trained,
    ...(drift
      ? [
          "WARNING: the outcomes of these choices differ from the estimates of the log's policy by more than two standard errors.",
        ]
      : []),
  ];
}

function describeHits({ hits, disagreements, takeovers }: Overlap): string {
  return (
    `${formatWhole(hits)} of ${formatCount(disagreements, 'request')} routed differently ${hits === 1 ? 'was' : 'were'} answered by the other model` +
    (takeovers > 0 ? ', not counting answers in place of a failed call' : '')
  );
}

function describeRefusal({
  reason,
  requestsNeeded,
  overlap,
}: Extract<ValueReview, { kind: 'undecidable' }>): string {
  const needs =
    requestsNeeded === null ? '' : `needs about ${formatWhole(requestsNeeded)} such outcomes`;
  switch (reason) {
    case 'no_outcomes':
      return 'Undecidable: no request with a known quality can be used.';
    case 'no_support':
      return `Undecidable: ${describeSupport(overlap, needs)}`;
    case 'few_hits':
      return `Undecidable: only ${describeHits(overlap)}; ${needs}.`;
    case 'few_answers':
      return (
        'Undecidable: the models that the policies choose have far fewer outcomes than their chances in the log ' +
        'explain. They failed, or their outcomes are reported less often than those of other models.'
      );
    case 'few_outcomes':
      return (
        `Undecidable: outcomes of the models that it chooses are from fewer than ${formatWhole(minConversations)} ` +
        `conversations${needs === '' ? '' : `; ${needs}`}.`
      );
  }
}

function describeSupport(overlap: Overlap, needs: string): string {
  const what = describeNoSupport(overlap);
  const audit = 'An audit needs no exploration.';
  if (overlap.unsupported === 0) return `${what}. ${audit}`;
  return overlap.unknownModels > 0
    ? `${what}. An audit can try it.`
    : `${what}; ${needs}, exploring ${formatPercent(suggestedShare)} of the differences toward this policy. ${audit}`;
}
