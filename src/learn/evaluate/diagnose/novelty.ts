import { mean } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { valueAt, pick } from '../../../util/numeric-arrays.js';
import { indexGroups } from '../statistics/grouped-mean.js';
import type { Strategy } from '../strategies/compare-strategies.js';
import { computeQualityDifference, pickOutcomes } from '../strategies/quality-difference.js';
import { nameStrategy } from '../strategies/strategy-id.js';
import { listHeldOutGroups, type HeldOut } from '../verdict/held-out.js';

/** Held-out prompts of about equal novelty. */
export interface NoveltyBin {
  readonly prompts: number;
  /** Mean share of the prompts' words, by weight, that training never saw. */
  readonly meanNovelty: number;
  /** Quality of routing minus that of the baseline; 95 %, paired, by group. */
  readonly qualityDifference: Interval | null;
}

/** How much the held-out prompts differ from the training prompts. */
export interface Novelty {
  /** Novelty above which a prompt goes to the baseline: lowest and highest limit of the folds. */
  readonly lowestLimit: number;
  readonly highestLimit: number;
  /** Held-out prompts above the limit of their fold. */
  readonly beyondLimit: number;
  /** Name of the strategy that the bins measure: the first routed one; null if there is none. */
  readonly strategy: string | null;
  /** By rising novelty. */
  readonly bins: readonly NoveltyBin[];
}

const binCount = 5;

/** A held-out prompt with its place among the held-out rows. */
interface PlacedPrompt {
  readonly place: number;
  readonly novelty: number;
  readonly limit: number;
}

/** Computes what routing gains on more and on less familiar prompts. */
export function computeNovelty(
  heldOut: Pick<HeldOut, 'folds' | 'estimates' | 'groups'>,
  strategies: readonly Strategy[],
): Novelty {
  const { folds, estimates } = heldOut;
  const limits = folds.map(({ plan }) => plan.noveltyLimit);
  const prompts = folds
    .flatMap(({ rows, plan: { noveltyLimit: limit } }) =>
      Array.from(rows, (row) => ({ novelty: valueAt(estimates.novelty, row), limit })),
    )
    .map((prompt, place): PlacedPrompt => ({ ...prompt, place }));
  const sorted = prompts.toSorted((a, b) => a.novelty - b.novelty || a.place - b.place);
  const routed = strategies.find(({ id }) => id.kind === 'routed');
  const reference = strategies.find(({ id }) => id.kind === 'without_routing');
  const groups = listHeldOutGroups(heldOut);
  const measureGain = (bin: readonly PlacedPrompt[]): Interval | null => {
    if (routed === undefined || reference === undefined) return null;
    const places = bin.map(({ place }) => place);
    const other = pickOutcomes(reference.outcomes, places);
    return computeQualityDifference(
      pickOutcomes(routed.outcomes, places),
      other,
      indexGroups(pick(groups, places), other.weights),
    );
  };
  return {
    lowestLimit: Math.min(...limits),
    highestLimit: Math.max(...limits),
    beyondLimit: prompts.filter(({ novelty, limit }) => novelty > limit).length,
    strategy: routed === undefined ? null : nameStrategy(routed.id),
    bins: cutAtEqual(sorted).map((bin) => ({
      prompts: bin.length,
      meanNovelty: mean(bin.map(({ novelty }) => novelty)),
      qualityDifference: measureGain(bin),
    })),
  };
}

/** Cuts sorted prompts into bins of about equal count; equally novel prompts stay together. */
function cutAtEqual<Prompt extends { readonly novelty: number }>(
  sorted: readonly Prompt[],
): Prompt[][] {
  const bins: Prompt[][] = [];
  sorted.forEach((prompt, index) => {
    const isFull = index >= Math.round((bins.length * sorted.length) / binCount);
    const isEqual = prompt.novelty === sorted[index - 1]?.novelty;
    if (index === 0 || (isFull && !isEqual)) bins.push([prompt]);
    else bins.at(-1)?.push(prompt);
  });
  return bins;
}
