/** Audited requests with the answers of all models; one entry of each list per request. */
export interface AuditedRequests {
  readonly models: readonly string[];
  /** The model that served each, as an index into the models. */
  readonly served: Int32Array;
  /** By graders or a judge; row-major, requests x models. */
  readonly quality: Float64Array;
  /** As `quality`. */
  readonly costUsd: Float64Array;
  /** As `quality`, by people; read only where `labelWeights` is above 0. */
  readonly human: Float64Array;
  /** Index of each request's task. */
  readonly taskOf: Int32Array;
  readonly tasks: readonly string[];
  /** Conversation of each. */
  readonly groups: ArrayLike<number>;
  /** How many logged requests each stands for: 1 / its probability of being audited. */
  readonly weights: Float64Array;
  /**
   * 1 / the probability with which an audited request was picked for people; 0 where it was not.
   * Undefined where the grades need no correction.
   */
  readonly labelWeights: Float64Array | undefined;
  /**
   * Grades of each answer's repeats, of which `quality` has the mean. Undefined without repeats, and where
   * repeats always got the same grade.
   */
  readonly repeats: readonly (readonly number[])[] | undefined;
  /** As `repeats`, by people; empty where `human` is not known. */
  readonly humanRepeats: readonly (readonly number[])[] | undefined;
}
