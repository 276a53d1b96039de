import type { Capabilities, ModelEffort, Price } from '../../llm/price.js';
import type { CostEstimate, LatencyEstimate } from './estimates.js';
import type { RoutingModel } from './routing-model.js';

/** A model that a policy can choose. */
export interface PolicyModel {
  readonly id: string;
  readonly price: Price | undefined;
  readonly contextWindow: number | undefined;
  readonly capabilities: Capabilities | undefined;
  /** Set for one of several efforts of a model, each of which the policy chooses as a model. */
  readonly effort?: ModelEffort | undefined;
  readonly cost: CostEstimate;
  readonly latency: LatencyEstimate;
}

/**
 * How quality, cost and latency are traded: a model's utility is its estimated quality, less its
 * cost and its latency times these weights.
 */
export interface Objective {
  readonly name: string;
  /** What the user asked for, in words. */
  readonly description: string;
  readonly costWeightPerUsd: number;
  readonly latencyWeightPerSecond: number;
  /** The baseline is left only for a utility that is greater by more than this. */
  readonly margin: number;
  /**
   * A prompt whose most likely task is less likely than this goes to the baseline: it may be of a
   * task that training never saw. Absent, any task will do.
   */
  readonly confidenceLimit?: number;
  /** Set where routing did not pay for this objective: the one model to use then. */
  readonly constantModel: string | undefined;
  /**
   * Whether held-out prompts show, by a bound at 95 % confidence, that what the description
   * promises is kept; absent where nothing is promised, or by a point estimate only.
   */
  readonly promise?: PromiseState;
}

/** Whether held-out prompts show that a promise is kept. */
export type PromiseState = 'shown' | 'not_shown';

/** What held-out prompts said of one objective. Intervals are 95 %, paired, by group. */
export interface ObjectiveEvidence {
  readonly objective: string;
  readonly routes: boolean;
  /** The single model that is hardest to beat, at this objective's own trade. */
  readonly bestConstant: string;
  readonly quality: number;
  readonly constantQuality: number;
  readonly qualityDifference: Interval;
  readonly costUsd: number | null;
  readonly constantCostUsd: number | null;
  /** Absent where the latencies are not known. */
  readonly latencyMs?: number;
  readonly constantLatencyMs?: number;
  readonly utilityDifference: Interval;
  /**
   * Held-out prompts, as independent as these, with which the verdict's test would find a utility of
   * .01 more than any constant's with 80 % probability. Absent where routing never left one of them.
   */
  readonly promptsNeeded?: number;
}

/** A mean with its interval at 95 % confidence. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Whether routing pays, as held-out prompts show it. */
export interface Verdict {
  /** `ROUTE` where the policy routes for at least one objective. */
  readonly decision: 'ROUTE' | "DON'T ROUTE";
  readonly reason: string;
  readonly heldOutPrompts: number;
  /** The single model that is hardest to beat under the first objective. */
  readonly bestConstant?: string;
  /** Of the first objective; see its evidence. */
  readonly promptsNeeded?: number;
  readonly evidence: readonly ObjectiveEvidence[];
}

/** What a policy was made from; all digests are SHA-256 in hexadecimal. */
export interface Provenance {
  readonly outcomesDigest: string;
  readonly featureSpecDigest: string;
  readonly pricesDigest: string;
  readonly seed: number;
  readonly prompts: number;
}

/** A policy in memory, as trained or as loaded. */
export interface Policy {
  readonly createdBy: string;
  /** True when any of its training data was made by simulated models. */
  readonly simulated: boolean;
  readonly models: readonly PolicyModel[];
  /** Labels of the tasks; estimates and posteriors have one value per task. */
  readonly tasks: readonly string[];
  readonly scorer: RoutingModel;
  /** The model to use without routing. */
  readonly baseline: string;
  /** Models by mean quality, best first. */
  readonly fallbackOrder: readonly string[];
  readonly objectives: readonly Objective[];
  readonly defaultObjective: string;
  /** A prompt with a greater share of unseen words goes to the baseline. */
  readonly noveltyLimit: number;
  readonly verdict: Verdict;
  readonly provenance: Provenance;
}
