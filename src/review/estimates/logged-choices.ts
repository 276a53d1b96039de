import type { GroupIndex } from '../../learn/evaluate/statistics/grouped-mean.js';
import { valueAt } from '../../util/numeric-arrays.js';

/** Requests that a policy decided, with what became of them: one entry of each list per request. */
export interface LoggedChoices {
  /** The model that was chosen, also by exploration, as a number. */
  readonly chosen: ArrayLike<number>;
  /** The model that served the request, as a number; -1 where none of the policy's did. */
  readonly served: ArrayLike<number>;
  /**
   * Probability with which that model serves it; 0 where it took over from one whose call failed. Where
   * it is chosen itself, nobody knows whether the other would fail, so it counts there alone.
   */
  readonly propensity: ArrayLike<number>;
  /** Quality of the answer, in [0, 1]; any number where there is none. */
  readonly quality: ArrayLike<number>;
  /** Estimated quality of the model that served. */
  readonly servedEstimate: ArrayLike<number>;
  /** What would have been chosen without exploration. */
  readonly usual: PolicyChoices;
  /** Conversations, and how many requests each entry stands for (1 / probability of being kept). */
  readonly groups: GroupIndex;
}

/** What a policy chooses for the same requests. */
export interface PolicyChoices {
  readonly model: ArrayLike<number>;
  /** Estimated quality of that model, by the estimates of the log; NaN for a model that those lack. */
  readonly estimate: ArrayLike<number>;
  /**
   * Probability with which this model is chosen for the request, or one is that was held back and whose
   * place it took; 0 where the log's policy never would.
   */
  readonly loggedPropensity: ArrayLike<number>;
  /** 1 where this model is known to have failed, or to have been skipped; 0 elsewhere. */
  readonly failed: ArrayLike<number>;
}

/** 1 / propensity where a policy's choice answered other than for one whose call failed; 0 elsewhere. */
export function weighAnswer(log: LoggedChoices, { model }: PolicyChoices, row: number): number {
  const propensity = valueAt(log.propensity, row);
  return valueAt(log.served, row) === valueAt(model, row) && propensity > 0 ? 1 / propensity : 0;
}

/** Whether a policy's choice was chosen and did not answer: its failure is known by that chance alone. */
export function hasFailedAsChosen(
  { chosen }: LoggedChoices,
  { model, failed }: PolicyChoices,
  row: number,
): boolean {
  return valueAt(failed, row) !== 0 && valueAt(chosen, row) === valueAt(model, row);
}

/**
 * Whether a request's model could answer, as a number whose mean is the share of requests for which it
 * could: a failure where the model was chosen stands for those that are not known.
 */
export function countAnswerable(log: LoggedChoices, choices: PolicyChoices, row: number): number {
  const isKnown = hasFailedAsChosen(log, choices, row);
  return isKnown ? 1 - 1 / valueAt(choices.loggedPropensity, row) : 1;
}
