import type { GroupIndex } from '../../learn/evaluate/statistics/grouped-mean.js';
import { valueAt } from '../../util/numeric-arrays.js';

/** Requests that a policy decided, with their outcomes: one entry of each list per request. */
export interface LoggedChoices {
  /** The model that served the request, as a number. */
  readonly served: ArrayLike<number>;
  /** Probability with which that model served it; above 0. */
  readonly propensity: ArrayLike<number>;
  /** Quality of the answer, in [0, 1]. */
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
   * Probability with which this model was called for the request, or skipped in its turn; 0 where the
   * log's policy never would.
   */
  readonly loggedPropensity: ArrayLike<number>;
  /** 1 where this model is known to have failed, or to have been skipped; 0 elsewhere. */
  readonly failed: ArrayLike<number>;
}

/**
 * Whether a request's model could answer, as a number whose mean is the share of requests for which it
 * could: a failure is known only where the model was called, and stands for those that are not known.
 */
export function countAnswerable({ failed, loggedPropensity }: PolicyChoices, row: number): number {
  return valueAt(failed, row) === 0 ? 1 : 1 - 1 / valueAt(loggedPropensity, row);
}
