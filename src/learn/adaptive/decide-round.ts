import { at, intAt } from '../../util/numeric-arrays.js';
import type { AdaptiveProblem } from './adaptive-problem.js';
import { allocateCells } from './allocate-round.js';
import {
  computeImprovements,
  computeRemainingImprovement,
  computeRoundGain,
  type Improvements,
} from './expected-improvement.js';
import { decideTaskPolicy, findCostWeight, type TaskPolicy } from './task-policy.js';
import type { KnownOutcomes } from './known-outcomes.js';
import { estimateValues, type ValueTable } from './value-table.js';

/** What is believed when a round is decided, and the round. */
export interface RoundDecision {
  readonly table: ValueTable;
  readonly policy: TaskPolicy;
  readonly costWeightPerUsd: number;
  /** What is left to learn: by how much it is expected to raise the value of a prompt. */
  readonly remaining: number;
  /** What the round is expected to add to the value of a prompt. */
  readonly roundGain: number;
  /** Prompts more of each task that each model is to answer; row-major tasks x models. */
  readonly round: Int32Array;
}

/** How much a sweep for saving values what is unknown of quality. */
const qualityShare = 0.25;

/** The quality of a model that cannot be called: far below any other, and finite for the gaps. */
const neverChosen = -1000;

/**
 * With a budget, a cell counts as at least this share of the most expensive one: free ones come first, not
 * alone.
 */
const minCostShare = 0.001;

/** Prompts that every model counts as having answered, so that the first rounds spread. */
const spreadCount = 10;

/**
 * Decides how a round is spent: in proportion to the prompts of a task and to the expected
 * improvement, over the outcomes that are there; by the root of the cost where money is short.
 *
 * @param bought prompts of each task that each model was bought for
 * @param cells cells that the round may have
 * @param stopped models that can no longer be called: no task chooses them
 */
export function decideRound(
  problem: AdaptiveProblem,
  known: KnownOutcomes,
  orderOfTask: readonly Int32Array[],
  {
    bought,
    cells,
    stopped,
  }: {
    readonly bought: Int32Array;
    readonly cells: number;
    readonly stopped: ReadonlySet<number>;
  },
): RoundDecision {
  const { modelCount, isBudgeted } = problem;
  const isStopped = (cell: number): boolean => stopped.has(cell % modelCount);
  const estimated = estimateValues(problem, known, orderOfTask);
  const table = {
    ...estimated,
    quality: estimated.quality.map((value, cell) => (isStopped(cell) ? neverChosen : value)),
  };
  const costWeightPerUsd = problem.objective === 'save' ? findCostWeight(problem, table) : 0;
  const improve = (weight: number): Improvements =>
    computeImprovements({ problem, table, known, orderOfTask, costWeightPerUsd: weight });
  const improvements = improve(costWeightPerUsd);
  // To save, a plan has to keep quality, so what is unknown of quality matters as well.
  const quality = costWeightPerUsd > 0 ? improve(0) : undefined;
  const expected = improvements.expected.map(
    (value, cell) => value + qualityShare * (quality?.expected[cell] ?? 0),
  );
  const minCostUsd = minCostShare * Math.max(...table.costUsd);
  const weights = expected.map((improvement, cell) => {
    const share = at(table.shares, Math.floor(cell / modelCount));
    const weight = (share * improvement) / (intAt(bought, cell) + spreadCount);
    const costUsd = Math.max(minCostUsd, at(table.costUsd, cell));
    return isBudgeted && costUsd > 0 ? weight / Math.sqrt(costUsd) : weight;
  });
  const open = bought.map((count, cell) =>
    isStopped(cell) ? 0 : (orderOfTask[Math.floor(cell / modelCount)]?.length ?? 0) - count,
  );
  const round = allocateCells(cells, weights, open);
  const decide = (by: Improvements): TaskPolicy => decideTaskPolicy(problem, table, by);
  const own = decide(improvements);
  const policy = quality === undefined ? own : joinInPlay(own, decide(quality));
  return {
    table,
    policy: { ...policy, inPlay: policy.inPlay.filter((model) => !stopped.has(model)) },
    costWeightPerUsd,
    remaining: computeRemainingImprovement(problem, table, improvements),
    roundGain: computeRoundGain(problem, table, improvements, round),
    round,
  };
}

/** A policy that saves is measured against the best models, too: they stay in play. */
function joinInPlay(policy: TaskPolicy, best: TaskPolicy): TaskPolicy {
  return {
    ...policy,
    inPlay: [...new Set([...policy.inPlay, ...best.inPlay])].sort((a, b) => a - b),
  };
}
