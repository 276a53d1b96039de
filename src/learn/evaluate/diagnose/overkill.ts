import { probit } from 'simple-statistics';
import type { Interval } from '../../../policy/file/policy.js';
import { listRowWeights, type OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import { nullIfUnknown } from '../../../util/null-if-unknown.js';
import { computeGroupedInterval, indexGroups, type GroupIndex } from '../verdict/grouped-mean.js';
import {
  adjustByHolm,
  computeGuardedMean,
  testNonInferiority,
} from '../verdict/non-inferiority.js';
import { computeKnownMean } from '../verdict/outcomes.js';
import { groupRows, listTaskNames } from './task-names.js';

export interface OverkillSettings {
  /** The model that is used now. */
  readonly baseline: string;
  /** A model that is worse by this much quality, or more, is worse. @default 0.03 */
  readonly margin?: number;
  /** Chance that any model of the table is called "not worse" though it is. @default 0.05 */
  readonly error?: number;
  /** Group of near-duplicates of each prompt. */
  readonly groups: ArrayLike<number>;
  /** Task index of each prompt, -1 where unknown; for the names of latent tasks. */
  readonly taskOf: Int32Array;
}

/** A model that costs less than the baseline on a task by more than chance explains, on the prompts that both answered. */
export interface CheaperModel {
  readonly model: string;
  readonly prompts: number;
  readonly quality: number;
  readonly costUsd: number;
  /** Quality less the baseline's: 95 %, paired, by group, not adjusted for the number of tests. */
  readonly difference: Interval | null;
  /** What is saved per request. */
  readonly savedUsd: Interval | null;
  /** Of "worse by the margin or more", adjusted for all tests of the table (Holm). */
  readonly pValue: number;
  /** Whether it is shown not to be worse. */
  readonly notWorse: boolean;
}

/**
 * What the prompts of a task say of the baseline there:
 * `overkill` a cheaper model is shown not to be worse; `not_shown` one may be, and more prompts
 * would tell; `needed` all cheaper ones were worse by more than the margin; `cheapest` none costs
 * less; `unknown` the baseline's quality or cost is not known.
 */
export type OverkillFinding = 'overkill' | 'not_shown' | 'needed' | 'cheapest' | 'unknown';

export interface OverkillTask {
  /** Null for prompts without a label. */
  readonly task: string | null;
  readonly prompts: number;
  readonly groups: number;
  /** Null where nothing is known. */
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly finding: OverkillFinding;
  /** The cheapest model that is not worse; for `not_shown`, the cheapest that may not be. */
  readonly cheaper: CheaperModel | null;
  /** For `not_shown`: prompts of this task with which it would be shown, if all stays as observed. */
  readonly promptsNeeded: number | null;
  /** All models that cost less, cheapest first. */
  readonly candidates: readonly CheaperModel[];
}

export interface Overkill {
  readonly baseline: string;
  readonly margin: number;
  readonly error: number;
  /** How many pairs of task and cheaper model were tested. */
  readonly tests: number;
  readonly simulated: boolean;
  /** By name; prompts without a label last. */
  readonly tasks: readonly OverkillTask[];
}

/**
 * Finds, task by task, the cheapest model that is shown not to be worse than the one in use. Only
 * models that cost less, by more than chance explains, are tested: that looks at no quality, and so
 * needs no correction.
 */
export function computeOverkill(table: OutcomeTable, settings: OverkillSettings): Overkill {
  const { baseline, margin = 0.03, error = 0.05, groups, taskOf } = settings;
  const names = listTaskNames(table, taskOf);
  const rowsOfTask = groupRows(names.keys(), (row) => names[row] ?? null);
  const tasks = Array.from(rowsOfTask, ([task, rows]) => {
    const index = indexGroups(
      rows.map((row) => groups[row] as number),
      listRowWeights(table, Int32Array.from(rows)),
    );
    return { task, index, rows, ...measureTask(table, rows, index, { baseline, margin }) };
  });
  const pValues = adjustByHolm(
    tasks.flatMap(({ candidates }) => candidates.map(({ measured }) => measured.pValue)),
  );
  let test = 0;
  return {
    baseline,
    margin,
    error,
    tests: pValues.length,
    simulated: table.simulated,
    tasks: tasks.map(({ task, rows, index, quality, costUsd, candidates }) => {
      const adjusted = candidates.map(({ measured }): CheaperModel => {
        const pValue = pValues[test++] as number;
        return { ...measured, pValue, notWorse: pValue <= error };
      });
      const { finding, place } = judge(quality, costUsd, adjusted, margin);
      const found = place < 0 ? undefined : candidates[place];
      return {
        task,
        prompts: rows.length,
        groups: index.count,
        quality: nullIfUnknown(quality),
        costUsd: nullIfUnknown(costUsd),
        finding,
        cheaper: adjusted[place] ?? null,
        promptsNeeded:
          finding === 'not_shown' && found !== undefined
            ? computePromptsToShow(found.differences, index, margin, error / pValues.length)
            : null,
        candidates: adjusted,
      };
    }),
  };
}

interface MeasuredModel {
  readonly measured: Omit<CheaperModel, 'notWorse'>;
  readonly differences: Float64Array;
}

function measureTask(
  table: OutcomeTable,
  rows: readonly number[],
  groups: GroupIndex,
  { baseline, margin }: { readonly baseline: string; readonly margin: number },
) {
  const width = table.models.length;
  const column = table.models.indexOf(baseline);
  const take = (matrix: Float32Array, model: number): Float64Array =>
    Float64Array.from(rows, (row) => matrix[row * width + model] as number);
  const own = { quality: take(table.quality, column), costUsd: take(table.costUsd, column) };
  const candidates = table.models.flatMap((model, index): MeasuredModel[] => {
    const quality = take(table.quality, index);
    const costUsd = take(table.costUsd, index);
    const differences = quality.map((value, row) => value - (own.quality[row] as number));
    const saved = costUsd.map((value, row) => (own.costUsd[row] as number) - value);
    const isKnown = differences.map((value) => (Number.isNaN(value) ? 0 : 1));
    const prompts = isKnown.reduce((sum, value) => sum + value, 0);
    const paired = (values: Float64Array): number =>
      computeKnownMean(
        values.map((value, row) => (isKnown[row] === 1 ? value : Number.NaN)),
        groups.weights,
      );
    const savedUsd = computeGroupedInterval(saved, groups);
    if (index === column || !((savedUsd?.low ?? 0) > 0) || prompts === 0) return [];
    return [
      {
        measured: {
          model,
          prompts,
          quality: paired(quality),
          costUsd: paired(costUsd),
          difference: computeGroupedInterval(differences, groups),
          savedUsd,
          pValue: testNonInferiority(differences, groups, margin),
        },
        differences,
      },
    ];
  });
  return {
    quality: computeKnownMean(own.quality, groups.weights),
    costUsd: computeKnownMean(own.costUsd, groups.weights),
    candidates: candidates.sort((a, b) => a.measured.costUsd - b.measured.costUsd),
  };
}

function judge(
  quality: number,
  costUsd: number,
  candidates: readonly CheaperModel[],
  margin: number,
): { readonly finding: OverkillFinding; readonly place: number } {
  if (Number.isNaN(quality + costUsd)) return { finding: 'unknown', place: -1 };
  if (candidates.length === 0) return { finding: 'cheapest', place: -1 };
  const shown = candidates.findIndex(({ notWorse }) => notWorse);
  if (shown >= 0) return { finding: 'overkill', place: shown };
  const possible = candidates.findIndex(({ difference }) => (difference?.mean ?? -1) > -margin);
  return possible >= 0
    ? { finding: 'not_shown', place: possible }
    : { finding: 'needed', place: -1 };
}

/** Prompts with which the difference that was observed would be shown with 80 % probability. */
function computePromptsToShow(
  differences: Float64Array,
  groups: GroupIndex,
  margin: number,
  error: number,
): number | null {
  const { mean, standardError, count } = computeGuardedMean(differences, groups);
  const distance = computeKnownMean(differences, groups.weights) + margin;
  if (!(distance > 0) || !Number.isFinite(mean)) return null;
  const spread = standardError * Math.sqrt(count);
  return Math.ceil(((probit(1 - error) + probit(0.8)) * (spread / distance)) ** 2);
}
