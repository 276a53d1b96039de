import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { computeModelMeans } from '../evaluate/strategies/model-means.js';
import type { Capability } from '../../policy/decide/request-needs.js';
import { listRows, viewMatrix } from '../../util/numeric-arrays.js';
import type { ModelLimits } from './model-limits.js';
import type { TrainingData } from './training-data.js';
import { selectUniformData } from './uniform-data.js';

export interface DominatedModel {
  readonly model: string;
  /** A model that is at least as good and no more expensive on every task. */
  readonly by: string;
}

/** A model dominates if it is better overall by this quality, or cheaper by this share. */
const qualityMargin = 0.01;
const costMargin = 0.05;

/** A model with outcomes for this share of another's prompts can take its place: some calls fail. */
const replacementShare = 0.95;

/**
 * Finds models that are of no use: another model has at least their mean quality at no more than
 * their mean cost on every task, overall is better or cheaper by a margin, and takes all that they
 * take. The margin keeps both of two similar models out. Empty where costs are not known.
 *
 * @param limits by model; one without limits takes every prompt
 */
export function findDominatedModels(
  data: TrainingData,
  limits: ReadonlyMap<string, ModelLimits> = new Map(),
): DominatedModel[] {
  const { table, taskOf } = selectUniformData(data);
  const { tasks } = data;
  const rows = listRows(table.prompts.length);
  const overall = collectMeans(table, rows);
  const byTask = tasks.map((_, task) =>
    collectMeans(
      table,
      rows.filter((row) => taskOf[row] === task),
    ),
  );
  const kinds = [rows, ...selectDemanding(data, table)];
  const nameOf = (model: number): string => table.models[model] ?? '';
  const dominates = (other: number, model: number): boolean =>
    other !== model &&
    isWithin(limits.get(nameOf(model)), limits.get(nameOf(other))) &&
    kinds.every((prompts) => isReplaced(table, prompts, { model, by: other })) &&
    isClearlyBetter(overall[other] as ModelMean, overall[model] as ModelMean) &&
    byTask.every((means) => isNoWorse(means[other] as ModelMean, means[model] as ModelMean));
  return table.models.flatMap((model, index) => {
    const by = table.models.find((_, other) => dominates(other, index));
    return by === undefined ? [] : [{ model, by }];
  });
}

/** The prompts that need each capability, which may be few but beyond a model as a whole. */
function selectDemanding({ table: all, needs }: TrainingData, table: OutcomeTable): Int32Array[] {
  const needsOf = new Map(all.prompts.map(({ id }, row) => [id, needs[row]?.capabilities ?? []]));
  const rows = listRows(table.prompts.length);
  return [...new Set(needs.flatMap(({ capabilities }) => capabilities))].map((name) =>
    rows.filter((row) => needsOf.get(table.prompts[row]?.id ?? '')?.includes(name)),
  );
}

/** Whether a model has outcomes of the prompts that another has outcomes of, but for a few. */
function isReplaced(
  table: OutcomeTable,
  rows: Int32Array,
  { model, by }: { readonly model: number; readonly by: number },
): boolean {
  const quality = viewMatrix(table.quality, table.models.length);
  const own = rows.filter((row) => !Number.isNaN(quality.at(row, model)));
  const both = own.filter((row) => !Number.isNaN(quality.at(row, by)));
  return both.length >= replacementShare * own.length;
}

/** Whether the limits of a model allow all that those of another allow. */
function isWithin(model: ModelLimits = {}, by: ModelLimits = {}): boolean {
  const lacksSome = Object.entries(by.capabilities ?? {}).some(
    ([name, has]) => !has && model.capabilities?.[name as Capability] !== false,
  );
  return !lacksSome && (model.contextWindow ?? Infinity) <= (by.contextWindow ?? Infinity);
}

interface ModelMean {
  readonly quality: number;
  readonly costUsd: number;
}

/** Mean quality and cost of each model. */
function collectMeans(table: OutcomeTable, rows: Int32Array): ModelMean[] {
  const means = computeModelMeans(table, rows);
  return table.models.map((_, model) => ({
    quality: means.quality[model] as number,
    costUsd: means.costUsd[model] as number,
  }));
}

function isNoWorse(other: ModelMean, model: ModelMean): boolean {
  return other.quality >= model.quality && other.costUsd <= model.costUsd;
}

function isClearlyBetter(other: ModelMean, model: ModelMean): boolean {
  return (
    other.quality - model.quality >= qualityMargin ||
    // Not `<=`: neither of two free models costs less than the other.
    other.costUsd < (1 - costMargin) * model.costUsd
  );
}
