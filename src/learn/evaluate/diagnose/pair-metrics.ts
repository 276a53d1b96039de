import { sortWeighted } from '../../../util/sort-weighted.js';
import { computeKnownMean } from '../verdict/outcomes.js';

/** How well scores decide which prompts need the stronger of two models. */
export interface PairMetrics {
  /**
   * Average performance gap recovered: 0 as if the weak model took all prompts, 0.5 for sending them
   * at random, 1 as if the strong model took all. Hindsight can exceed 1. NaN where there is no gap.
   */
  readonly apgr: number;
  /** Share of prompts sent to the strong model, in percent, that recovers half of the gap. */
  readonly cpt50: number;
  /** The same for 80 % of the gap. */
  readonly cpt80: number;
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
 *
 * @param scores how much each prompt needs the strong model
 * @param weights how many prompts each stands for. @default all 1
 */
export function computePairMetrics(
  scores: ArrayLike<number>,
  weakQuality: ArrayLike<number>,
  strongQuality: ArrayLike<number>,
  weights: ArrayLike<number> = new Float64Array(scores.length).fill(1),
): PairMetrics {
  const curve = computePairCurve(scores, weakQuality, strongQuality, weights);
  const weak = computeKnownMean(weakQuality, weights);
  const strong = computeKnownMean(strongQuality, weights);
  let area = 0;
  for (let index = 1; index < curve.length; index++) {
    const left = curve[index - 1] as CurvePoint;
    const right = curve[index] as CurvePoint;
    area += ((right.strongShare - left.strongShare) * (left.quality + right.quality)) / 2;
  }
  return {
    apgr: (area - weak) / (strong - weak),
    cpt50: 100 * findShare(curve, weak + 0.5 * (strong - weak)),
    cpt80: 100 * findShare(curve, weak + 0.8 * (strong - weak)),
  };
}

function computePairCurve(
  scores: ArrayLike<number>,
  weakQuality: ArrayLike<number>,
  strongQuality: ArrayLike<number>,
  weights: ArrayLike<number>,
): CurvePoint[] {
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
      const score = scores[row] as number;
      const isStrong = edge === 10 ? score > threshold : score >= threshold;
      const weight = weights[row] as number;
      if (isStrong) strong += weight;
      quality += weight * ((isStrong ? strongQuality[row] : weakQuality[row]) as number);
    }
    curve.push({ strongShare: strong / count, quality: quality / count });
  }
  return curve.sort((a, b) => a.strongShare - b.strongShare);
}

/** The smallest strong share at which the curve reaches a quality, interpolated; NaN if never. */
function findShare(curve: readonly CurvePoint[], quality: number): number {
  for (let index = 1; index < curve.length; index++) {
    const left = curve[index - 1] as CurvePoint;
    const right = curve[index] as CurvePoint;
    if (right.quality < quality) continue;
    if (left.quality >= quality) return left.strongShare;
    const part = (quality - left.quality) / (right.quality - left.quality);
    return left.strongShare + part * (right.strongShare - left.strongShare);
  }
  return Number.NaN;
}
