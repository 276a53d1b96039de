import type { Capabilities } from '../../llm/price.js';
import type { ModelEstimates } from './choose-model.js';
import type { RequestNeeds } from './request-needs.js';
import type { PromptScores } from './score-prompt.js';

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
  /**
   * Abilities that the model must be known to have. Those that the request itself shows (images,
   * tools, a JSON response format) need not be named; they rule out models known to lack them.
   */
  readonly capabilities?: readonly (keyof Capabilities)[];
  /**
   * Tokens to keep free for the answer in the model's context window.
   * @default `max_completion_tokens` or `max_tokens` of the request, else the expected number
   */
  readonly maxOutputTokens?: number;
  /** Share by which the prompt's tokens may be underestimated. @default 0.1 */
  readonly contextMargin?: number;
}

/** How much a USD and a second are worth, in quality; see `Objective`. */
export interface ObjectiveWeights {
  readonly costWeightPerUsd: number;
  readonly latencyWeightPerSecond: number;
  /** @default 0 */
  readonly margin?: number;
}

/** The model that a conversation is with. */
export interface CurrentModel {
  readonly model: string;
  /**
   * Input tokens that the provider has cached of this conversation, for instance
   * `usage.cachedInputTokens` of its last answer; no more count than the request is estimated to have.
   * @default estimated from all but the last message
   */
  readonly cachedTokens?: number;
}

/**
 * The share of requests that is sent to another model than the chosen one, to learn how it would do:
 * to a random feasible model, or to a candidate where it differs from the choice.
 */
export interface Exploration {
  /** In [0, 1]. */
  readonly share: number;
  /**
   * The only model to explore, usually what another policy would choose for the request. A request
   * for which both agree is not explored. @default any feasible model
   */
  readonly candidate?: string;
  /** The sample depends only on this and the prompt: the same two give the same decision. */
  readonly seed: number | string;
}

/** The current state of a model; overrides the policy. */
export interface ModelState {
  /** Why it cannot be used now; absent if it can. */
  readonly unavailable?: string;
  readonly capabilities?: Partial<Capabilities>;
}

/**
 * Sees what a decision rests on. It must not throw.
 *
 * @param scores and `estimates`: the arrays are reused, so copy what is kept
 * @param instead index of the model that would be used without the session or the exploration; -1
 * where none is feasible
 */
export type DecisionObserver = (
  scores: PromptScores,
  needs: RequestNeeds,
  estimates: ModelEstimates,
  instead: number,
) => void;

/** The options of one decision. */
export interface DecideOptions {
  /** Name of one of the policy's objectives, or weights. @default the policy's default objective */
  readonly objective?: string | ObjectiveWeights;
  /** What rules models out for this request. @default only what the request itself needs */
  readonly constraints?: Constraints;
  /**
   * The prompt's task, where the caller knows it. Estimates are then those of this task, and neither
   * novelty nor an uncertain task leaves the prompt to the baseline. A task that the policy does not
   * know is noted and recognized from the text.
   */
  readonly task?: string;
  /** A model named in the request: used if the policy knows it and the constraints allow it. */
  readonly model?: string;
  /**
   * The model of the conversation that the request continues. It is kept unless the utility of
   * another exceeds its own, including the value of its prompt cache, by more than the margin.
   */
  readonly current?: CurrentModel;
  /** Which share of requests goes to another model than the chosen one. @default none */
  readonly explore?: Exploration;
  /** By model. */
  readonly models?: Readonly<Record<string, ModelState>>;
  /** For logs; not in `router.min.mjs` of an export. */
  readonly observe?: DecisionObserver;
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

/** A model that could not be chosen, and why, as a sentence. */
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
  /** The model to use is excluded; the next best is taken. */
  | 'next_best'
  /** The conversation stays with its model, because another's gain is too small to switch. */
  | 'session_kept'
  /** Sampled for exploration, as requested. */
  | 'explored';

/** Which options were not followed as given; stable, for programs. */
export type DecisionNote =
  /** Or invalid weights; the default objective is used. */
  | 'unknown_objective'
  /** The task is recognized from the text instead. */
  | 'unknown_task'
  | 'unknown_model'
  | 'model_excluded'
  | 'unknown_current_model'
  | 'unreadable_exploration'
  /** The candidate to explore is unknown or excluded; nothing is explored. */
  | 'unusable_candidate'
  | 'no_text'
  /** There are files, audio or video, and no policy knows which models read them. */
  | 'unknown_files';

/** Whether a conversation stayed with its model, and what that weighed. */
export interface SessionDecision {
  readonly currentModel: string;
  /** What the prompt cache saves on the next request; 0 if no price of cached input is known. */
  readonly cacheValueUsd: number;
  /**
   * What the model that would be used instead takes to write the conversation to its own cache, beyond
   * the price of its input; 0 if it has no price for that.
   */
  readonly cacheWriteUsd: number;
  /** Utility of the model that would be used instead, less the current one's; null if unknown. */
  readonly gain: number | null;
}

/** What could have been chosen instead, for exact propensities; see `computeChance`. */
export interface ExplorationRecord {
  /** Share of such requests for which a model is drawn. */
  readonly share: number;
  /** The only model that can be drawn; null where every feasible model is equally likely. */
  readonly candidate: string | null;
  /** The model that is used unless another one is drawn. */
  readonly usual: string;
}

interface DecisionBase {
  /** Its name; `custom` for weights of the caller. */
  readonly objective: string;
  readonly weights: Required<ObjectiveWeights>;
  /** One sentence for people, after one for each of the notes. */
  readonly explanation: string;
  readonly notes: readonly DecisionNote[];
  readonly excluded: readonly ExcludedModel[];
  /**
   * The tasks that the prompt looks like, most likely first: those with a probability of at least 0.01.
   * Empty where there are none, and always for a policy that uses one model for all prompts.
   */
  readonly task: readonly { readonly task: string; readonly probability: number }[];
  /** Share of the prompt's words, by weight, that training never saw; in [0, 1]. */
  readonly novelty: number;
  /**
   * Probability of the likeliest task, times the root of the share of the prompt's words, by weight,
   * that its training prompts hold; in [0, 1]. Low where the prompt is of no task that training saw;
   * 1 where the caller named the task.
   */
  readonly confidence: number;
  /** Probability with which this model was chosen, given the request; 1 unless it explores. */
  readonly propensity: number;
  /** Null where nothing was explored, whatever the draw: then the propensity is 1. */
  readonly exploration: ExplorationRecord | null;
  /** Null where no model of a conversation was given, or none that the policy knows. */
  readonly session: SessionDecision | null;
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
