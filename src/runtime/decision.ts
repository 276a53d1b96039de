/** Limits that a request sets for itself. A model that breaks one is not considered. */
export interface Constraints {
  /** Highest expected cost of the request in USD. */
  readonly maxCostUsd?: number;
  /** Highest expected 95th percentile of latency in milliseconds. */
  readonly maxLatencyMs?: number;
  /** Lowest estimated quality, in [0, 1]. */
  readonly minQuality?: number;
  /** Only these models. */
  readonly allow?: readonly string[];
  /** None of these models. */
  readonly deny?: readonly string[];
}

export interface DecideOptions {
  /** Name of one of the policy's objectives. @default the policy's default objective */
  readonly objective?: string;
  readonly constraints?: Constraints;
  /** A model asked for by name: used if the policy knows it and the constraints allow it. */
  readonly model?: string;
}

/** A feasible model with what is expected of it; null where nothing is known. */
export interface RankedModel {
  readonly model: string;
  /** In [0, 1]. */
  readonly quality: number;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Null where the objective asks for a cost or latency that is not known. */
  readonly utility: number | null;
}

export interface ExcludedModel {
  readonly model: string;
  readonly reason: string;
}

/** Why the model was chosen; stable, for programs. */
export type DecisionReason =
  /** Highest utility of all feasible models, by more than the margin. */
  | 'best_utility'
  /** The baseline, because nothing feasible beats it by the margin. */
  | 'baseline_holds'
  /** The baseline, because the prompt is unlike the training data. */
  | 'novel_prompt'
  /** The baseline, because the prompt may be of a task that training never saw. */
  | 'uncertain_task'
  /** One model for all prompts, because routing did not pay for this objective. */
  | 'routing_does_not_pay'
  /** The caller named the model. */
  | 'named_model'
  /** The model to use is excluded by the constraints; the next best is taken. */
  | 'next_best';

interface DecisionBase {
  readonly objective: string;
  /** One sentence for people. */
  readonly explanation: string;
  readonly excluded: readonly ExcludedModel[];
  /** The tasks that the prompt looks like, most likely first. */
  readonly task: readonly { readonly task: string; readonly probability: number }[];
  /** Share of the prompt's words, by weight, that training never saw; in [0, 1]. */
  readonly novelty: number;
  /** Probability with which the model was chosen; 1 because nothing is drawn by chance. */
  readonly propensity: number;
  readonly policyDigest: string;
  /** True when the policy was learned from simulated models. */
  readonly simulated: boolean;
}

/** What `decide` returns: enough to derive the choice again without the prompt. */
export type Decision =
  | (DecisionBase & {
      readonly kind: 'chosen';
      readonly model: string;
      readonly reason: DecisionReason;
      /** Every feasible model, the chosen one first, then by utility. */
      readonly ranked: readonly RankedModel[];
    })
  | (DecisionBase & {
      readonly kind: 'no_feasible_model';
      readonly model: null;
      readonly reason: 'no_feasible_model';
      readonly ranked: readonly [];
    });
