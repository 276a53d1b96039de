import { viewMatrix } from '../../util/numeric-arrays.js';
import {
  outcomeColumns,
  costBases,
  type OutcomeColumn,
  type OutcomeTable,
  type PromptRecord,
} from './outcome-table.js';
import type { Run } from './run.js';
import { scaleWeights } from './scale-weights.js';
import { countUngraded } from './ungraded-answers.js';

/**
 * Adds the prompts of other runs to those of a run. The weights of each run are scaled to a mean of 1
 * first: whatever their unit, a prompt of one run counts like one of another on average. A model that
 * some runs did not ask has no outcomes on their prompts, but for those that it was asked in another
 * run. Costs are called by the least certain basis of all.
 *
 * @returns a run in memory, which keeps the first one's folder and name
 */
export function mergeRuns(run: Run, added: readonly Run[]): Run {
  if (added.length === 0) return run;
  const runs = [run, ...added].map((one) => ({ ...one, table: scaleWeights(one.table) }));
  const models = [...new Set(runs.flatMap(({ table }) => table.models))];
  const infoOf = new Map(runs.flatMap(({ info }) => info.models).map((one) => [one.id, one]));
  // What the first run says of a model holds.
  for (const one of run.info.models) infoOf.set(one.id, one);
  const costBasis =
    costBases[Math.max(...runs.map(({ table }) => costBases.indexOf(table.costBasis)))];
  const simulated = runs.some(({ info, table }) => info.simulated || table.simulated);
  const places = placeRows(runs);
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, joinColumns(runs, places, models, name)]),
  ) as Record<OutcomeColumn, Float32Array>;
  const leftOut = new Map<string, number>();
  for (const one of runs) {
    for (const [reason, count] of one.leftOut)
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  }
  const table: OutcomeTable = {
    ...columns,
    models,
    prompts: joinPrompts(runs, places),
    costBasis: costBasis ?? 'none',
    simulated,
    ...(runs.some(({ table: one }) => one.design === 'adaptive') && {
      design: 'adaptive' as const,
    }),
  };
  return {
    directory: run.directory,
    info: {
      ...run.info,
      models: models.map((id) => infoOf.get(id) ?? { id }),
      costBasis: table.costBasis,
      simulated,
      sources: runs.flatMap(({ info }) => info.sources),
    },
    table,
    merged: [run, ...added],
    leftOut,
    ungraded: countUngraded(runs.flatMap((one) => one.ungraded ?? [])),
  };
}

/** Where the rows of some runs stand in one table. */
interface RowPlaces {
  /** Row of the table, by run and its own row. */
  readonly rowOf: readonly (readonly number[])[];
  readonly rowCount: number;
}

/**
 * Gives each row of each run a row of its own, but for a prompt that an earlier run asked other models:
 * it shares that row, so that all of them can be compared. What adaptive sweeps bought is kept apart.
 */
function placeRows(runs: readonly Run[]): RowPlaces {
  const canShare = runs.every(({ table }) => table.design !== 'adaptive');
  const earlier = new Map<string, { readonly row: number; readonly answered: Set<string> }>();
  let rowCount = 0;
  const rowOf = runs.map(({ table }) => {
    const quality = viewMatrix(table.quality, table.models.length);
    return table.prompts.map((prompt, row) => {
      const answered = table.models.filter((_, model) => !Number.isNaN(quality.at(row, model)));
      const { id, task, group, weight = 1 } = prompt;
      const key = JSON.stringify([id, prompt.prompt, task, group, weight]);
      const known = canShare ? earlier.get(key) : undefined;
      if (known !== undefined && !answered.some((model) => known.answered.has(model))) {
        for (const model of answered) known.answered.add(model);
        return known.row;
      }
      if (known === undefined) earlier.set(key, { row: rowCount, answered: new Set(answered) });
      return rowCount++;
    });
  });
  return { rowOf, rowCount };
}

function joinColumns(
  runs: readonly Run[],
  { rowOf, rowCount }: RowPlaces,
  models: readonly string[],
  name: OutcomeColumn,
): Float32Array {
  const joined = new Float32Array(rowCount * models.length).fill(Number.NaN);
  runs.forEach(({ table }, run) => {
    const matrix = viewMatrix(table[name], table.models.length);
    const columnOf = table.models.map((model) => models.indexOf(model));
    rowOf[run]?.forEach((place, row) => {
      columnOf.forEach((column, model) => {
        const value = matrix.at(row, model);
        if (!Number.isNaN(value)) joined[place * models.length + column] = value;
      });
    });
  });
  return joined;
}

/** The prompt of each row; where two rows have one id, the later one gets the name of its run. */
function joinPrompts(runs: readonly Run[], { rowOf }: RowPlaces): PromptRecord[] {
  const used = new Set<string>();
  const prompts: PromptRecord[] = [];
  runs.forEach(({ table, info }, run) => {
    table.prompts.forEach((prompt, row) => {
      if ((rowOf[run]?.[row] ?? 0) < prompts.length) return;
      let { id } = prompt;
      while (used.has(id)) id = `${id} (${info.name})`;
      used.add(id);
      prompts.push({ ...prompt, id });
    });
  });
  return prompts;
}
