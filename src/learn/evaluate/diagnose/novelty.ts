import { mean } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { computeGroupedInterval, indexGroups } from '../verdict/grouped-mean.js';
import type { HeldOut } from '../plan/held-out.js';
import type { Strategy } from '../plan/strategies.js';

/** Held-out prompts of about equal novelty. */
export interface NoveltyBin {
  readonly prompts: number;
  /** Mean share of the prompts' words, by weight, that training never saw. */
  readonly meanNovelty: number;
  /** Quality of routing less that of the best single model; 95 %, paired, by group. */
  readonly qualityDifference: Interval | null;
}

/** How unlike the training prompts the held-out ones are. */
export interface Novelty {
  /** Share of unseen words beyond which a prompt goes to the baseline: lowest and highest of the folds. */
  readonly lowestLimit: number;
  readonly highestLimit: number;
  /** Held-out prompts beyond it. */
  readonly beyondLimit: number;
  /** The strategy whose differences the bins have: the first routed one. Null without any. */
  readonly strategy: string | null;
  /** By rising novelty. */
  readonly bins: readonly NoveltyBin[];
}

const binCount = 5;

/** Computes what routing gains on more and on less familiar prompts. */
export function computeNovelty(
  { folds, estimates, groups }: Pick<HeldOut, 'folds' | 'estimates' | 'groups'>,
  strategies: readonly Strategy[],
): Novelty {
  const limits = folds.map(({ plan }) => plan.noveltyLimit);
  const prompts = folds
    .flatMap(({ rows, plan }) =>
      Array.from(rows, (row) => ({
        row,
        novelty: estimates.novelty[row] as number,
        limit: plan.noveltyLimit,
      })),
    )
    .map((prompt, index) => ({ ...prompt, index }));
  const routed = strategies.find(({ kind }) => kind === 'routed');
  const baseline = strategies.find(({ name }) => name === 'best single');
  const sorted = prompts.toSorted((a, b) => a.novelty - b.novelty || a.index - b.index);
  return {
    lowestLimit: Math.min(...limits),
    highestLimit: Math.max(...limits),
    beyondLimit: prompts.filter(({ novelty, limit }) => novelty > limit).length,
    strategy: routed?.name ?? null,
    bins: cutAtEqual(sorted).map((bin) => ({
      prompts: bin.length,
      meanNovelty: mean(bin.map(({ novelty }) => novelty)),
      qualityDifference: computeGroupedInterval(
        bin.map(
          ({ index }) =>
            (routed?.outcomes.quality[index] ?? Number.NaN) -
            (baseline?.outcomes.quality[index] ?? Number.NaN),
        ),
        indexGroups(
          bin.map(({ row }) => groups[row] as number),
          bin.map(({ index }) => baseline?.outcomes.weights[index] ?? 1),
        ),
      ),
    })),
  };
}

/** Cuts sorted prompts into bins of about equal count; equally novel ones stay together. */
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
