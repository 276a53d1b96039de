import { undecidableReasons } from '../../learn/report/replay-schema.js';
import { sumAnswerable } from './compute-columns.js';
import { findDiffering, tallyAnswers, type OverlapTally, type Overlap } from './compute-overlap.js';
import type { LoggedChoices, PolicyChoices } from './logged-choices.js';

export type Undecidable = (typeof undecidableReasons)[number];

export interface Refusal {
  readonly reason: Undecidable;
  /** See `ValueReview`. */
  readonly requestsNeeded: number | null;
}

/** With fewer expected tries of what differs, intervals miss the truth too often. */
export const minExpectedHits = 20;

/** With fewer conversations, equal outcomes are too likely to be chance. */
export const minConversations = 20;

/** The exploration on which `requestsNeeded` counts where there was none. */
export const suggestedShare = 0.1;

/**
 * Where the log holds fewer than this share of the expected calls, and not by chance, the estimates
 * would stand in for the others: a model was down, or its outcomes are reported less often.
 */
const minKnownShare = 0.8;

/** How many standard deviations are not by chance. */
const rareDeviations = 3;

/** Why the log cannot say how good a policy's choices are; undefined where it can. */
export function findRefusal(
  log: LoggedChoices,
  target: PolicyChoices,
  overlap: Overlap,
): Refusal | undefined {
  const { requests, disagreements, unsupported, unknownModels, expectedHits } = overlap;
  if (requests === 0) return { reason: 'no_outcomes', requestsNeeded: null };
  if (unsupported > 0) {
    const triesPerRequest = (suggestedShare * disagreements) / requests;
    // No exploration of the log's policy can try a model that it does not have.
    const requestsNeeded = unknownModels > 0 ? null : Math.ceil(minExpectedHits / triesPerRequest);
    return { reason: 'no_support', requestsNeeded };
  }
  const differs = findDiffering(log, target);
  const whole = tallyAnswers(log, target);
  const tallies = [
    tallyAnswers(log, log.usual),
    whole,
    tallyAnswers(log, target, (row) => !differs(row)),
    tallyAnswers(log, target, differs),
  ];
  if (tallies.some((tally) => tally.unsupported > 0)) {
    return { reason: 'no_support', requestsNeeded: null };
  }
  if (disagreements > 0 && !areEnoughTries(expectedHits)) {
    const requestsNeeded = Math.ceil((requests * minExpectedHits) / expectedHits);
    return { reason: 'few_hits', requestsNeeded };
  }
  const lacksAnswers =
    tallies.some(hasFewAnswers) ||
    [target, log.usual].some((choices) => !(sumAnswerable(log, choices) > 0));
  if (lacksAnswers) return { reason: 'few_answers', requestsNeeded: null };
  const { conversations } = whole;
  if (conversations >= minConversations) return undefined;
  const requestsNeeded =
    conversations === 0 ? null : Math.ceil((requests * minConversations) / conversations);
  return { reason: 'few_outcomes', requestsNeeded };
}

/**
 * Whether the log has outcomes enough of its own policy's choices, where the other one chooses
 * differently, to say how far the two are apart. Enough answers of a model that mostly failed there are
 * still of the requests that it could answer only.
 */
export function canCompare(log: LoggedChoices, target: PolicyChoices): boolean {
  const differs = findDiffering(log, target);
  const tally = tallyAnswers(log, log.usual, differs);
  const { expected, conversations } = tally;
  return areEnoughTries(expected) && conversations >= minConversations && !hasFewAnswers(tally);
}

function hasFewAnswers({ expected, variance, answered, failed }: OverlapTally): boolean {
  const missing = expected - answered - failed;
  const isMissing = missing > (1 - minKnownShare) * expected && isRare(missing, variance);
  // Few tries can fail by chance, and a few requests say little about all.
  const isDown =
    failed > answered && (areEnoughTries(expected) || isRare(failed - answered, failed + answered));
  return isMissing || isDown;
}

function areEnoughTries(expected: number): boolean {
  // The tolerance is for sums that are rounded.
  return expected >= minExpectedHits - 1e-6;
}

/** Whether chance does not explain a count; one more is added to the variance for small ones. */
function isRare(excess: number, variance: number): boolean {
  return excess > rareDeviations * Math.sqrt(variance + 1);
}
