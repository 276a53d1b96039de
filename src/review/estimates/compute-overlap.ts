import { valueAt } from '../../util/numeric-arrays.js';
import { computeEffectiveSize } from '../../learn/evaluate/statistics/effective-size.js';
import {
  hasFailedAsChosen,
  weighAnswer,
  type LoggedChoices,
  type PolicyChoices,
} from './logged-choices.js';

/** How much logged requests can say about another policy's choices. */
export interface Overlap {
  /** Requests that count: with a known outcome, or that no model of the log's policy answered. */
  readonly counted: number;
  /** Those with a known outcome. */
  readonly requests: number;
  /** Requests for which the model that the other policy chooses is known not to have answered. */
  readonly unanswered: number;
  /** Requests that this model answered in place of one whose call failed: those answers say nothing. */
  readonly takeovers: number;
  /** Requests for which the other policy would choose another model than the logging policy's. */
  readonly disagreements: number;
  /** Disagreements for which the logging policy had no chance of choosing the other model. */
  readonly unsupported: number;
  /** Those of them for which the logging policy does not have the other model at all. */
  readonly unknownModels: number;
  /** Disagreements on which exploration is expected to have tried the other model. */
  readonly expectedHits: number;
  /** Disagreements on which the other model was tried, and answered. */
  readonly hits: number;
  /** As many disagreements, all tried, would say as much about them. */
  readonly effectiveSampleSize: number;
}

/** Counts what the log says about the requests of some rows. @param rows default: all */
export function computeOverlap(
  log: LoggedChoices,
  target: PolicyChoices,
  rows?: readonly number[],
): Overlap {
  const count = rows?.length ?? log.served.length;
  let [requests, unanswered, disagreements, unsupported, unknownModels] = [0, 0, 0, 0, 0];
  let [expectedHits, takeovers] = [0, 0];
  const hits: number[] = [];
  for (let place = 0; place < count; place++) {
    const row = rows === undefined ? place : valueAt(rows, place);
    const model = valueAt(target.model, row);
    requests += valueAt(log.served, row) >= 0 ? 1 : 0;
    unanswered += valueAt(target.failed, row);
    const isAnswered = valueAt(log.served, row) === model;
    const weight = weighAnswer(log, target, row) * valueAt(log.groups.weights, row);
    if (isAnswered && weight === 0) takeovers += 1;
    if (model === valueAt(log.usual.model, row)) continue;
    disagreements += 1;
    const chance = valueAt(target.loggedPropensity, row);
    if (chance > 0) expectedHits += chance;
    else {
      unsupported += 1;
      if (Number.isNaN(valueAt(target.estimate, row))) unknownModels += 1;
    }
    if (weight !== 0) hits.push(weight);
  }
  return {
    counted: count,
    requests,
    unanswered,
    takeovers,
    disagreements,
    unsupported,
    unknownModels,
    expectedHits,
    hits: hits.length,
    effectiveSampleSize: sizeOf(hits),
  };
}

/** How often a policy's models were tried and answered, against how often they should have been. */
export interface OverlapTally {
  /** Expected number of requests for which they were tried, and its variance. */
  readonly expected: number;
  readonly variance: number;
  readonly answered: number;
  readonly failed: number;
  /** Requests for which they had no chance to be tried. */
  readonly unsupported: number;
  /** Conversations in which they answered. */
  readonly conversations: number;
  /** As many answers of equal weight would say as much. */
  readonly effectiveSampleSize: number;
}

/** Counts how a policy's models fared; answers and failures in the place of a failed call are not. */
export function tallyAnswers(
  log: LoggedChoices,
  choices: PolicyChoices,
  isCounted: (row: number) => boolean = () => true,
): OverlapTally {
  const { groups } = log;
  let [expected, variance, failed, unsupported] = [0, 0, 0, 0];
  const answered: number[] = [];
  const conversations = new Set<number>();
  for (let row = 0; row < log.served.length; row++) {
    if (!isCounted(row)) continue;
    const chance = valueAt(choices.loggedPropensity, row);
    expected += chance;
    variance += chance * (1 - chance);
    unsupported += chance > 0 ? 0 : 1;
    failed += hasFailedAsChosen(log, choices, row) ? 1 : 0;
    const weight = weighAnswer(log, choices, row) * valueAt(groups.weights, row);
    if (weight === 0) continue;
    answered.push(weight);
    conversations.add(valueAt(groups.groupOf, row));
  }
  return {
    expected,
    variance,
    answered: answered.length,
    failed,
    unsupported,
    conversations: conversations.size,
    effectiveSampleSize: sizeOf(answered),
  };
}

/** Of the weights of answers, each above 0. */
function sizeOf(weights: readonly number[]): number {
  return weights.length === 0 ? 0 : computeEffectiveSize(weights);
}

/** Tells the requests for which a policy chooses another model than the log's policy does. */
export function findDiffering(
  { usual }: LoggedChoices,
  { model }: PolicyChoices,
): (row: number) => boolean {
  return (row) => valueAt(model, row) !== valueAt(usual.model, row);
}
