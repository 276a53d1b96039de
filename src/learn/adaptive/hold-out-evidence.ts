import { at, intAt } from '../../util/numeric-arrays.js';
import type { AdaptiveProblem } from './adaptive-problem.js';
import { createEProcess } from './e-process.js';
import { computeGroupedInterval, indexGroups } from '../evaluate/statistics/grouped-mean.js';
import type { Interval } from '../../policy/file/policy.js';
import type { KnownOutcomes } from './value-table.js';

/** A held-out prompt when it was opened: everything was decided before its outcomes were seen. */
export interface OpenedPrompt {
  readonly prompt: number;
  /** The model that the policy of the time chose. */
  readonly choice: number;
  /** The best single model of the time. */
  readonly baseline: number;
  /** Quality that a dollar was worth. */
  readonly costWeightPerUsd: number;
  /** Expected cost of each model on the prompt's task, in USD. */
  readonly costUsd: Float64Array;
}

/** What the held-out prompts show so far, valid whenever it is looked at. */
export interface HoldOutEvidence {
  /** Opened prompts whose outcomes are known. */
  readonly prompts: number;
  /** The smallest e-value, over the models in play, that routing gains over the model. */
  readonly gainEvidence: number;
  /** The e-value that routing gains less than it must be worth. */
  readonly futilityEvidence: number;
  /** What the policies so far gained over their baselines; null with fewer than two groups. */
  readonly gain: Interval | null;
}

/**
 * Weighs the opened prompts, group by group in the order in which they were opened. A prompt counts
 * as soon as the outcomes of its choice and of the model compared with are known.
 *
 * @param inPlay the models that routing has to beat, each of them
 * @param worth the gain that routing must be worth, in [0, 1]
 */
export function weighHoldOut(
  { groups, modelCount }: Pick<AdaptiveProblem, 'groups' | 'modelCount'>,
  opened: readonly OpenedPrompt[],
  known: KnownOutcomes,
  { inPlay, worth }: { readonly inPlay: readonly number[]; readonly worth: number },
): HoldOutEvidence {
  const differenceOf = (one: OpenedPrompt, model: number): number => {
    const row = one.prompt * modelCount;
    const gained = at(known.quality, row + one.choice) - at(known.quality, row + model);
    const paid = at(one.costUsd, one.choice) - at(one.costUsd, model);
    return gained - one.costWeightPerUsd * paid;
  };
  const groupOf = Int32Array.from(opened, ({ prompt }) => intAt(groups, prompt));
  const overBaseline = opened.map((one) => differenceOf(one, one.baseline));
  // Utility differences exceed 1 by at most what the costs of the models differ.
  const bound = Math.max(
    1,
    ...opened.map(({ costUsd, costWeightPerUsd }) => 1 + costWeightPerUsd * Math.max(...costUsd)),
  );
  const gainEvidence = inPlay.map((model) =>
    bet(
      averageGroups(
        groupOf,
        opened.map((one) => differenceOf(one, model)),
      ),
      (mean) => mean / bound,
    ),
  );
  const futilityEvidence = bet(
    averageGroups(groupOf, overBaseline),
    (mean) => (worth - mean) / (bound + worth),
  );
  return {
    prompts: overBaseline.filter((value) => !Number.isNaN(value)).length,
    gainEvidence: gainEvidence.length === 0 ? 1 : Math.min(...gainEvidence),
    futilityEvidence,
    gain: computeGroupedInterval(overBaseline, indexGroups(groupOf)),
  };
}

/** The mean of each group in order of appearance, without unknown values. */
function averageGroups(groupOf: Int32Array, values: readonly number[]): number[] {
  const sums = new Map<number, { sum: number; count: number }>();
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const own = sums.get(intAt(groupOf, index)) ?? { sum: 0, count: 0 };
    sums.set(intAt(groupOf, index), { sum: own.sum + value, count: own.count + 1 });
  });
  return Array.from(sums.values(), ({ sum, count }) => sum / count);
}

function bet(means: readonly number[], stake: (mean: number) => number): number {
  const process = createEProcess();
  for (const mean of means) process.add(stake(mean));
  return process.value;
}
