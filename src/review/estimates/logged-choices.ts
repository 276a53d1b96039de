import type { GroupIndex } from '../../learn/evaluate/statistics/grouped-mean.js';

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
  /** The model that would have been chosen without exploration. */
  readonly usual: ArrayLike<number>;
  readonly usualEstimate: ArrayLike<number>;
  /** Conversations, and how many requests each entry stands for (1 / probability of being kept). */
  readonly groups: GroupIndex;
}

/** What another policy would have chosen for the same requests. */
export interface TargetChoices {
  readonly model: ArrayLike<number>;
  /** Estimated quality of that model, by the estimates of the log. */
  readonly estimate: ArrayLike<number>;
  /** Probability with which the logging policy chose this model; 0 where it never would. */
  readonly loggedPropensity: ArrayLike<number>;
}

/** The choices of the logging policy itself, without exploration. */
export function listUsualChoices({ usual, usualEstimate }: LoggedChoices): TargetChoices {
  return {
    model: usual,
    estimate: usualEstimate,
    // Never read: it would only count where the choices differ.
    loggedPropensity: new Float64Array(usual.length).fill(1),
  };
}
