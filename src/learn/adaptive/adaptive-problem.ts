import { at } from '../../util/numeric-arrays.js';
import type { CellPurchase } from '../../measure/ledger/ledger-entry.js';

/** What a sweep is to find out: which models answer best, or which answer well enough for less. */
export type AdaptiveObjective = 'quality' | 'save';

/** What an adaptive sweep knows before its first call. Cells are numbered prompts x models. */
export interface AdaptiveProblem {
  readonly modelCount: number;
  /** Task index of each prompt; -1 where the label is missing. */
  readonly taskOf: Int32Array;
  readonly taskCount: number;
  /** Prompts with the same number are held out together. */
  readonly groups: Int32Array;
  /** How many prompts each one stands for. @default all 1 */
  readonly weights?: Float64Array;
  /** Expected cost of a call by model, in USD; all 0 where no cost is known. */
  readonly expectedUsd: Float64Array;
  readonly objective: AdaptiveObjective;
  /** Whether money is short rather than calls, so that cheap cells are preferred. */
  readonly isBudgeted: boolean;
  readonly seed: number;
  /** Share of the prompts that is held out for the verdict. @default `adaptiveConstants.holdOutShare` */
  readonly holdOutShare?: number;
  /** Prompts that an earlier sweep held out, in opening order. @default drawn by the seed */
  readonly heldOut?: Int32Array;
}

/** One bought cell. */
export interface Purchase {
  readonly prompt: number;
  readonly model: number;
  readonly reason: CellPurchase['reason'];
  /**
   * The chance that this prompt was drawn for this model, of the prompts of its task (or, held out,
   * of all) that could have been, in (0, 1].
   */
  readonly probability: number;
}

/** What came of a cell; null where it gave no label. */
export interface PurchasedOutcome {
  readonly quality: number;
  /** NaN where unknown. */
  readonly costUsd: number;
}

/** Shares and sizes, measured on recorded outcomes. */
export const adaptiveConstants = {
  /** Share of the prompts that is held out for the verdict, which opens no more than it needs. */
  holdOutShare: 0.2,
  /** Share of the prompts that every model answers first, and the least number for each task. */
  startShare: 0.025,
  minStartPrompts: 3,
  /** Share of all cells that a round buys, and the least number. */
  roundShare: 0.00625,
  minRoundCells: 24,
  /**
   * A round is decided by the outcomes up to the last but one, so that lanes stay busy with the last
   * one meanwhile.
   */
  lag: 2,
  /** Share of all cells that is bought for learning first: bets on early policies lose evidence. */
  openAfterShare: 0.1,
  /** Rounds over which the held-out prompts are opened while cells are bought elsewhere. */
  openingRounds: 24,
  /** Standard deviations by which a model must beat the baseline on a task to get it. */
  margin: 0.5,
} as const;

/** Gives prompts without a label a task of their own, the last one. */
export function labelEveryPrompt(problem: AdaptiveProblem): AdaptiveProblem {
  if (!problem.taskOf.includes(-1)) return problem;
  return {
    ...problem,
    taskOf: problem.taskOf.map((task) => (task < 0 ? problem.taskCount : task)),
    taskCount: problem.taskCount + 1,
  };
}

/** How many prompts one stands for. */
export function readWeight({ weights }: Pick<AdaptiveProblem, 'weights'>, prompt: number): number {
  return weights === undefined ? 1 : at(weights, prompt);
}
