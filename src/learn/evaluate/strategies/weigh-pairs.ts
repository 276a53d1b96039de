import { valueAt } from '../../../util/numeric-arrays.js';
import type { Outcomes } from './chosen-outcomes.js';
import { minPairs, minShareOfInterval } from './paired-mean.js';

/** Prompts with different choices that may be left out: they can hardly move a mean difference. */
const negligibleShare = 0.005;

/** With few known prompts of different choices, these stand for the others only from this share of all on. */
const minKnownShare = 0.5;

/** Whether both chose the same model for a prompt; a mix of models is none of them. */
function isSameAt({ choices }: Outcomes, other: Outcomes, row: number): boolean {
  return choices !== undefined && choices[row] === other.choices?.[row];
}

/** Two strategies that are compared. */
export interface ComparedPair {
  readonly own: Outcomes;
  readonly other: Outcomes;
  /** The group of each prompt: near-duplicates say no more than one of them. */
  readonly groups: ArrayLike<number>;
  /** One per prompt. @default as each counts in `own` */
  readonly weights?: ArrayLike<number>;
}

/**
 * How much each prompt counts in a comparison of two strategies. Where both chose the same model they do
 * not differ, and such prompts are compared more often: with one outcome for each prompt, only they are,
 * and they say nothing about the others. Where that is so, those with the same choice stand for all of
 * these, and those with different choices for all of those (post-stratification).
 *
 * @param isKnown whether a prompt has the values of both
 * @returns 0 for a prompt that is not known, and for all where too few with different choices are
 */
export function weighPairs(
  { own, other, groups, weights = own.weights }: ComparedPair,
  isKnown: (row: number) => boolean,
): Float64Array {
  const all = Float64Array.from(weights);
  const known = all.map((weight, row) =>
    isKnown(row) && own.isWhole?.[row] !== 0 && other.isWhole?.[row] !== 0 ? weight : 0,
  );
  const isSame = (row: number): boolean => isSameAt(own, other, row);
  const sumOver = (values: Float64Array, same: boolean): number =>
    values.reduce((sum, value, row) => (isSame(row) === same ? sum + value : sum), 0);
  const [same, knownSame] = [sumOver(all, true), sumOver(known, true)];
  const [differing, knownDiffering] = [sumOver(all, false), sumOver(known, false)];
  const isBalanced = knownDiffering * same >= minShareOfInterval * knownSame * differing;
  const isNegligible = differing - knownDiffering <= negligibleShare * (same + differing);
  if (knownSame === 0 || isBalanced || isNegligible) return known;
  const isKnownPair = (row: number): boolean => valueAt(known, row) > 0 && !isSame(row);
  const pairs = new Set([...known.keys()].filter(isKnownPair).map((row) => groups[row]));
  const isMostlyKnown = knownDiffering >= minKnownShare * differing;
  const isEnough = pairs.size >= minPairs || (pairs.size >= 2 && isMostlyKnown);
  if (!isEnough) return new Float64Array(all.length);
  const [factor, factorOfSame] = [differing / knownDiffering, same / knownSame];
  return known.map((weight, row) => weight * (isSame(row) ? factorOfSame : factor));
}

/** The values of both, and how much each prompt counts. */
export interface PairedMeasure {
  readonly own: Float64Array;
  readonly other: Float64Array;
  readonly weights: Float64Array;
}

/** Costs, or latencies, of both. */
export function pairMeasure(pair: ComparedPair, measure: 'costUsd' | 'latencyMs'): PairedMeasure {
  const [own, other] = [pair.own[measure], pair.other[measure]];
  const weights = weighPairs(pair, (row) => !Number.isNaN(valueAt(own, row) + valueAt(other, row)));
  return { own, other, weights };
}

/** Values times their weights, zero where they do not count. */
export function weigh(values: Float64Array, weights: Float64Array): Float64Array {
  return values.map((value, row) => (weights[row] === 0 ? 0 : value * valueAt(weights, row)));
}
