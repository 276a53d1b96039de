import type { AddedModel } from '../adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../adaptive/adaptive-record.js';
import type { PolicyEvaluation } from '../evaluate/compare/evaluate-policy.js';
import type { Advice, Detection } from '../evaluate/verdict/compute-advice.js';
import type { Evaluation } from '../evaluate/compute-evaluation.js';
import type { StrategyResult, MeanIntervals } from '../evaluate/strategies/compare-strategies.js';
import type { CheaperModel, Saving } from '../evaluate/diagnose/cheaper-model.js';
import type { Overkill, OverkillTask } from '../evaluate/diagnose/overkill.js';
import type { Robustness } from '../evaluate/diagnose/robustness.js';
import type { Slice } from '../evaluate/diagnose/slices.js';
import type { Interval, Objective } from '../../policy/file/policy.js';
import type { CostBasis } from '../../measure/outcomes/outcome-table.js';
import type { RunHealth } from '../../measure/outcomes/run-health.js';
import type { Price } from '../../llm/price.js';
import type { EvaluationSource } from '../evaluate/cross-validate.js';
import type { FiledReplay } from './replay-schema.js';

/** An evaluation by cross-validation, optionally with the results on unseen tasks. */
export interface ReportedEvaluation extends Omit<Evaluation, 'detection' | 'foldCount'> {
  /** Absent in evaluations of earlier versions. */
  readonly foldCount?: number;
  /** Absent in evaluations of earlier versions. */
  readonly detection?: Detection;
  readonly unseenTasks?: {
    readonly groups: readonly (readonly string[])[];
    readonly prompts: number;
    /** Absent in evaluations of earlier versions, which trained on near-duplicates too. */
    readonly sharedGroups?: number;
    readonly strategies: readonly StrategyResult[];
  } | null;
  /** Models and objectives that were not evaluated, a message for each. */
  readonly leftOut?: readonly string[];
  /** Present where the evaluation is of a run. */
  readonly source?: Pick<EvaluationSource, 'seed'>;
}

/**
 * The number of requests that costs are for: 1,000 unless the user gives a monthly volume. A mix
 * gives the requests of each task; otherwise task shares are those of the run.
 */
export type Volume =
  | { readonly kind: 'per_thousand'; readonly requests: 1000 }
  | { readonly kind: 'monthly'; readonly requests: number }
  | {
      readonly kind: 'mix';
      readonly requests: number;
      readonly requestsOfTask: Readonly<Record<string, number>>;
    };

/** The costs of answering all requests of a volume in one way. Differences are from `Money.now`. */
export interface Bill {
  /** The model that answers all requests; null if several do. */
  readonly model: string | null;
  /** For the whole volume. */
  readonly costUsd: number | null;
  readonly quality: number | null;
  readonly savedUsd: Interval | null;
  readonly savedShare: Interval | null;
  readonly qualityDifference: Interval | null;
}

/** The costs under an objective: with routing, or with one model where routing does not pay. */
export interface ObjectiveBill extends Bill {
  readonly objective: string;
  /** Describes the objective; null where the evaluation does not say. */
  readonly description: string | null;
  /** Whether routing beats every mix of single models under it. */
  readonly pays: boolean;
  /** Whether the policy has it; otherwise the costs are as the evaluation says. */
  readonly isInPolicy: boolean;
  /** Whether the evaluation has it as the policy file does; otherwise the file's own routing has no figures. */
  readonly isPlannedAlike: boolean;
  /** Held-out prompts that its one model cannot take, so that another one does. */
  readonly promptsBeyondModel: number;
  /** The single model that is hardest to beat under it. */
  readonly bestConstant: Bill;
}

/** The costs now, and under each objective. */
export interface Money {
  readonly volume: Volume;
  readonly now: Bill;
  readonly objectives: readonly ObjectiveBill[];
  /** The objective in the headline; null if there are none. */
  readonly headline: ObjectiveBill | null;
  /** The policy's default objective, where the evaluation does not have it; otherwise null. */
  readonly notEvaluated: string | null;
}

/** A shortened prompt of a task with the qualities of two models; null where not recorded. */
export interface ExamplePrompt {
  readonly text: string;
  readonly baselineQuality: number | null;
  readonly cheaperQuality: number | null;
}

/** A row of the overkill table with its costs. */
export interface OverkillLine {
  readonly task: OverkillTask['task'];
  readonly found: OverkillTask;
  /** Requests of this task in the volume. */
  readonly requests: number;
  /** Cost of the baseline for these requests. */
  readonly costUsd: number | null;
  /** Saving with the cheaper model; null unless it is shown not to be worse. */
  readonly savedUsd: Saving | null;
  readonly cheaper: CheaperModel | null;
  /** What the task's candidate would save, shown or not; null where it is worse or unknown. */
  readonly candidateSavedUsd: Saving | null;
  readonly examples: readonly ExamplePrompt[];
}

export interface OverkillReport {
  readonly overkill: Overkill;
  /** By saving, largest first. */
  readonly lines: readonly OverkillLine[];
  /** The sum over the tasks where a cheaper model is enough. */
  readonly savedUsd: number;
  readonly costUsd: number | null;
  readonly prompts: 'shown' | 'left_out';
}

export type PointKind =
  'objective' | 'model' | 'now' | 'baseline' | 'reference' | 'oracle' | 'policy';

/** A model or strategy, as a point of the charts. */
export interface Point {
  readonly name: string;
  readonly kind: PointKind;
  readonly quality: number;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly intervals: MeanIntervals;
}

/** The policy file given to the report. */
export interface ReportedPolicy {
  readonly file: string;
  readonly digest: string;
  readonly createdBy: string;
  readonly baseline: string;
  readonly defaultObjective: string;
  readonly objectives: readonly Objective[];
  readonly noveltyLimit: number;
  readonly isTrainingData: boolean;
  /** Whether it was trained with the models and weights that this page evaluates. */
  readonly isPolicyOfRun: boolean;
  /** Its results on this run; null if it was trained on the run, since they would be too good. */
  readonly applied: PolicyEvaluation | null;
  readonly robustness: Robustness;
}

/** What a policy would have chosen in production, from a file. */
export interface ReportedReplay extends FiledReplay {
  readonly file: string;
}

export interface ModelCoverage {
  readonly model: string;
  /** Number of prompts with a recorded quality. */
  readonly quality: number;
  readonly costUsd: number;
  readonly latencyMs: number;
}

export interface ReportProvenance {
  readonly command: string;
  readonly createdAt: string;
  readonly version: string;
  readonly run: {
    readonly name: string;
    readonly kind: 'sweep' | 'import';
    readonly createdAt: string;
    readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  };
  readonly outcomesDigest: string;
  readonly pricesDigest: string;
  readonly costBasis: CostBasis;
  readonly prices: readonly { readonly model: string; readonly price: Price | null }[];
  /** Of the evaluation, which may be older than the report; null where it does not say. */
  readonly seed: number | null;
  /** Where the evaluation comes from, in words. */
  readonly evaluatedBy: string;
  readonly evaluationOrigin: EvaluationOrigin;
}

/**
 * What evaluated the run, and so takes the options of an evaluation: the "report" command, the "evaluate"
 * command that wrote the file of --evaluation, or a program.
 */
export type EvaluationOrigin = 'report' | 'evaluate' | 'program';

/** The content of a report, as data: the page shows nothing else. */
export interface Report {
  readonly name: string;
  readonly simulated: boolean;
  readonly models: readonly string[];
  readonly prompts: number;
  readonly evaluation: ReportedEvaluation;
  /** What to do, by what the policy does. */
  readonly advice: Advice;
  readonly money: Money;
  readonly overkill: OverkillReport;
  readonly points: readonly Point[];
  readonly tasks: readonly Slice[];
  readonly policy: ReportedPolicy | null;
  /** Of the production's decision log. */
  readonly replay: ReportedReplay | null;
  readonly coverage: readonly ModelCoverage[];
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** Null for imported outcomes, which have no ledger. */
  readonly health: RunHealth | null;
  /** Null unless an adaptive sweep decided what was called. */
  readonly adaptive: AdaptiveRecord | null;
  /** Models that were added to the run by a part of the prompts. */
  readonly added: readonly AddedModel[];
  readonly warnings: readonly string[];
  readonly provenance: ReportProvenance;
}
