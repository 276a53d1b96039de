import type { Verdict } from '../../../policy/file/policy.js';
import { computeCalibration, type Calibration } from '../diagnose/calibration.js';
import { compareStrategies, type StrategyComparison } from './compare-strategies.js';
import { computeVerdict } from './compute-verdict.js';
import {
  computeAverageImprovementInQuality,
  computeFrontier,
  type FrontierPoint,
} from '../diagnose/frontier.js';
import { chooseForRow, listHeldOutRows, type HeldOut } from '../plan/held-out.js';
import { countLeakedGroups } from '../diagnose/leaked-groups.js';
import { computeModelMeans } from './model-means.js';
import { computeKnownMean } from './outcomes.js';
import { computeModelShares, type ModelShare } from '../diagnose/model-shares.js';
import { computePairMetrics, type PairMetrics } from '../diagnose/pair-metrics.js';
import { computeNovelty, type Novelty } from '../diagnose/novelty.js';
import { computeSingleModels, type SingleModelResult } from '../diagnose/single-models.js';
import { computeSlices, type Slices } from '../diagnose/slices.js';
import { chooseRows, collectChoices, computeStrategies } from '../plan/strategies.js';
import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';

export interface StrategyResult extends StrategyComparison {
  readonly name: string;
  readonly kind: 'routed' | 'baseline' | 'reference';
  /** Share of prompts by model, largest first; empty where no single model is chosen. */
  readonly shares: readonly ModelShare[];
}

/** What held-out prompts say of a way to route; made for printing and for `--json`. */
export interface Evaluation {
  readonly prompts: number;
  readonly groups: number;
  readonly folds: number;
  /** Families of the models that were trained, by the number of folds; empty for a policy file. */
  readonly families: readonly { readonly name: string; readonly folds: number }[];
  /** Groups on both sides of a split: 0, or the split is defective. */
  readonly leakedGroups: number;
  readonly simulated: boolean;
  /** The single models, best first. */
  readonly models: readonly SingleModelResult[];
  /** Paired differences are from the best single model. */
  readonly strategies: readonly StrategyResult[];
  readonly verdict: Verdict;
  /** Null where no costs are known, or all are equal. */
  readonly frontier: FrontierResult | null;
  /** Only for two models, one of which is better. */
  readonly pair: PairMetrics | null;
  /** How well the estimated qualities of the held-out prompts agree with the recorded ones. */
  readonly calibration: Calibration;
  /** The routed strategies and the best single model, by task and by language. */
  readonly slices: Slices;
  /** How unlike the training prompts the held-out ones were, and what that made of routing. */
  readonly novelty: Novelty;
}

export interface FrontierResult {
  /** Held-out quality and cost of routing at rising weights of cost, ascending in cost. */
  readonly points: readonly FrontierPoint[];
  /** Of these and the single models, those worth having. */
  readonly hull: readonly FrontierPoint[];
  /** Average improvement in quality between the cheapest and the dearest model. */
  readonly aiq: number;
  /** The same for mixing single models without looking at the prompt ("zero router"). */
  readonly zeroRouterAiq: number;
}

/** Computes all that is reported of held-out predictions. */
export function computeEvaluation(heldOut: HeldOut, seed: number): Evaluation {
  const { table } = heldOut;
  const rows = listHeldOutRows(heldOut);
  const groups = rows.map((row) => heldOut.groups[row] as number);
  const strategies = computeStrategies(heldOut);
  const baseline = strategies.find(({ name }) => name === 'best single');
  if (baseline === undefined) throw new TypeError('an evaluation needs its baseline');
  const comparisons = compareStrategies(
    strategies.map(({ outcomes }) => outcomes),
    baseline.outcomes,
    groups,
    seed,
  );
  const means = computeModelMeans(table, rows, heldOut.taskOf);
  return {
    prompts: rows.length,
    groups: new Set(groups).size,
    folds: heldOut.folds.length,
    families: countFamilies(heldOut),
    leakedGroups: countLeakedGroups(heldOut),
    simulated: table.simulated,
    models: computeSingleModels(heldOut, means, baseline.outcomes),
    strategies: strategies.map(({ name, kind, choices, outcomes }, index) => ({
      name,
      kind,
      ...(comparisons[index] as StrategyComparison),
      shares:
        choices === undefined ? [] : computeModelShares(table.models, choices, outcomes.weights),
    })),
    verdict: computeVerdict(heldOut, strategies, seed),
    frontier: computeFrontierResult(heldOut, means),
    pair: table.models.length === 2 ? computePair(heldOut, rows, means.quality) : null,
    calibration: computeCalibration(heldOut),
    slices: computeSlices(heldOut, strategies),
    novelty: computeNovelty(heldOut, strategies),
  };
}

function countFamilies({ folds }: HeldOut): Evaluation['families'] {
  const counts = new Map<string, number>();
  for (const { family } of folds) {
    if (family !== undefined) counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => ({ name, folds: count })).sort(
    (a, b) => b.folds - a.folds,
  );
}

const relativeCostWeights = [0, ...Array.from({ length: 33 }, (_, step) => 10 ** (-3 + step / 8))];

function computeFrontierResult(
  heldOut: HeldOut,
  means: { readonly quality: readonly number[]; readonly costUsd: readonly number[] },
): FrontierResult | null {
  if (means.costUsd.some(Number.isNaN) || new Set(means.costUsd).size < 2) return null;
  const { table, estimates } = heldOut;
  const highUsd = Math.max(...means.costUsd);
  const points = relativeCostWeights.map((weight) => {
    const objective = {
      name: 'frontier',
      description: '',
      costWeightPerUsd: weight / (highUsd || 1),
      latencyWeightPerSecond: 0,
      margin: 0,
      constantModel: undefined,
    };
    const choices = chooseRows(heldOut, (row, plan) =>
      chooseForRow(estimates, table.models.length, row, plan, objective),
    );
    const { quality, costUsd, weights } = collectChoices(heldOut, choices);
    return {
      costUsd: computeKnownMean(costUsd, weights),
      quality: computeKnownMean(quality, weights),
    };
  });
  points.sort((a, b) => a.costUsd - b.costUsd);
  const single = means.quality.map((quality, model) => ({
    costUsd: means.costUsd[model] as number,
    quality,
  }));
  const range = { lowUsd: Math.min(...means.costUsd), highUsd };
  return {
    points,
    hull: computeFrontier([...points, ...single]),
    aiq: computeAverageImprovementInQuality(points, range),
    zeroRouterAiq: computeAverageImprovementInQuality(single, range),
  };
}

function computePair(
  { table, estimates }: HeldOut,
  rows: Int32Array,
  quality: readonly number[],
): PairMetrics | null {
  if (quality[0] === quality[1]) return null;
  const strong = (quality[1] as number) >= (quality[0] as number) ? 1 : 0;
  const weak = 1 - strong;
  const complete = rows.filter(
    (row) =>
      !Number.isNaN((table.quality[row * 2] as number) + (table.quality[row * 2 + 1] as number)),
  );
  const take = (matrix: Float32Array, model: number): Float64Array =>
    Float64Array.from(complete, (row) => matrix[row * 2 + model] as number);
  const strongEstimates = take(estimates.quality, strong);
  const weakEstimates = take(estimates.quality, weak);
  return computePairMetrics(
    strongEstimates.map((estimate, row) => estimate - (weakEstimates[row] as number)),
    take(table.quality, weak),
    take(table.quality, strong),
    listRowWeights(table, complete),
  );
}
