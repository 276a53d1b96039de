import { listRowWeights } from '../../../measure/outcomes/outcome-table.js';
import {
  canBeTaken,
  type PlanInput,
  type TableEstimates,
  type TrainedPlan,
} from './trained-plan.js';
import { indexGroups } from '../statistics/grouped-mean.js';
import { findBestSingle, findShownBetter } from '../strategies/find-best-single.js';
import { computeModelMeans, findLeast, type ModelMeans } from '../strategies/model-means.js';
import { createComparableLimit } from './comparable-limit.js';
import {
  describeRequest,
  findNeededMeasure,
  standardObjectives,
  type ObjectiveRequest,
} from './objective-request.js';
import { pick, valueAt } from '../../../util/numeric-arrays.js';
import { createPromiseContext } from './promise.js';
import { fitObjective, type PlanBasis } from './fit-objective.js';

/**
 * Makes every choice of a policy from the rows that any model can take: baseline, constants, and the
 * weights of each objective, fitted on estimates by scorers that did not see these rows. An objective
 * that needs costs or latencies is skipped unless they are known for every model.
 */
export function makePlan(given: PlanInput): TrainedPlan {
  const input = { ...given, rows: leaveOutUntaken(given) };
  const { table, rows, requests = standardObjectives } = input;
  const means = computeModelMeans(table, rows, input.taskOf);
  const named = input.baseline === undefined ? -1 : table.models.indexOf(input.baseline);
  const alone = keepModelsAlone(means, rows, input.estimates);
  const bestSingle = findBestSingle(table, rows, alone, input.groups);
  const baseline = named >= 0 ? named : bestSingle;
  const compared = { table, rows, means: alone, groups: input.groups };
  const isBaselineAlone = !Number.isNaN(alone.quality[baseline]);
  const best = isBaselineAlone ? findShownBetter(compared, baseline) : bestSingle;
  const noveltyLimit = computeNoveltyLimit(input.estimates.novelty, rows);
  const fallbackOrder = rankByQuality(means);
  const fittable = requests.filter((request) => isFittable(request, means));
  const groups = indexGroups(pick(input.groups, rows), listRowWeights(table, rows));
  const fitted = fittable.map((request) => {
    const isPoint = request.kind !== 'highest_quality' && request.guarantee === 'point';
    const references = named >= 0 || isPoint ? [baseline] : listKnownModels(means);
    const basis: PlanBasis = {
      guard: { baseline, noveltyLimit, fallbackOrder },
      best,
      means,
      alone,
      context: createPromiseContext(table, rows, groups, {
        references,
        limit: createComparableLimit(request, input, means, baseline),
      }),
    };
    const description = describeRequest(request, named >= 0 ? input.baseline : undefined);
    return fitObjective(request, description, input, basis);
  });
  return {
    baseline,
    isBaselineNamed: named >= 0,
    ...(!means.costUsd.some(Number.isNaN) && { cheapest: findLeast(alone.costUsd, alone.costUsd) }),
    bestOfTask: findBestOfTasks(input, baseline),
    objectives: fitted.map(({ objective }) => objective),
    constants: fitted.map(({ constant }) => constant),
    noveltyLimit,
    fallbackOrder,
  };
}

/**
 * Index of the model that a plan without a named baseline would use without routing: the best of those
 * that can be the only one.
 */
export function findBestAlone(
  given: Pick<PlanInput, 'table' | 'rows' | 'taskOf' | 'groups' | 'estimates'>,
): number {
  const { table, taskOf, groups, estimates } = given;
  const rows = leaveOutUntaken(given);
  const means = computeModelMeans(table, rows, taskOf);
  return findBestSingle(table, rows, keepModelsAlone(means, rows, estimates), groups);
}

/** The rows that any model can take; all rows where there are none. */
function leaveOutUntaken({ rows, estimates }: Pick<PlanInput, 'rows' | 'estimates'>): Int32Array {
  const taken = rows.filter((row) => canBeTaken(estimates, row));
  return taken.length === 0 ? rows : taken;
}

/** A model that can take this share of the prompts that any model can take stands for all of them. */
const aloneShare = 0.95;
/** Or else this share of what the most capable model can take: windows rest on estimated tokens. */
const mostCapableShare = 0.99;

/**
 * The means of the models that can be the only one; NaN of those that too many prompts are beyond.
 * If that is so of all, those that take the most prompts are left.
 */
export function keepModelsAlone(
  means: ModelMeans,
  rows: Int32Array,
  { feasible }: Pick<TableEstimates, 'feasible'>,
): ModelMeans {
  if (feasible === undefined) return means;
  const width = means.quality.length;
  const isFeasible = (row: number, model: number): boolean => feasible[row * width + model] === 1;
  const counts = means.quality.map((mean, model) =>
    Number.isNaN(mean) ? 0 : rows.filter((row) => isFeasible(row, model)).length,
  );
  const enough = Math.min(aloneShare * rows.length, mostCapableShare * Math.max(...counts));
  const keep = (values: readonly number[]): number[] =>
    values.map((value, model) => ((counts[model] ?? 0) >= enough ? value : Number.NaN));
  return {
    quality: keep(means.quality),
    costUsd: keep(means.costUsd),
    latencyMs: keep(means.latencyMs),
  };
}

/** Models by mean quality, best first; those without a mean last. */
function rankByQuality({ quality }: ModelMeans): number[] {
  const order = (model: number): number => {
    const value = valueAt(quality, model);
    return Number.isNaN(value) ? -1 : value;
  };
  return [...quality.keys()].sort((a, b) => order(b) - order(a));
}

function isFittable(request: ObjectiveRequest, means: ModelMeans): boolean {
  const needed = findNeededMeasure(request);
  if (needed === undefined) return true;
  return !(needed === 'cost' ? means.costUsd : means.latencyMs).some(Number.isNaN);
}

function listKnownModels({ quality }: ModelMeans): number[] {
  return [...quality.keys()].filter((model) => !Number.isNaN(quality[model]));
}

/** Index of the best model of each task by these rows; the baseline where none is of the task. */
export function findBestOfTasks(
  {
    table,
    taskOf,
    taskCount,
    groups,
    rows,
  }: Pick<PlanInput, 'table' | 'taskOf' | 'taskCount' | 'groups' | 'rows'>,
  baseline: number,
): Int32Array {
  return Int32Array.from({ length: taskCount }, (_, task) => {
    const own = rows.filter((row) => taskOf[row] === task);
    if (own.length === 0) return baseline;
    return findBestSingle(table, own, computeModelMeans(table, own), groups);
  });
}

/**
 * The novelty that one in 200 of the plan's prompts exceeds, but at least 0.5. Prompts of novelty 1
 * share no word with training: they count only if there are no others, so that a few without any
 * word do not make a limit that nothing exceeds.
 */
function computeNoveltyLimit(novelty: Float32Array, rows: Int32Array): number {
  const all = pick(novelty, rows);
  const known = all.filter((value) => value < 1);
  const sorted = (known.length > 0 ? known : all).sort();
  const limit = sorted[Math.floor(0.995 * (sorted.length - 1))] ?? 1;
  return Math.min(1, Math.max(0.5, Number(limit.toFixed(4))));
}
