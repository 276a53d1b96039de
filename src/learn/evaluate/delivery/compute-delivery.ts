import type { Interval, Objective } from '../../../policy/file/policy.js';
import {
  canBeTaken,
  chooseForRow,
  type TableEstimates,
  type TrainedPlan,
} from '../plan/trained-plan.js';
import { collectOutcomes, noModel, type Outcomes } from '../strategies/chosen-outcomes.js';
import { computeSingleModels, useSingleModel } from './single-models.js';
import {
  computeModelMeans,
  computeShownMean,
  pickOnlyModel,
  type MeanFigures,
} from '../strategies/model-means.js';
import { clampInterval } from '../statistics/grouped-mean.js';
import { capSaving } from '../strategies/paired-mean.js';
import { differenceRange, qualityRange } from '../strategies/quality-difference.js';
import { compareStrategies, type StrategyComparison } from '../strategies/compare-strategies.js';
import {
  listHeldOutGroups,
  listHeldOutRows,
  type HeldOut,
  type Refits,
} from '../verdict/held-out.js';
import {
  chooseConstant,
  chooseRows,
  collectChoices,
  collectConstant,
  objectiveAt,
} from '../verdict/held-out-strategies.js';
import {
  applyRefitEffect,
  computeChange,
  computeRefitEffect,
  leaveOutShift,
  scaleRefitEffect,
  type RefitEffect,
} from './refit-effect.js';

/** What a policy file delivers on new prompts like those of the run. */
export interface Delivery {
  /** The model that differences and savings are from: the file's baseline. */
  readonly baseline: string;
  readonly objectives: readonly DeliveredObjective[];
}

/**
 * What the file delivers under one objective, compared with the baseline for every prompt. The 95 %
 * intervals allow for the chance of which prompts were held out, and for the file being fitted to
 * more prompts than the folds were. One model that takes every prompt has the
 * figures of that model.
 */
export interface DeliveredObjective extends StrategyComparison {
  readonly objective: string;
  /** The one model that the file uses for all prompts; null where it routes. */
  readonly model: string | null;
  /** Held-out prompts that the one model cannot take, so that another one does; 0 where the file routes. */
  readonly promptsBeyondModel: number;
  /** Whether latency counts in its verdict: the objective saves it, or has a weight of it. */
  readonly weighsLatency: boolean;
}

/**
 * Computes what a policy file delivers from the held-out results of its plan. The file's scorer was
 * fitted to all prompts, so no prompt of the run is new to it; how its choices differ from those of
 * the folds' scorers is measured on estimates that are out of fold for both.
 *
 * @param objectives of the plan, as the file has them
 * @returns null where the folds have plans of their own, so that no file has this plan
 */
export function computeDelivery(
  heldOut: HeldOut,
  objectives: readonly Objective[],
  seed: number,
): Delivery | null {
  const { table, refits, folds } = heldOut;
  const plan = folds[0]?.plan;
  if (refits === undefined || plan === undefined) return null;
  const rows = listHeldOutRows(heldOut);
  const groups = listHeldOutGroups(heldOut);
  const reference = collectConstant(heldOut, plan.baseline);
  const isConstant = objectives.every(({ constantModel }) => constantModel !== undefined);
  const estimates = isConstant ? usePooled(heldOut, refits) : heldOut.estimates;
  const choices = objectives.map(({ constantModel }, index) =>
    constantModel === undefined
      ? chooseRouted(heldOut, index)
      : chooseConstant(heldOut, { index, model: table.models.indexOf(constantModel), estimates }),
  );
  const means = computeModelMeans(table, rows, heldOut.taskOf);
  const referenceMeans = pickOnlyModel(means, reference);
  const comparisons = compareStrategies(
    choices.map((own) => collectChoices(heldOut, own)),
    { reference, referenceMeans, groups, seed },
  );
  const compared = { table, rows, groups, taskOf: heldOut.taskOf };
  const models = computeSingleModels(compared, means, reference);
  return {
    baseline: table.models[plan.baseline] as string,
    objectives: objectives.map(({ name, constantModel }, index): DeliveredObjective => {
      const comparison = comparisons[index] as StrategyComparison;
      const { saves, latencyWeightPerSecond } = objectiveAt(plan, index);
      const identity = {
        objective: name,
        model: constantModel ?? null,
        promptsBeyondModel: 0,
        weighsLatency: saves === 'latency' || latencyWeightPerSecond > 0,
      };
      if (constantModel === undefined) {
        const effects = computeEffects(heldOut, refits, { plan, index, reference, referenceMeans });
        return { ...identity, ...applyEffects(comparison, effects) };
      }
      const only = table.models.indexOf(constantModel);
      const promptsBeyondModel = countBeyond(choices[index] as Int32Array, only);
      if (promptsBeyondModel > 0) return { ...identity, promptsBeyondModel, ...comparison };
      return { ...identity, ...useSingleModel(comparison, constantModel, models) };
    }),
  };
}

function countBeyond(choices: Int32Array, only: number): number {
  return choices.filter((choice) => choice !== only && choice !== noModel).length;
}

/** Held-out choices of routing under an objective. */
function chooseRouted(heldOut: HeldOut, index: number): Int32Array {
  return chooseRows(heldOut, (row, plan) =>
    chooseForRow(heldOut.estimates, row, plan, objectiveAt(plan, index)),
  );
}

/**
 * The estimates of a file that never routes. A prompt that a model can take by the estimates of its
 * fold, but none by these, is taken as there: the figures are of the same prompts in every case.
 */
function usePooled({ table, estimates }: HeldOut, { pooled }: Refits): TableEstimates {
  if (pooled.feasible === undefined || estimates.feasible === undefined) return pooled;
  const width = table.models.length;
  const feasible = pooled.feasible.slice();
  table.prompts.forEach((_, row) => {
    if (canBeTaken(pooled, row)) return;
    const cells = [row * width, (row + 1) * width] as const;
    feasible.set(estimates.feasible?.subarray(...cells) ?? [], cells[0]);
  });
  return { ...pooled, feasible };
}

interface Effects {
  readonly quality: RefitEffect;
  readonly costUsd: RefitEffect;
  readonly latencyMs: RefitEffect;
  readonly costSaved: RefitEffect;
  readonly latencySaved: RefitEffect;
}

/** Refit effects of routing under an objective of the shared plan. */
function computeEffects(
  heldOut: HeldOut,
  { whole, folds, plan: planOfFile }: Refits,
  use: {
    readonly plan: TrainedPlan;
    readonly index: number;
    readonly reference: Outcomes;
    readonly referenceMeans: MeanFigures | undefined;
  },
): Effects {
  const { plan, index, reference, referenceMeans } = use;
  const { table } = heldOut;
  const pairs = folds.map(({ trainingRows, outOfFold }) => {
    const collect = (estimates: TableEstimates, own: TrainedPlan): Outcomes => {
      const choices = trainingRows.map((row) =>
        chooseForRow(estimates, row, own, objectiveAt(own, index)),
      );
      return collectOutcomes(table, trainingRows, choices);
    };
    return { before: collect(outOfFold, plan), after: collect(whole, planOfFile ?? plan) };
  });
  const measure = (name: 'quality' | 'costUsd' | 'latencyMs'): RefitEffect =>
    computeRefitEffect(
      pairs.map(({ before, after }) => computeChange(before[name], after[name], before.weights)),
    );
  const toShare = (effect: RefitEffect, name: 'costUsd' | 'latencyMs'): RefitEffect =>
    scaleRefitEffect(effect, -1 / computeShownMean(reference, name, referenceMeans));
  const costUsd = measure('costUsd');
  const latencyMs = measure('latencyMs');
  return {
    // The heads saw the qualities of these rows, so a gain in quality may be theirs alone.
    quality: leaveOutShift(measure('quality')),
    costUsd,
    latencyMs,
    costSaved: toShare(costUsd, 'costUsd'),
    latencySaved: toShare(latencyMs, 'latencyMs'),
  };
}

function applyEffects(comparison: StrategyComparison, effects: Effects): StrategyComparison {
  const apply = (interval: Interval | null, effect: RefitEffect): Interval | null =>
    interval === null ? null : applyRefitEffect(interval, effect);
  const quality = apply(comparison.intervals.quality, effects.quality);
  const shift = (mean: number | null, effect: RefitEffect): number | null =>
    mean === null ? null : mean + effect.shift;
  const { intervals } = comparison;
  return {
    ...comparison,
    costUsd: shift(comparison.costUsd, effects.costUsd),
    latencyMs: shift(comparison.latencyMs, effects.latencyMs),
    intervals: {
      quality: quality && clampInterval(quality, qualityRange),
      costUsd: apply(intervals.costUsd, effects.costUsd),
      latencyMs: apply(intervals.latencyMs, effects.latencyMs),
    },
    qualityDifference: clampInterval(
      applyRefitEffect(comparison.qualityDifference, effects.quality),
      differenceRange,
    ),
    costSaved: capSaving(apply(comparison.costSaved, effects.costSaved)),
    latencySaved: capSaving(apply(comparison.latencySaved, effects.latencySaved)),
  };
}
