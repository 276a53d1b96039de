import { suggestedShare, type ValueReview } from '../../review/estimates/estimate-value.js';
import type { OutcomeReview } from '../../review/estimates/collect-choices.js';
import {
  formatCount,
  formatDifference,
  formatPercent,
  formatQuality,
  formatWhole,
} from '../../util/format-number.js';
import { formatTable, print, printWrapped, style, textColumn } from './print.js';

/** Prints what logged outcomes say about a policy that did not make the decisions. */
export function printOutcomeReview({
  requests,
  sources,
  production,
  target,
  byTask,
}: OutcomeReview): void {
  const by = Object.entries(sources).map(([source, count]) => `${formatWhole(count)} by ${source}`);
  print(style('bold', `What ${formatCount(requests, 'known outcome')} say:`));
  printWrapped(
    `Quality reported: ${by.join(', ')}. Requests without a report are taken to be like these.`,
    2,
  );
  for (const sentence of describeValue(target)) printWrapped(sentence, 2);
  if (production.kind === 'estimated' && production.drift) {
    printWrapped(
      "WARNING: the production policy's quality differs from its estimates by more than two standard errors. A model may have changed since training: audit the log, and train again.",
      2,
    );
  }
  const differing = byTask.filter(({ disagreements }) => disagreements > 0);
  if (differing.length === 0) return;
  print(
    formatTable(
      [textColumn('task'), 'outcomes', 'routed otherwise', 'of those tried', 'effective'],
      differing.map(({ task, requests: ofTask, disagreements, hits, effectiveSampleSize }) => [
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
          `By the estimates of the log's policy alone: ${formatQuality(modelBased.value)}. That is no measurement.`,
        ];
  if (review.kind === 'undecidable') return [describeRefusal(review), ...trained];
  const { value, difference, drift, requestsForOnePoint } = review;
  return [
    `Quality of the policy: ${formatQuality(value.mean)} [${formatQuality(value.low)}, ${formatQuality(value.high)}], ` +
      `against the log's policy ${formatDifference(difference)} (doubly robust, 95 %; ${formatWhole(overlap.hits)} of ` +
      `${formatCount(overlap.disagreements, 'request')} routed otherwise were tried).`,
    ...(Number.isFinite(requestsForOnePoint)
      ? [`A difference of 0.010 would take about ${formatWhole(requestsForOnePoint)} outcomes.`]
      : []),
    ...trained,
    ...(drift
      ? [
          "WARNING: the outcomes of these choices differ from the estimates of the log's policy by more than two standard errors.",
        ]
      : []),
  ];
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
      return 'Undecidable: no request has a known quality.';
    case 'no_support':
      return (
        `Undecidable: for ${formatWhole(overlap.unsupported)} of ${formatCount(overlap.disagreements, 'request')} ` +
        `routed otherwise, the log's policy had no chance to try the other model; ${needs}, exploring ` +
        `${formatPercent(suggestedShare)} of the differences toward this policy. An audit needs no exploration.`
      );
    case 'few_hits':
      return `Undecidable: only ${formatWhole(overlap.hits)} of ${formatCount(overlap.disagreements, 'request')} routed otherwise were tried; ${needs}.`;
  }
}
