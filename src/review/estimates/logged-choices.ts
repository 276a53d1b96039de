import type { GroupIndex } from '../../learn/evaluate/statistics/grouped-mean.js';

/** Requests that a policy decided, with what came of them: one entry of each list per request. */
export interface LoggedChoices {
  readonly models: readonly string[];
  /** The model that served the request, as an index into the models. */
  readonly served: Int32Array;
  /** Probability with which that model served it; above 0. */
  readonly propensity: Float64Array;
  /** The model that would have been chosen without exploration. */
  readonly usual: Int32Array;
  /** Quality of the answer, in [0, 1]. */
  readonly quality: Float64Array;
  /** Estimated quality, row-major (requests x models); needed of the served and the compared models. */
  readonly estimates: Float64Array;
  /** Conversations, and how many requests each entry stands for (1 / probability of being kept). */
  readonly groups: GroupIndex;
}

/** What another policy would have chosen for the same requests. */
export interface TargetChoices {
  readonly model: Int32Array;
  /** Probability with which the logging policy chose this model; 0 where it never would. */
  readonly loggedPropensity: Float64Array;
}
