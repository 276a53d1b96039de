import { addJudge, type SweepEstimate } from '../../measure/sweep/estimate-sweep.js';
import type { SweepPlan } from '../../measure/sweep/plan-sweep.js';
import { createBuyer, type AdaptiveSettings } from './adaptive-source.js';

/** What an adaptive sweep is likely to call, before its first call. */
export interface AdaptiveEstimate {
  /** Cells of a full sweep. */
  readonly allCalls: number;
  /** Those of them that have no answer yet. */
  readonly leftCalls: number;
  /** Calls that every model gets before any outcome is known. */
  readonly startCalls: number;
  /** Lowest and highest of most sweeps, those that are settled already included. */
  readonly likelyCalls: readonly [low: number, high: number];
  /** The same at the expected cost of a full sweep's cells, and of judging their answers. */
  readonly likelyUsd: readonly [low: number, high: number];
}

/**
 * Shares of all cells after which sweeps over recorded outcomes ended (`npm run bench:adaptive`): the
 * lowest, and the highest of those that did not buy everything.
 */
const likelyShares = [0.1, 0.45] as const;

/**
 * Estimates an adaptive sweep from the estimate of a full one.
 *
 * @throws RoutesmithError `usage` if the start alone exceeds the calls that are allowed for learning
 */
export function estimateAdaptive(
  plan: SweepPlan,
  full: SweepEstimate,
  settings: AdaptiveSettings,
): AdaptiveEstimate {
  const buyer = createBuyer(plan, settings);
  const startCalls = buyer.startCells;
  const allCalls = plan.cellCount;
  const limit = (settings.maxLearningCells ?? allCalls) + buyer.heldOut.length * plan.models.length;
  const likelyCalls = likelyShares.map((share) =>
    Math.min(allCalls, limit, Math.max(startCalls, Math.round(share * allCalls))),
  );
  const { cells } = full.totals;
  const fullUsd = addJudge(full).expectedUsd;
  const perCallUsd = cells === 0 ? 0 : fullUsd / cells;
  const [low = 0, high = 0] = likelyCalls;
  // In a run that is continued, fewer cells are left to call, and recorded answers may be judged.
  const limitUsd = (calls: number): number => Math.min(fullUsd, calls * perCallUsd);
  return {
    allCalls,
    leftCalls: cells,
    startCalls,
    likelyCalls: [low, high],
    likelyUsd: [limitUsd(low), limitUsd(high)],
  };
}
