import { decisiveEvidence } from './e-process.js';
import type { HoldOutEvidence } from './hold-out-evidence.js';
import type { TaskPolicy } from './task-policy.js';

/** What an adaptive sweep has learned when it decides a round. */
export interface AdaptiveState {
  /** Rounds that are decided. */
  readonly rounds: number;
  /** Bought cells for learning, and for the verdict, without those that could not be called. */
  readonly learningCells: number;
  readonly holdOutCells: number;
  /** Models that can no longer be called: nothing is bought of them, and no verdict is about them. */
  readonly stoppedModels: ReadonlySet<number>;
  readonly policy: TaskPolicy;
  readonly evidence: HoldOutEvidence;
  /** What is left to learn: by how much it is expected to raise the value of a prompt. */
  readonly remaining: number;
  /** What the next round is expected to add to the value of a prompt. */
  readonly roundGain: number;
}

/**
 * Why an adaptive sweep ended:
 *
 * - `routing_pays`: shown on held-out prompts;
 * - `cannot_pay`: shown to gain less than it must be worth;
 * - `not_worth_it`: nothing that could still be learned is worth the price of a round;
 * - `limit_reached`: the allowed number of cells is bought;
 * - `everything_bought`: no cell is left;
 * - `no_model_left`: no model can be called any more.
 */
export type AdaptiveEnding =
  | 'routing_pays'
  | 'cannot_pay'
  | 'not_worth_it'
  | 'limit_reached'
  | 'everything_bought'
  | 'no_model_left';

/** When an adaptive sweep ends. */
export interface StoppingRules {
  /** The gain in quality (or in its worth) that routing must have, in [0, 1]. */
  readonly worth: number;
  /** A round is bought for learning if it is expected to add this much for each of its cells. */
  readonly minCellGain: number;
  /** Maximum number of cells for learning; those for the verdict come on top. */
  readonly maxLearningCells: number;
  /** Whether held-out prompts are opened at all. */
  readonly opensHeldOut: boolean;
  /** Whether the sweep goes on after routing has been shown to pay, or not to. */
  readonly keepsGoing: boolean;
}

/** Share of the held-out prompts before futility can end a sweep: the first policies are poor. */
const minFutilityShare = 0.5;

/** What the held-out prompts have shown, if that ends the sweep. */
export function findShown(
  { evidence }: AdaptiveState,
  rules: StoppingRules,
  heldOutPrompts: number,
): AdaptiveEnding | undefined {
  if (rules.keepsGoing) return undefined;
  if (evidence.gainEvidence > decisiveEvidence) return 'routing_pays';
  const isLate = evidence.prompts >= minFutilityShare * heldOutPrompts;
  return isLate && evidence.futilityEvidence > decisiveEvidence ? 'cannot_pay' : undefined;
}

/** Why there is nothing left to buy. */
export function explainEnd(
  { learningCells }: AdaptiveState,
  { maxLearningCells }: StoppingRules,
  allLearningCells: number,
): AdaptiveEnding {
  if (learningCells >= maxLearningCells) return 'limit_reached';
  return learningCells < allLearningCells ? 'not_worth_it' : 'everything_bought';
}
