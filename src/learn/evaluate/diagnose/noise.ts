import type { Interval } from '../../../policy/file/policy.js';
import { computeGradeVariance } from '../../../measure/outcomes/grade-noise.js';
import type { RepeatedQualities } from '../../../measure/outcomes/read-repeats.js';
import { nullIfUnknown } from '../../../util/json.js';
import { createBootstrap } from '../statistics/bootstrap.js';
import {
  computeBoundedInterval,
  indexGroups,
  isWithoutWidth,
  type ValueRange,
} from '../statistics/grouped-mean.js';
import { differenceRange, qualityRange } from '../strategies/quality-difference.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import { normalQuantile95 } from '../statistics/student-t.js';

/** How much a model's grades vary when the same prompt is repeated. */
export interface ModelNoise {
  readonly model: string;
  /** Prompts with at least two graded repeats; only these are used. */
  readonly prompts: number;
  /** Null without such prompts, as `noise`. */
  readonly quality: number | null;
  /**
   * How often two repeats of a prompt get the same quality, with its 95 % interval. Null with fewer than
   * two prompts, which do not show how prompts vary.
   */
  readonly agreement: Interval | null;
  /** The standard deviation of one grade around its prompt's own mean; see `computeGradeVariance`. */
  readonly noise: number | null;
}

/** How much of the difference between two models is noise of repeated answers. */
export interface DifferenceNoise {
  readonly better: string;
  readonly worse: string;
  readonly prompts: number;
  /** Mean difference in quality, with its 95 % interval over prompts. */
  readonly difference: Interval;
  /**
   * By how much another run over the same prompts would move the difference: 1.96 standard errors of the
   * difference of two runs, which are both noisy.
   */
  readonly rerun: number;
  /**
   * The share of noise in the variance of the differences per prompt, in [0, 1]; the rest is that
   * prompts suit one model better than the other, which is what can be learned from them.
   */
  readonly noiseShare: number;
}

export interface Noise {
  readonly models: readonly ModelNoise[];
  /**
   * The model with the highest quality against each other one, in the order that their shared prompts
   * say: on those, the other may be better.
   */
  readonly differences: readonly DifferenceNoise[];
}

/**
 * Separates noise from differences, by an analysis of variance of repeated grades: the variance of a
 * prompt's difference is that between prompts plus that within them, and the latter is estimated
 * from the repeats without bias.
 */
export function computeNoise(
  models: readonly string[],
  repeats: RepeatedQualities,
  { seed }: { readonly seed: number },
): Noise {
  const noise = models.map((model, index) => computeModelNoise(model, repeats[index] ?? [], seed));
  const order = models
    .map((_, index) => index)
    .filter((index) => (noise[index]?.prompts ?? 0) > 0)
    .sort((a, b) => (noise[b]?.quality ?? 0) - (noise[a]?.quality ?? 0));
  const nameQualities = (index: number): NamedQualities => ({
    name: models[index] ?? '',
    qualities: repeats[index] ?? [],
  });
  const [best, ...others] = order;
  const differences =
    best === undefined
      ? []
      : others.map((other) => comparePair(nameQualities(best), nameQualities(other), seed));
  return { models: noise, differences: differences.filter(({ prompts }) => prompts > 1) };
}

function computeModelNoise(
  model: string,
  qualities: readonly (readonly number[])[],
  seed: number,
): ModelNoise {
  const repeated = qualities.filter((values) => values.length > 1);
  const agreement = repeated.map(computePairAgreement);
  return {
    model,
    prompts: repeated.length,
    quality: repeated.length === 0 ? null : mean(repeated.map(mean)),
    agreement: agreement.length < 2 ? null : computeMeanInterval(agreement, qualityRange, seed),
    noise: nullIfUnknown(Math.sqrt(computeGradeVariance(repeated))),
  };
}

interface NamedQualities {
  readonly name: string;
  readonly qualities: readonly (readonly number[])[];
}

/** The difference of two models, from the one that is better on the prompts that both repeated. */
function comparePair(one: NamedQualities, other: NamedQualities, seed: number): DifferenceNoise {
  const found = computeDifference(one, other, seed);
  return found.difference.mean < 0 ? computeDifference(other, one, seed) : found;
}

function computeDifference(
  better: NamedQualities,
  worse: NamedQualities,
  seed: number,
): DifferenceNoise {
  const differences: number[] = [];
  const noises: number[] = [];
  for (const [prompt, one] of better.qualities.entries()) {
    const other = worse.qualities[prompt] ?? [];
    if (one.length < 2 || other.length < 2) continue;
    differences.push(mean(one) - mean(other));
    noises.push(computeVariance(one) / one.length + computeVariance(other) / other.length);
  }
  const total = computeVariance(differences);
  const noise = mean(noises);
  return {
    better: better.name,
    worse: worse.name,
    prompts: differences.length,
    difference: computeMeanInterval(differences, differenceRange, seed),
    rerun: normalQuantile95 * Math.sqrt((2 * noise) / Math.max(1, differences.length)),
    noiseShare: total > 0 ? Math.min(1, noise / total) : 0,
  };
}

/** Interval of a mean over prompts. Values that are all equal may not be those of the next prompt. */
function computeMeanInterval(values: readonly number[], range: ValueRange, seed: number): Interval {
  const ones = Float64Array.from(values, () => 1);
  const groups = Int32Array.from(values, (_, index) => index);
  const interval = createBootstrap([Float64Array.from(values), ones], groups, { seed }).interval(
    (sums) => valueAt(sums, 0) / valueAt(sums, 1),
  );
  if (!isWithoutWidth(interval)) return interval;
  return computeBoundedInterval(values, indexGroups(groups), range) ?? interval;
}

/** The share of pairs of repeats that agree. */
function computePairAgreement(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let same = 0;
  for (const count of counts.values()) same += count * (count - 1);
  return same / (values.length * (values.length - 1));
}

function computeVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
