import { valueAt } from '../../../util/numeric-arrays.js';
import { sortWeighted } from '../../../util/sort-weighted.js';
import { computeKnownMean } from '../strategies/chosen-outcomes.js';

/** How well scores decide which prompts need the stronger of two models. */
export interface PairMetrics {
  /**
   * Average performance gap recovered: 0 if the weak model takes all prompts, 0.5 for routing at
   * random, 1 if the strong model takes all. Hindsight can exceed 1. NaN where there is no gap.
   */
  readonly apgr: number;
  /** Share of prompts sent to the strong model, in percent, that recovers half of the gap. */
  readonly cpt50: number;
  /** The same for 80 % of the gap. */
  readonly cpt80: number;
}

/** Scores of prompts, with the recorded qualities of two models; one value per prompt. */
export interface PairOutcomes {
  /** How much each prompt needs the strong model. */
  readonly scores: ArrayLike<number>;
  readonly weakQuality: ArrayLike<number>;
  readonly strongQuality: ArrayLike<number>;
  /** How many prompts each stands for. @default all 1 */
  readonly weights?: ArrayLike<number>;
}

interface CurvePoint {
  readonly strongShare: number;
  readonly quality: number;
}

/**
 * The metrics of RouteLLM (Ong et al., arXiv 2406.18665) as its code computes them: thresholds are
 * the edges of ten equally filled bins of the scores, a prompt goes to the strong model where its
 * score reaches the threshold (exceeds it, at the last edge), and the area under quality by strong
 * share is taken by the trapezoid rule.
 */
export function computePairMetrics(outcomes: PairOutcomes): PairMetrics {
  const curve = computePairCurve(outcomes);
  const weak = computeKnownMean(outcomes.weakQuality, outcomes.weights);
  const strong = computeKnownMean(outcomes.strongQuality, outcomes.weights);
  const area = listSegments(curve).reduce(
    (sum, { left, right }) =>
      sum + ((right.strongShare - left.strongShare) * (left.quality + right.quality)) / 2,
    0,
  );
  return {
    apgr: (area - weak) / (strong - weak),
    cpt50: 100 * findShare(curve, weak + 0.5 * (strong - weak)),
    cpt80: 100 * findShare(curve, weak + 0.8 * (strong - weak)),
  };
}

function computePairCurve({
  scores,
  weakQuality,
  strongQuality,
  weights = new Float64Array(scores.length).fill(1),
}: PairOutcomes): CurvePoint[] {
  const sorted = sortWeighted(scores, weights);
  const count = sorted.totalWeight;
  const curve: CurvePoint[] = [];
  for (let edge = 0; edge <= 10; edge++) {
    const position = (edge / 10) * Math.max(0, count - 1);
    const below = sorted.at(Math.floor(position));
    const above = sorted.at(Math.ceil(position));
    const threshold = below + (above - below) * (position - Math.floor(position));
    let strong = 0;
    let quality = 0;
    for (let row = 0; row < scores.length; row++) {
      const score = valueAt(scores, row);
      const isStrong = edge === 10 ? score > threshold : score >= threshold;
      const weight = valueAt(weights, row);
      if (isStrong) strong += weight;
      quality += weight * valueAt(isStrong ? strongQuality : weakQuality, row);
    }
    curve.push({ strongShare: strong / count, quality: quality / count });
  }
  return curve.sort((a, b) => a.strongShare - b.strongShare);
}

/** Neighboring points of a curve. */
function listSegments(curve: readonly CurvePoint[]): { left: CurvePoint; right: CurvePoint }[] {
  return curve.flatMap((left, index) => {
    const right = curve[index + 1];
    return right === undefined ? [] : [{ left, right }];
  });
}

/** The smallest strong share at which the curve reaches a quality, interpolated; NaN if never. */
function findShare(curve: readonly CurvePoint[], quality: number): number {
  for (const { left, right } of listSegments(curve)) {
    if (right.quality < quality) continue;
    if (left.quality >= quality) return left.strongShare;
    const part = (quality - left.quality) / (right.quality - left.quality);
    return left.strongShare + part * (right.strongShare - left.strongShare);
  }
  return Number.NaN;
}
