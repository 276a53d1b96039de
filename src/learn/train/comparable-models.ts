import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { listUniformRows, selectUniformRows } from '../../measure/outcomes/chosen-cells.js';
import { minHeldOutShare } from '../../measure/outcomes/sweep-design.js';
import { balanceTasks, canBalance } from '../../measure/outcomes/balance-tasks.js';
import { keepGraded, keepModels, listGradedRows } from '../../measure/outcomes/select-models.js';
import { RoutesmithError } from '../../util/errors.js';
import { groupBy } from '../../util/group-by.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { intAt, listRows, viewMatrix } from '../../util/numeric-arrays.js';
import { minCompleteRows } from '../evaluate/strategies/chosen-outcomes.js';
import { linkModels } from '../evaluate/strategies/link-models.js';

/** A model of a run that cannot be compared with the others. */
export interface LeftOutModel {
  readonly model: string;
  /** Prompts with a quality of this model. */
  readonly outcomes: number;
  /** Why, as a sentence with the model's name. */
  readonly reason: string;
  /** Whether an adaptive sweep has too few held-out outcomes of it, often because it was ruled out. */
  readonly isRuledOut?: boolean;
  /** The model and those that it can be compared with, if there are any: others are compared instead. */
  readonly comparableSet?: readonly string[];
}

/** A model with outcomes for at least this share of the prompts has enough of them. */
const enoughShare = 0.5;
/** So has one with this many outcomes: its mean is known to about 0.1. */
const enoughOutcomes = 100;
/**
 * Models are compared where they share 20 prompts, or this share of the prompts of the one with fewer: of
 * two that lack half of the prompts independently, about half.
 */
const enoughSharedShare = 1 / 3;
/** A task with at least this share of the prompts, and this many, needs an outcome. */
const minTaskShare = 0.05;
const minTaskPrompts = 10;

/**
 * Leaves out the models that cannot be compared: those without outcomes, with few of them, with none
 * in a whole task, or with hardly any of the same prompts as the others. Routing would send prompts to
 * a model there that nobody has measured, and held-out prompts without an outcome could not show that
 * it went wrong.
 */
export function leaveOutModels(table: OutcomeTable): {
  readonly table: OutcomeTable;
  readonly leftOut: readonly LeftOutModel[];
} {
  const leftOut = findLeftOut(table);
  return { table: dropModels(table, leftOut), leftOut };
}

function dropModels(table: OutcomeTable, leftOut: readonly LeftOutModel[]): OutcomeTable {
  const names = new Set(leftOut.map(({ model }) => model));
  return keepModels(table, new Set(table.models.filter((model) => !names.has(model))));
}

/**
 * Selects the models and prompts on which policies can be compared: the models that share prompts, and
 * the prompts with an outcome of these; of an adaptive sweep only its held-out prompts and the models
 * that it asked for them.
 *
 * @returns the table, weighted as training weights it, its rows in the whole one, and the models that
 * it lacks
 * @throws RoutesmithError `insufficient_data` where no two models have outcomes of the same prompts
 */
export function selectComparable(whole: OutcomeTable): {
  readonly table: OutcomeTable;
  readonly rows: Int32Array;
  readonly leftOut: readonly LeftOutModel[];
} {
  if (whole.design !== 'adaptive') {
    checkLinked(whole);
    const leftOut = findUnlinked(whole);
    const table = dropModels(whole, leftOut);
    return { table: leaveOutUngraded(table), rows: listGradedRows(table), leftOut };
  }
  const { table, leftOut } = leaveOutModels(whole);
  const heldOut = selectUniformRows(table);
  const places = listUniformRows(whole);
  return {
    table: keepGraded(heldOut),
    rows: listGradedRows(heldOut).map((row) => intAt(places, row)),
    leftOut,
  };
}

/**
 * Leaves out the prompts without an outcome, which show nothing of any model, and balances the tasks
 * again where they were balanced with these. Of an adaptive sweep they are part of the design and stay.
 */
export function leaveOutUngraded(table: OutcomeTable): OutcomeTable {
  if (table.design === 'adaptive') return table;
  const graded = keepGraded(table);
  const isUnbalanced = graded !== table && graded.balance === 'task' && canBalance(graded);
  return isUnbalanced ? balanceTasks(graded) : graded;
}

/** What training leaves out of a table. */
export interface LeftOut {
  /** See `leaveOutModels`. */
  readonly leftOutModels: readonly LeftOutModel[];
  /** Prompts without an outcome of a model that is compared; see `leaveOutUngraded`. */
  readonly ungradedPrompts: number;
  /** Labels of the table that only such prompts have, in alphabetical order. */
  readonly ungradedTasks: readonly string[];
}

/** The labels of a table that none of the prompts that are left of it has, in alphabetical order. */
export function listUngradedTasks(
  given: Pick<OutcomeTable, 'prompts'>,
  left: Pick<OutcomeTable, 'prompts'>,
): string[] {
  const known = new Set(left.prompts.map(({ task }) => task));
  const tasks = given.prompts.flatMap(({ task }) => (task === undefined ? [] : [task]));
  return [...new Set(tasks)].filter((task) => !known.has(task)).sort();
}

/** What was left out and what to do about it, a message for each model and one for the prompts. */
export function describeLeftOut({
  leftOutModels,
  ungradedPrompts,
  ungradedTasks,
}: LeftOut): string[] {
  const models = leftOutModels.map(describeLeftOutModel);
  if (ungradedPrompts === 0) return models;
  const [have, them] = ungradedPrompts === 1 ? ['has', 'It is'] : ['have', 'They are'];
  const tasks =
    ungradedTasks.length === 0
      ? ''
      : `, and so ${ungradedTasks.length === 1 ? 'is the whole task' : 'are the whole tasks'} ${joinNames(ungradedTasks)}`;
  return [
    ...models,
    `${formatCount(ungradedPrompts, 'prompt')} ${have} no outcome of a compared model. ${them} left out of all results${tasks}: ` +
      'sweep the missing cells, or grade their answers.',
  ];
}

/** Why a model was left out and what to do about it. */
export function describeLeftOutModel({
  reason,
  outcomes,
  isRuledOut,
  comparableSet,
}: LeftOutModel): string {
  const instead =
    comparableSet === undefined
      ? ''
      : `, or train on ${joinNames(comparableSet)} instead: --models ${comparableSet.join(',')}`;
  const fix =
    isRuledOut === true
      ? 'Run the adaptive sweep again if it was stopped or calls failed; otherwise, to compare it, sweep all prompts without --adaptive.'
      : outcomes === 0
        ? 'Check its name in the pool, or sweep it.'
        : `Sweep the missing prompts${instead}.`;
  return `${reason}, so it is left out. ${fix}`;
}

/** The models that an adaptive sweep did not ask for the held-out prompts. */
function findRuledOut(table: OutcomeTable): LeftOutModel[] {
  const { models, prompts, quality } = selectUniformRows(table);
  const all = formatCount(prompts.length, 'held-out prompt');
  return models.flatMap((model, column): LeftOutModel[] => {
    const outcomes = prompts.filter(
      (_, row) => !Number.isNaN(quality[row * models.length + column]),
    ).length;
    if (outcomes > 0 && outcomes >= minHeldOutShare * prompts.length) return [];
    const reason = `${model} has outcomes for only ${formatWhole(outcomes)} of ${all}: the adaptive sweep ruled it out, its calls failed, or the sweep was stopped`;
    return [{ model, outcomes, reason, isRuledOut: true }];
  });
}

function findLeftOut(table: OutcomeTable): LeftOutModel[] {
  if (table.design === 'adaptive') return findRuledOut(table);
  const quality = viewMatrix(table.quality, table.models.length);
  const isKnown = (row: number, column: number): boolean => !Number.isNaN(quality.at(row, column));
  const measured = [...table.prompts.keys()].filter((row) =>
    table.models.some((_, column) => isKnown(row, column)),
  );
  const tasks = [...groupBy(measured, (row) => table.prompts[row]?.task)].filter(
    ([task, rows]) =>
      task !== undefined && rows.length >= Math.max(minTaskPrompts, minTaskShare * measured.length),
  );
  const all = formatCount(measured.length, 'prompt');
  const alone = table.models.flatMap((model, column): LeftOutModel[] => {
    const outcomes = measured.filter((row) => isKnown(row, column)).length;
    const leaveOut = (reason: string): LeftOutModel[] => [{ model, outcomes, reason }];
    if (outcomes === 0) return leaveOut(`${model} has no outcomes`);
    const known = `${model} has outcomes for only ${formatWhole(outcomes)} of ${all}`;
    if (outcomes < Math.min(enoughOutcomes, enoughShare * measured.length)) return leaveOut(known);
    const missing = tasks.filter(([, rows]) => !rows.some((row) => isKnown(row, column)));
    if (missing.length === 0) return [];
    return leaveOut(`${known}, and for none of ${missing.map(([task]) => task).join(', ')}`);
  });
  return [...alone, ...findUnlinked(table, new Set(alone.map(({ model }) => model)))];
}

/**
 * Sets of the models that can be compared, by the prompts that they share, in the order of `linkModels`;
 * of the models with outcomes but for those left out.
 */
function linkByPrompts(table: OutcomeTable, leftOut: ReadonlySet<string> = new Set()): string[][] {
  const { models, prompts } = table;
  const quality = viewMatrix(table.quality, models.length);
  const rows = listRows(prompts.length);
  const outcomes = models
    .map((model, column) => ({ model, values: quality.column(column, rows) }))
    .filter(({ model, values }) => !leftOut.has(model) && !values.every(Number.isNaN));
  const sets = linkModels(
    outcomes.map(({ values }) => values),
    outcomes.map(({ model }) => model),
    countNeeded,
  );
  return sets.map((set) =>
    set.map((place) => (outcomes[place] as { readonly model: string }).model),
  );
}

/** How many prompts two models have to share, by the outcomes of the one with fewer. */
function countNeeded(fewer: number): number {
  return Math.ceil(Math.min(minCompleteRows, enoughSharedShare * fewer));
}

/** Of two models of different sets, those that are closest to being compared, and what they lack. */
function describeClosest(
  table: OutcomeTable,
  sets: readonly [readonly string[], readonly string[]],
): string {
  const quality = viewMatrix(table.quality, table.models.length);
  const rows = listRows(table.prompts.length);
  const listGraded = (model: string): Set<number> => {
    const column = table.models.indexOf(model);
    return new Set(rows.filter((row) => !Number.isNaN(quality.at(row, column))));
  };
  const graded = new Map(sets.flat().map((model) => [model, listGraded(model)]));
  const [firsts, seconds] = sets;
  const pairs = firsts.flatMap((first) =>
    seconds.flatMap((second) => {
      const [own, other] = [graded.get(first), graded.get(second)];
      if (first === second || own === undefined || other === undefined) return [];
      const shared = [...own].filter((row) => other.has(row)).length;
      return [{ first, second, shared, needed: countNeeded(Math.min(own.size, other.size)) }];
    }),
  );
  const [closest] = pairs.sort((a, b) => b.shared / b.needed - a.shared / a.needed);
  if (closest === undefined) return '';
  const { first, second, shared, needed } = closest;
  return ` (${first} and ${second} share ${formatCount(shared, 'prompt')}; ${needed} are needed)`;
}

/** The models that share too few prompts with the largest set that can be compared, if there is one. */
function findUnlinked(
  table: OutcomeTable,
  leftOut: ReadonlySet<string> = new Set(),
): LeftOutModel[] {
  const [largest = [], ...others] = linkByPrompts(table, leftOut);
  if (others.length === 0) return [];
  const isAny = largest.length > 1;
  const unlinked = new Set(isAny ? others.flat() : [largest, ...others].flat());
  const reasonOfAll = isAny ? undefined : describeUnlinked(table, [...unlinked]);
  const quality = viewMatrix(table.quality, table.models.length);
  const rows = listRows(table.prompts.length);
  return table.models.flatMap((model, column): LeftOutModel[] => {
    if (!unlinked.has(model)) return [];
    const outcomes = rows.filter((row) => !Number.isNaN(quality.at(row, column))).length;
    const reason =
      reasonOfAll ??
      `${model} has too few outcomes of the same prompts as ${joinNames(largest)} to be compared with them` +
        describeClosest(table, [[model], largest]);
    const own = others.find((set) => set.length > 1 && set.includes(model));
    return [{ model, outcomes, reason, ...(own && { comparableSet: own }) }];
  });
}

/** Why none of several models can be compared. */
function describeUnlinked(table: OutcomeTable, models: readonly string[]): string {
  const closest = describeClosest(table, [models, models]);
  return `${joinNames([...models].sort())} have too few outcomes of the same prompts to be compared${closest}`;
}

/** @throws RoutesmithError `insufficient_data` where no two of several models can be compared */
function checkLinked(table: OutcomeTable): void {
  const sets = linkByPrompts(table);
  if (sets.length < 2 || sets.some((set) => set.length > 1)) return;
  throw new RoutesmithError(
    'insufficient_data',
    `no models to compare; ${describeUnlinked(table, sets.flat())}`,
    { fix: 'Sweep some prompts with all of them.' },
  );
}
