import type { PolicyEvaluation } from '../evaluate/compare/evaluate-policy.js';
import type { Evaluation } from '../evaluate/compute-evaluation.js';
import type { StrategyResult, MeanIntervals } from '../evaluate/strategies/compare-strategies.js';
import type { CheaperModel, Overkill, OverkillTask } from '../evaluate/diagnose/overkill.js';
import type { Robustness } from '../evaluate/diagnose/robustness.js';
import type { Slice } from '../evaluate/diagnose/slices.js';
import type { Interval, Objective } from '../../policy/file/policy.js';
import type { CostBasis } from '../../measure/outcomes/outcome-table.js';
import type { RunHealth } from '../../measure/outcomes/run-health.js';
import type { Price } from '../../llm/price.js';

/** An evaluation by cross-validation, where it was measured with tasks that training did not see. */
export interface ReportedEvaluation extends Evaluation {
  readonly unseenTasks?: {
    readonly groups: readonly (readonly string[])[];
    readonly prompts: number;
    readonly strategies: readonly StrategyResult[];
  } | null;
}

/**
 * How many requests the money is for. Where nobody said, it is a thousand: a bill is never made up.
 * A mix gives each task its requests; otherwise the tasks come as often as in the run.
 */
export type Volume =
  | { readonly kind: 'per_thousand'; readonly requests: 1000 }
  | { readonly kind: 'monthly'; readonly requests: number }
  | {
      readonly kind: 'mix';
      readonly requests: number;
      readonly requestsOfTask: Readonly<Record<string, number>>;
    };

/** A way to answer all requests of the volume. Differences are from the model in use now. */
export interface Bill {
  /** The one model that answers all; null where several do. */
  readonly model: string | null;
  /** For the whole volume. */
  readonly costUsd: number | null;
  readonly quality: number | null;
  readonly savedUsd: Interval | null;
  readonly savedShare: Interval | null;
  readonly qualityDifference: Interval | null;
}

/** What an objective comes to: routed, or one model where routing does not pay for it. */
export interface ObjectiveBill extends Bill {
  readonly objective: string;
  /** What it asks for, in words; null where no policy says. */
  readonly description: string | null;
  /** Whether routing beats every mix of single models under it. */
  readonly pays: boolean;
  /** The single model that is hardest to beat under it. */
  readonly bestConstant: Bill;
}

/** The bill now, and what it could be. */
export interface Money {
  readonly volume: Volume;
  readonly now: Bill;
  readonly objectives: readonly ObjectiveBill[];
  /** The objective that the verdict speaks of; null where there are none. */
  readonly headline: ObjectiveBill | null;
}

/** A prompt of a task, shortened, with what two models made of it; null where not recorded. */
export interface ExamplePrompt {
  readonly text: string;
  readonly baselineQuality: number | null;
  readonly cheaperQuality: number | null;
}

/** A row of the overkill table with its money. */
export interface OverkillLine {
  readonly task: OverkillTask['task'];
  readonly found: OverkillTask;
  /** Requests of this task in the volume. */
  readonly requests: number;
  /** What the baseline costs for them. */
  readonly costUsd: number | null;
  /** What the cheaper model saves of it, where it is shown not to be worse. */
  readonly savedUsd: Interval | null;
  readonly cheaper: CheaperModel | null;
  readonly examples: readonly ExamplePrompt[];
}

export interface OverkillReport {
  readonly overkill: Overkill;
  /** Those that save the most first. */
  readonly lines: readonly OverkillLine[];
  /** The sum over the tasks where a cheaper model is enough. */
  readonly savedUsd: number;
  readonly costUsd: number | null;
  readonly prompts: 'shown' | 'left_out';
}

export type PointKind =
  'objective' | 'model' | 'now' | 'baseline' | 'reference' | 'oracle' | 'policy';

/** A way to choose models, as a point of the charts. */
export interface Point {
  readonly name: string;
  readonly kind: PointKind;
  readonly quality: number;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly intervals: MeanIntervals;
}

/** The policy file that the report is about, where one is given. */
export interface ReportedPolicy {
  readonly file: string;
  readonly digest: string;
  readonly createdBy: string;
  readonly baseline: string;
  readonly defaultObjective: string;
  readonly objectives: readonly Objective[];
  readonly noveltyLimit: number;
  readonly isTrainingData: boolean;
  /** What it gives on this run; null where it was trained on it, since that would flatter it. */
  readonly applied: PolicyEvaluation | null;
  readonly robustness: Robustness;
}

export interface ModelCoverage {
  readonly model: string;
  /** Prompts with a quality, a cost, a latency. */
  readonly quality: number;
  readonly costUsd: number;
  readonly latencyMs: number;
}

export interface Provenance {
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
  readonly seed: number;
  readonly folds: number;
  /** Where the evaluation comes from, in words. */
  readonly evaluatedBy: string;
}

/** All that the report says, as data: the page shows nothing else. */
export interface Report {
  readonly name: string;
  readonly simulated: boolean;
  readonly models: readonly string[];
  readonly prompts: number;
  readonly evaluation: ReportedEvaluation;
  readonly money: Money;
  readonly overkill: OverkillReport;
  readonly points: readonly Point[];
  readonly tasks: readonly Slice[];
  readonly policy: ReportedPolicy | null;
  readonly coverage: readonly ModelCoverage[];
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** Null for imported outcomes, which have no ledger. */
  readonly health: RunHealth | null;
  readonly warnings: readonly string[];
  readonly provenance: Provenance;
}
