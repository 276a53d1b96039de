import { areAnswersPriced } from '../../measure/outcomes/entry-cost.js';
import { at, intAt } from '../../util/numeric-arrays.js';
import { readWeight, type AdaptiveProblem } from './adaptive-problem.js';
import { createEProcess } from './e-process.js';
import {
  computeBoundedInterval,
  computeGroupedInterval,
  indexGroups,
} from '../evaluate/statistics/grouped-mean.js';
import { differenceRange } from '../evaluate/strategies/quality-difference.js';
import type { Interval } from '../../policy/file/policy.js';
import { listComparableCosts, type KnownOutcomes } from './known-outcomes.js';

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
  /** The largest cost that was expected of any model on any task, in USD. */
  readonly maxCostUsd: number;
}

/** What the held-out prompts show so far. */
export interface HoldOutEvidence {
  /** Opened prompts whose outcomes are known. */
  readonly prompts: number;
  /** Those of them whose policy had chosen another model than its baseline; null where not recorded. */
  readonly routedAway: number | null;
  /** The smallest e-value, over the models in play, that routing gains over the model. */
  readonly gainEvidence: number;
  /** The e-value that routing gains less than it must be worth. */
  readonly futilityEvidence: number;
  /** Quality that the policies so far gained over their baselines; null with fewer than two groups. */
  readonly gain: Interval | null;
  /**
   * Mean measured cost of the policies' and of the baselines' answers, where both are known; null
   * where that is less than 90 % of the prompts.
   */
  readonly chosenUsd: number | null;
  readonly baselineUsd: number | null;
}

/** The weights of groups of prompts. */
export interface GroupWeights {
  readonly mean: number;
  readonly largest: number;
}

/** What is compared on held-out prompts. */
export interface Comparison {
  /** The models that routing has to beat, each of them. */
  readonly inPlay: readonly number[];
  /** The gain that routing must be worth, in [0, 1]. */
  readonly worth: number;
  /** Of the groups of all held-out prompts; see `weighGroups`. */
  readonly groupWeights: GroupWeights;
}

type Prompts = Pick<AdaptiveProblem, 'groups' | 'modelCount' | 'weights'>;

/**
 * Weighs the opened prompts, group by group in the order in which they were opened. A prompt counts
 * as soon as the outcomes of its choice and of the model compared with are known. The evidence is
 * valid whenever it is looked at; the interval is one of a fixed number of prompts.
 */
export function weighHoldOut(
  problem: Prompts,
  opened: readonly OpenedPrompt[],
  known: KnownOutcomes,
  { inPlay, worth, groupWeights }: Comparison,
): HoldOutEvidence {
  const { groups, modelCount } = problem;
  const compare = (one: OpenedPrompt, model: number): number => {
    const row = one.prompt * modelCount;
    return at(known.quality, row + one.choice) - at(known.quality, row + model);
  };
  // To save, quality is weighed against what the models were expected to cost.
  const differenceOf = (one: OpenedPrompt, model: number): number =>
    compare(one, model) -
    one.costWeightPerUsd * (at(one.costUsd, one.choice) - at(one.costUsd, model));
  const betAll = (stakeOf: (one: OpenedPrompt) => number): number =>
    bet(problem, opened, groupWeights, stakeOf);
  const gainEvidence = inPlay.map((model) =>
    betAll((one) => differenceOf(one, model) / findBound(one)),
  );
  const gained = opened.map((one) => compare(one, one.baseline));
  const seen = opened.filter((_, index) => !Number.isNaN(gained[index]));
  const groupOf = Int32Array.from(opened, ({ prompt }) => intAt(groups, prompt));
  const weights = opened.map(({ prompt }) => readWeight(problem, prompt));
  const index = indexGroups(groupOf, weights);
  const routedAway = seen.filter(({ choice, baseline }) => choice !== baseline).length;
  return {
    prompts: seen.length,
    routedAway,
    gainEvidence: gainEvidence.length === 0 ? 1 : Math.min(...gainEvidence),
    futilityEvidence: betAll(
      (one) => (worth - differenceOf(one, one.baseline)) / (findBound(one) + worth),
    ),
    // Policies that never left their baselines gained nothing for certain.
    gain:
      routedAway === 0
        ? computeGroupedInterval(gained, index)
        : computeBoundedInterval(gained, index, differenceRange),
    ...compareCosts(problem, seen, known),
  };
}

/** Weighs groups: a bet on one counts in proportion to the prompts that it stands for. */
export function weighGroups(problem: Prompts, prompts: Int32Array): GroupWeights {
  const weightOf = new Map<number, number>();
  let sum = 0;
  for (const prompt of prompts) {
    const group = intAt(problem.groups, prompt);
    const weight = readWeight(problem, prompt);
    weightOf.set(group, (weightOf.get(group) ?? 0) + weight);
    sum += weight;
  }
  if (weightOf.size === 0) return { mean: 1, largest: 1 };
  return { mean: sum / weightOf.size, largest: Math.max(...weightOf.values()) };
}

/** Differences exceed 1 by at most what the costs of the models differ. */
function findBound({ costWeightPerUsd, maxCostUsd }: OpenedPrompt): number {
  return 1 + costWeightPerUsd * maxCostUsd;
}

/** Bets on each group the sum of its prompts' stakes by weight, without unknown ones. */
function bet(
  problem: Prompts,
  opened: readonly OpenedPrompt[],
  { mean, largest }: GroupWeights,
  stakeOf: (one: OpenedPrompt) => number,
): number {
  const stakes = new Map<number, number>();
  for (const one of opened) {
    const stake = (stakeOf(one) * readWeight(problem, one.prompt)) / largest;
    const group = intAt(problem.groups, one.prompt);
    if (!Number.isNaN(stake)) stakes.set(group, (stakes.get(group) ?? 0) + stake);
  }
  const process = createEProcess(largest / mean);
  for (const stake of stakes.values()) process.add(stake);
  return process.value;
}

function compareCosts(
  problem: Prompts,
  seen: readonly OpenedPrompt[],
  known: KnownOutcomes,
): Pick<HoldOutEvidence, 'chosenUsd' | 'baselineUsd'> {
  const costUsd = listComparableCosts(known, problem.modelCount);
  const sums = { priced: 0, weight: 0, chosenUsd: 0, baselineUsd: 0 };
  for (const { prompt, choice, baseline } of seen) {
    const row = prompt * problem.modelCount;
    const [chosenUsd, baselineUsd] = [at(costUsd, row + choice), at(costUsd, row + baseline)];
    if (Number.isNaN(chosenUsd + baselineUsd)) continue;
    sums.priced += 1;
    const weight = readWeight(problem, prompt);
    sums.weight += weight;
    sums.chosenUsd += weight * chosenUsd;
    sums.baselineUsd += weight * baselineUsd;
  }
  if (sums.weight === 0 || !areAnswersPriced(sums.priced, seen.length)) {
    return { chosenUsd: null, baselineUsd: null };
  }
  return {
    chosenUsd: sums.chosenUsd / sums.weight,
    baselineUsd: sums.baselineUsd / sums.weight,
  };
}
