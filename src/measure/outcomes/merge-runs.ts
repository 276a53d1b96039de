import { viewMatrix } from '../../util/numeric-arrays.js';
import {
  outcomeColumns,
  type CostBasis,
  type OutcomeColumn,
  type OutcomeTable,
  type PromptRecord,
} from './outcome-table.js';
import type { Run } from './run.js';
import { scaleWeights } from './scale-weights.js';
import { countUngraded } from './ungraded-answers.js';

/** Most trusted first. */
const costBases: readonly CostBasis[] = ['recorded', 'tokens', 'assumed_tokens', 'none'];

/**
 * Adds the prompts of other runs to those of a run. The weights of each run are scaled to a mean of 1
 * first: whatever their unit, a prompt of one run counts like one of another on average. A model that
 * some runs did not ask has no outcomes on their prompts. Costs are called by the least certain basis
 * of all.
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
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, joinColumns(runs, models, name)]),
  ) as Record<OutcomeColumn, Float32Array>;
  const leftOut = new Map<string, number>();
  for (const one of runs) {
    for (const [reason, count] of one.leftOut)
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  }
  const table: OutcomeTable = {
    ...columns,
    models,
    prompts: joinPrompts(runs),
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

function joinColumns(
  runs: readonly Run[],
  models: readonly string[],
  name: OutcomeColumn,
): Float32Array {
  const rows = runs.reduce((sum, { table }) => sum + table.prompts.length, 0);
  const joined = new Float32Array(rows * models.length).fill(Number.NaN);
  let first = 0;
  for (const { table } of runs) {
    const matrix = viewMatrix(table[name], table.models.length);
    const columnOf = table.models.map((model) => models.indexOf(model));
    table.prompts.forEach((_, row) => {
      columnOf.forEach((column, model) => {
        joined[(first + row) * models.length + column] = matrix.at(row, model);
      });
    });
    first += table.prompts.length;
  }
  return joined;
}

/** All prompts; where two runs use an id, the later one's gets the name of its run. */
function joinPrompts(runs: readonly Run[]): PromptRecord[] {
  const used = new Set<string>();
  return runs.flatMap(({ table, info }) =>
    table.prompts.map((prompt) => {
      let { id } = prompt;
      while (used.has(id)) id = `${id} (${info.name})`;
      used.add(id);
      return { ...prompt, id };
    }),
  );
}
