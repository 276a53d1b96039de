import type { ReplayedMeasure, ReplayedTask } from '../../review/replay/compute-replay.js';
import type { LogReplay } from '../../review/replay/replay-log.js';
import { describeGuessedCosts } from '../../learn/report/describe-outcomes.js';
import { describePrice } from '../../learn/report/describe-price.js';
import { minIntervalGroups } from '../../learn/evaluate/statistics/grouped-mean.js';
import { joinNames } from '../../util/join-names.js';
import type { UnreplayableReason } from '../../review/replay/replay-request.js';
import { describeTaskLabels } from '../../review/estimates/logged-outcome.js';
import type { Interval } from '../../policy/file/policy.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDuration,
  formatInterval,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatSigned,
  formatWhole,
  unknownMark,
} from '../../util/format-number.js';
import { printOutcomeReview } from './print-outcome-review.js';
import { printLosses, printNotAnswered } from './print-log.js';
import { noModelText } from './print-policy-diff.js';
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

const maxTasks = 10;
const maxMoves = 8;

/** Prints what a policy would have chosen for a log. */
export function printReplay(replay: LogReplay, json: boolean): void {
  if (json) {
    printJson(replay);
    return;
  }
  if (replay.simulated) print(describeSimulated());
  const { requests, weightedRequests, conversations } = replay;
  print(
    `Replayed ${formatCount(requests, 'request')} in ${formatCount(conversations, 'conversation')}.`,
  );
  if (Math.round(weightedRequests) !== requests) {
    print(`They stand for ${formatWhole(Math.round(weightedRequests))} requests, by sampling.`);
  }
  printConditions(replay);
  printUnreplayable(replay.unreplayable);
  printLosses(replay.log);
  print();
  print(`Routed differently: ${formatShare(replay.changedShare, replay.changed)}`);
  for (const { from, to, share } of replay.moves.slice(0, maxMoves)) {
    print(
      escapeControls(`  ${from ?? noModelText} -> ${to ?? noModelText}: ${formatPercent(share)}`),
    );
  }
  print();
  printModels(replay);
  print();
  printMeasures(replay);
  print();
  printTasks(replay.tasks);
  if (lacksInterval(replay)) {
    printWrapped(
      `Changes without an interval are of fewer than ${minIntervalGroups} conversations (of the same size), or the same for all requests: ` +
        'they say little about other requests.',
      2,
    );
  }
  const labels = describeTaskLabels(replay.taskLabels);
  if (labels !== undefined) printWrapped(`T${labels.slice(1)}.`, 2);
  if (replay.outcomes === null) return;
  print();
  printOutcomeReview(replay.outcomes);
}

/** What the replay assumes in place of what the policy file says. */
function printConditions({ prices, unavailable }: LogReplay): void {
  const changed = Object.entries(prices).map(([id, price]) => `${id} (${describePrice(price)})`);
  if (changed.length > 0) {
    printWrapped(`Prices other than the policy file's, per million tokens: ${changed.join('; ')}.`);
  }
  if (unavailable.length > 0) {
    printWrapped(`Models that it may not choose in this replay: ${joinNames(unavailable)}.`);
  }
}

const reasons: Readonly<Record<UnreplayableReason, string>> = {
  scores_of_another_policy:
    'hold only the scores of another policy, which can be replayed with other objectives, prices and models',
  features_of_another_spec: 'have features that the policy counts in another way',
  unknown_objective: 'have an objective that the policy does not have; choose one with --objective',
};

function printUnreplayable(counts: LogReplay['unreplayable']): void {
  for (const [reason, count] of Object.entries(counts) as [UnreplayableReason, number][]) {
    if (count > 0)
      printWarning(`${formatCount(count, 'request')} left out: they ${reasons[reason]}`);
  }
}

function formatShare(share: number | null, interval: Interval | null): string {
  return interval === null ? formatPercent(share) : formatShareInterval(interval);
}

function printModels({ models, notAnswered }: LogReplay): void {
  print(
    formatTable(
      [textColumn('model'), 'usual choice', 'served', 'replayed'],
      models.map(({ model, logged, served, replayed }) => [
        model ?? noModelText,
        formatPercent(logged),
        formatPercent(served),
        formatPercent(replayed),
      ]),
    ),
  );
  printWrapped("usual choice: of the log's policy, before exploration.", 2);
  printNotAnswered(notAnswered);
}

function printMeasures(replay: LogReplay): void {
  const {
    costUsd,
    guessedCosts,
    incompleteCosts,
    latencyMs,
    slowerThanEstimated,
    quality,
    prices,
  } = replay;
  const rows = [
    describeMeasure('cost per 1,000', costUsd, formatCostPerThousand),
    describeMeasure('latency', latencyMs, formatDuration, formatSignedDuration),
    describeMeasure('quality', quality, formatQuality),
  ];
  print(
    formatTable(
      [
        textColumn('per request'),
        'happened',
        'est. of it',
        'est. usual',
        'est. replayed',
        'difference',
      ],
      rows,
    ),
  );
  printWrapped(
    'est.: ESTIMATES of the replayed policy, not outcomes. "est. of it" is what it expects of the ' +
      'models that served or were paid, for the requests of "happened": where the two differ, its estimates are ' +
      `off, except for latency${Object.keys(prices).length > 0 ? ' and cost' : ''}. Differences are replayed less usual, with 95 % intervals over conversations.`,
    2,
  );
  if (Object.keys(prices).length > 0) {
    printWrapped(
      'Costs that happened are at the prices of their time, and estimates are at the changed ones. ' +
        'To check the estimates of cost, replay without other prices.',
      2,
    );
  }
  printWrapped(
    'Latencies that happened are a mean of the calls that answered, without failed calls before them, and ' +
      'estimates of latency are medians, which are lower where some answers take long. ' +
      (slowerThanEstimated === null
        ? ''
        : `${formatPercent(slowerThanEstimated)} of the answers took longer than estimated; where estimates are right, half do.`),
    2,
  );
  if (guessedCosts > 0) {
    const known = formatCount(costUsd.happened.requests, 'cost');
    printWrapped(
      `Of the ${known} of "happened", ${describeGuessedCosts(guessedCosts, incompleteCosts)}.`,
      2,
    );
  }
}

function describeMeasure(
  name: string,
  { happened, estimated }: ReplayedMeasure,
  format: (value: number | null) => string,
  formatOne: (value: number) => string = format,
): string[] {
  const mean =
    estimated.logged === null || estimated.replayed === null
      ? null
      : estimated.replayed - estimated.logged;
  return [
    name,
    format(happened.mean),
    format(happened.estimate),
    format(estimated.logged),
    format(estimated.replayed),
    formatEstimatedChange(mean, estimated.difference, formatOne),
  ];
}

/** A change with its interval where that is known, and alone where it is not: `+$1.20 [$1.00, $1.40]`. */
function formatEstimatedChange(
  mean: number | null,
  interval: Interval | null,
  format: (value: number) => string,
): string {
  const formatMean = (value: number): string => formatSigned(value, format);
  if (interval !== null) return formatInterval(interval, format, formatMean);
  return mean === null ? unknownMark : formatMean(mean);
}

function formatSignedDuration(value: number): string {
  return `${value < 0 ? '-' : ''}${formatDuration(Math.abs(value))}`;
}

/** Whether a change that is printed has no interval. */
function lacksInterval({ costUsd, latencyMs, quality, tasks }: LogReplay): boolean {
  return (
    [costUsd, latencyMs, quality].some(
      ({ estimated }) => estimated.difference === null && estimated.requests > 0,
    ) ||
    tasks
      .slice(0, maxTasks)
      .some(
        (task) =>
          (task.costUsd === null && task.meanChange.costUsd !== null) ||
          (task.quality === null && task.meanChange.quality !== null),
      )
  );
}

function printTasks(tasks: readonly ReplayedTask[]): void {
  print(
    formatTable(
      [
        textColumn('task'),
        'requests',
        'differently',
        'est. cost change per 1,000',
        'est. quality change',
      ],
      tasks
        .slice(0, maxTasks)
        .map(({ task, requests, changedShare, changed, costUsd, quality, meanChange }) => [
          task,
          formatWhole(requests),
          formatShare(changedShare, changed),
          formatEstimatedChange(meanChange.costUsd, costUsd, formatCostPerThousand),
          formatEstimatedChange(meanChange.quality, quality, formatQuality),
        ]),
    ),
  );
  const more = tasks.length - maxTasks;
  if (more > 0) print(`  ... and ${formatCount(more, 'more task')}. Use --json to list all.`);
}
