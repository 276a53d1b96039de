import type { Constraints } from '../../policy/decide/decision.js';
import type { Capabilities, Price } from '../../llm/price.js';
import type { Usage } from '../../llm/usage.js';
import type { JsonValue } from '../../util/json.js';

/**
 * How much of a request is written. `scores` holds nothing of its text; `features` holds counts of
 * hashed words, from which words can be guessed; `prompts` holds the request and the answer.
 */
export const logLevels = ['scores', 'features', 'prompts'] as const;
/** One of `logLevels`: how much of a request is written. */
export type LogLevel = (typeof logLevels)[number];

/** The first line of a segment. */
export interface SegmentHead {
  readonly kind: 'segment';
  readonly version: 1;
  readonly level: LogLevel;
  /** Names the writer: each one writes files of its own. */
  readonly writer: string;
  /** Numbers the segments of a writer from 1. */
  readonly segment: number;
  /** The `n` of the writer's last record before this segment. */
  readonly after: number;
  /** ISO 8601, as every `at`. */
  readonly at: string;
  /** The version of Routesmith. */
  readonly createdBy: string;
}

/** A model of the policy, as it was when decisions were made. */
export interface LoggedModel {
  readonly id: string;
  /** The price in force; null where the policy has none. */
  readonly price: Price | null;
  readonly contextWindow: number | null;
  readonly capabilities: Capabilities | null;
}

/** The policy, prices and roster in force: written before the first decision that refers to it. */
export interface LoggedPolicy {
  readonly kind: 'policy';
  /** Decisions of the same segment refer to it by this number. */
  readonly policy: number;
  readonly policyDigest: string;
  readonly featureSpecDigest: string;
  /**
   * Equal for policies whose features are counted alike. A policy that reads none has that of newly
   * trained ones, and null in logs of earlier versions.
   */
  readonly countsDigest: string | null;
  /** The version of the feature spec; null for a policy that reads no features. */
  readonly featureSpecVersion: number | null;
  readonly simulated: boolean;
  readonly baseline: string;
  readonly defaultObjective: string;
  /** Per-model lists of decisions are in this order. */
  readonly models: readonly LoggedModel[];
  /** The tasks, in the order of the decisions' `tasks`. */
  readonly tasks: readonly string[];
}

/**
 * Why a model could not be chosen. `unavailable` and `capability` are facts about the model at that
 * time; the others follow from the estimates, the needs and the constraints.
 */
export const exclusionCodes = [
  'unavailable',
  'capability',
  'not_allowed',
  'denied',
  'context',
  'cost',
  'latency',
  'quality',
  'unreadable_constraints',
] as const;
/** One of `exclusionCodes`: why a model could not be chosen. */
export type ExclusionCode = (typeof exclusionCodes)[number];

/** What the request needs; see `RequestNeeds`. */
export interface LoggedNeeds {
  readonly capabilities: readonly (keyof Capabilities)[];
  readonly characters: number;
  readonly earlierCharacters: number;
  readonly attachmentTokens: number;
  readonly hasFiles: boolean;
  /** Null where the request does not say. */
  readonly maxOutputTokens: number | null;
}

/**
 * What the text of a request is counted as, in order of first occurrence: enough to score it with
 * any policy of the same feature spec. Buckets are those of `computeBucketCount`.
 */
export interface LoggedFeatures {
  /**
   * Each distinct word or symbol: its bucket, its occurrences, the number of its character n-grams
   * or -1 for a symbol, and then their buckets.
   */
  readonly words: readonly number[];
  /** Each pair of neighbors: its bucket and its occurrences. */
  readonly pairs: readonly number[];
  /** Each word of the system prompt and the tools: its bucket and its occurrences. */
  readonly context: readonly number[];
  /** In the order of `structuralFeatureNames`. */
  readonly structural: readonly number[];
}

/** One decision. Holds no text of the prompt and no name that the caller made up below `prompts`. */
export interface DecisionRecord {
  readonly kind: 'decision';
  /** Counts the records of a writer with this content from 1. */
  readonly n: number;
  /** Joins the decision and its outcomes: letters, digits, `_` and `-`. */
  readonly id: string;
  readonly at: string;
  /** Number of the policy in force, in the same segment. */
  readonly policy: number;
  /** A hash of the conversation's name; null where it is not known (yet). */
  readonly conversation: string | null;
  /** Probability with which this record was kept, in (0, 1]: each one stands for 1 / keep of them. */
  readonly keep: number;
  readonly objective: {
    /** `custom` for weights of the caller. */
    readonly name: string;
    readonly costWeightPerUsd: number;
    readonly latencyWeightPerSecond: number;
    readonly margin: number;
  };
  /** Those that can be read; model names that the policy does not know are left out. */
  readonly constraints: Constraints;
  /** The model that the caller named, if the policy knows it. */
  readonly named: string | null;
  /** The task that the caller named; below level `prompts`, only if the policy knows it. */
  readonly task: string | null;
  /** The model of the conversation so far. */
  readonly current: { readonly model: string; readonly cachedTokens: number | null } | null;
  /** Share of such requests for which another model is drawn; 0 without exploration. */
  readonly exploreShare: number;
  /** The only model that could be drawn; absent where it could be any feasible one. */
  readonly exploreCandidate?: string;
  readonly needs: LoggedNeeds;
  readonly novelty: number;
  readonly confidence: number;
  /** Probability of each task. */
  readonly tasks: readonly number[];
  /** Estimated quality of each model, in [0, 1]. */
  readonly quality: readonly number[];
  /** Expected cost of each model, including the value of a prompt cache; null where unknown. */
  readonly costUsd: readonly (number | null)[];
  /** Expected median latency of each model; null where unknown. */
  readonly latencyMs: readonly (number | null)[];
  /** Per model; null for one that could be chosen. */
  readonly exclusions: readonly (ExclusionCode | null)[];
  /** What the policy chose before exploration; null where no model could be. */
  readonly policyChoice: string | null;
  /** The model chosen, also by exploration. */
  readonly choice: string | null;
  readonly reason: string;
  /** Probability with which `choice` was chosen, given the request. */
  readonly propensity: number;
  /** Whether a `served` record is to follow. */
  readonly awaitsServed: boolean;
  /** At level `features`. Logs of earlier versions have none of a policy that reads none. */
  readonly features?: LoggedFeatures;
  /** At level `prompts`: what was decided on. */
  readonly request?: JsonValue;
}

/** What a failed attempt took that was charged, or may have been: then all of it is null. */
export interface LoggedCharge {
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  readonly costIsGuess: boolean;
}

/** One model that was called or skipped. */
export interface LoggedAttempt {
  readonly model: string;
  readonly outcome: 'answered' | 'failed' | 'skipped';
  /** The class of the failure, or why it was skipped. */
  readonly why: string | null;
  /** Null if unknown, as where a stream's reader was slower than the model. */
  readonly latencyMs: number | null;
  /** Of a failed one that may have been charged. Logs of earlier versions only have those of empty answers. */
  readonly charge?: LoggedCharge;
}

/** The outcome of a decision: the model that served it, or why none did. */
export interface ServedRecord {
  readonly kind: 'served';
  readonly n: number;
  readonly id: string;
  /** The `n` of its decision: several may have the id. Absent in logs of earlier versions. */
  readonly decision?: number;
  readonly at: string;
  /** The model that answered; null if none did. */
  readonly model: string | null;
  /**
   * Probability with which this model serves the request: that it is chosen, or that one is which
   * failed or was skipped before it. Null if no model answered.
   */
  readonly propensity: number | null;
  /** `broken`: the answer began and did not end. */
  readonly outcome: 'answered' | 'failed' | 'aborted' | 'broken';
  readonly attempts: readonly LoggedAttempt[];
  /** As the provider spells it, if that is a word. */
  readonly finishReason: string | null;
  /** Usage and cost of the answer, without the charges of failed calls before it. */
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  readonly costIsGuess: boolean;
  /** From the decision to the first content; null for an answer that was not streamed. */
  readonly ttftMs: number | null;
  /** From the decision to the end of the answer, with the time that its reader took. */
  readonly latencyMs: number;
  /** At level `prompts`: the text of the answer. */
  readonly answer?: string;
}

export const feedbackSources = ['human', 'grader', 'judge', 'other'] as const;
/** Who reported how good an answer was. */
export type FeedbackSource = (typeof feedbackSources)[number];

/** How good an answer was, as somebody reported. A decision may have several, at any time. */
export interface FeedbackRecord {
  readonly kind: 'feedback';
  readonly n: number;
  readonly id: string;
  readonly at: string;
  /** In [0, 1]. */
  readonly quality: number;
  readonly source: FeedbackSource;
  /** A word for who said it, such as `unit-tests`. */
  readonly by: string | null;
}

/** What followed a decision, joined to it by its id, and a `served` record by its number, too. */
export type OutcomeRecord = ServedRecord | FeedbackRecord;

/** Decisions that a writer left out since its last such line. */
export interface DroppedRecord {
  readonly kind: 'dropped';
  readonly at: string;
  /** By sampling; the `keep` of the others makes up for them. */
  readonly sampled: number;
  /** Because the queue was full; nothing makes up for them. */
  readonly overflow: number;
}

/** Written by the next start after a crash: records that never reached the file. */
export interface LostRecord {
  readonly kind: 'lost';
  readonly at: string;
  readonly records: number;
}

/** A line of a log file. */
export type LogLine =
  SegmentHead | LoggedPolicy | DecisionRecord | OutcomeRecord | DroppedRecord | LostRecord;
