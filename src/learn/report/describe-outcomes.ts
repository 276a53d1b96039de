import { formatCount, formatWhole } from '../../util/format-number.js';

/** Sentences on what logged outcomes say of a policy, for the terminal and for pages alike. */

/** What is counted of the requests with an outcome; undefined where an earlier version did not. */
export interface OutcomeCounts {
  readonly unanswered?: number | undefined;
  readonly takeovers?: number | undefined;
  readonly disagreements?: number | undefined;
  readonly unsupported?: number | undefined;
  readonly unknownModels?: number | undefined;
}

export const undecidableDifference =
  "How far it is from the log's policy is undecidable: where the two choose differently, the log has too few " +
  'outcomes of what its own policy chooses, or that mostly failed.';

/** Part of a sentence. */
export const productionDrift =
  "the production policy's quality differs from its estimates by more than two standard errors. A model may " +
  'have changed since training: audit the log, and train again.';

/** Whose choices had no chance to be tried (`no_support`), as a part of a sentence. */
export function describeNoSupport({
  unsupported,
  unknownModels = 0,
  disagreements = 0,
}: OutcomeCounts): string {
  if (unsupported === undefined) return 'the log leaves some of the choices no chance to be tried';
  if (unsupported === 0) {
    return "exploration left the usual choice of the log's policy no chance for some requests";
  }
  const untried =
    `for ${formatWhole(unsupported)} of ${formatCount(disagreements, 'request')} ` +
    `routed differently, the log's policy had no chance to try the other model`;
  return unknownModels > 0
    ? `${untried}, which it does not have for ${formatWhole(unknownModels)} of them`
    : untried;
}

/**
 * Which requests count beside those with a known outcome; undefined where none do.
 *
 * @param outcomes requests with a known outcome
 */
export function describeUnanswered(outcomes: number, unanswered: number): string | undefined {
  if (unanswered === 0) return undefined;
  const count = unanswered === 1 ? 'counts' : 'count';
  return (
    `${formatCount(unanswered, 'request')} that no model of the log's policy answered ${count}, too, as failed: ` +
    `${formatWhole(outcomes + unanswered)} requests in all.`
  );
}

/**
 * How often chosen models are known not to have answered, and which answers count for nothing.
 *
 * @param own the same of the log's policy; undefined where an earlier version did not say
 */
export function describeFailures(
  target: OutcomeCounts,
  own: OutcomeCounts | undefined,
  isEstimated: boolean,
): string | undefined {
  const { unanswered = 0, takeovers = 0 } = target;
  const [owns, ownTakeovers] = [own?.unanswered ?? 0, own?.takeovers ?? 0];
  if (unanswered + owns + takeovers + ownTakeovers === 0) return undefined;
  const sentences: string[] = [];
  if (unanswered + owns > 0) {
    const ofOwn = own === undefined ? '' : `; that of the log's policy, ${formatWhole(owns)}`;
    sentences.push(
      `The model that the policy chooses is known not to have answered ${formatCount(unanswered, 'request')}${ofOwn}.`,
    );
  }
  if (takeovers + ownTakeovers > 0) {
    const ofOwn =
      own === undefined ? '' : `, ${formatWhole(ownTakeovers)} by that of the log's policy`;
    sentences.push(
      `Answers in place of a failed call do not count: ${formatWhole(takeovers)} by the model that the policy chooses${ofOwn}.`,
    );
  }
  if (isEstimated) {
    sentences.push('Qualities are of the requests that the chosen model could answer.');
  }
  return sentences.join(' ');
}

/**
 * Which costs may not be the whole bill, as a part of a sentence.
 *
 * @param guessed costs that are partly an estimate or unknown (`guessedCosts`)
 * @param incomplete those that lack a call of unknown cost; undefined where an earlier version did not tell
 */
export function describeGuessedCosts(guessed: number, incomplete: number | undefined): string {
  if (incomplete === undefined) {
    return guessed === 1
      ? '1 is partly estimated, or lacks a call of unknown cost'
      : `${formatWhole(guessed)} are partly estimated, or lack a call of unknown cost`;
  }
  const estimated = guessed - incomplete;
  const parts = [
    ...(estimated > 0
      ? [`${formatWhole(estimated)} ${estimated === 1 ? 'is' : 'are'} partly estimated`]
      : []),
    ...(incomplete > 0
      ? [`${formatWhole(incomplete)} ${incomplete === 1 ? 'lacks' : 'lack'} a call of unknown cost`]
      : []),
  ];
  return parts.join(', and ');
}
