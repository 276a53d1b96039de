import { RoutesmithError } from '../../util/errors.js';
import { listRows, viewMatrix } from '../../util/numeric-arrays.js';
import { outcomeColumns, type OutcomeColumn, type OutcomeTable } from './outcome-table.js';

/** The same prompts with the outcomes of some models only, in the order of the table. */
export function keepModels(table: OutcomeTable, models: ReadonlySet<string>): OutcomeTable {
  const kept = [...table.models.keys()].filter((column) =>
    models.has(table.models[column] as string),
  );
  if (kept.length === table.models.length) return table;
  const pickColumns = (values: Float32Array): Float32Array => {
    const matrix = viewMatrix(values, table.models.length);
    return Float32Array.from(
      table.prompts.flatMap((_, row) => kept.map((column) => matrix.at(row, column))),
    );
  };
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, pickColumns(table[name])]),
  ) as Record<OutcomeColumn, Float32Array>;
  return { ...table, ...columns, models: kept.map((column) => table.models[column] as string) };
}

/**
 * Restricts a table to the models that a user names. Prompts without an outcome of theirs are left
 * out.
 *
 * @throws RoutesmithError `usage` for a model that the table does not have
 */
export function selectModels(table: OutcomeTable, models: readonly string[]): OutcomeTable {
  const unknown = models.find((model) => !table.models.includes(model));
  if (unknown !== undefined) {
    throw new RoutesmithError('usage', `unknown model "${unknown}"`, {
      fix: `Name some of: ${table.models.join(', ')}.`,
    });
  }
  return keepGraded(keepModels(table, new Set(models)));
}

/** The rows with an outcome of any model. */
export function listGradedRows({ models, prompts, quality }: OutcomeTable): Int32Array {
  const matrix = viewMatrix(quality, models.length);
  return listRows(prompts.length).filter((row) => !matrix.row(row).every(Number.isNaN));
}

/** The prompts with an outcome of any model; the same table where all have one. */
export function keepGraded(table: OutcomeTable): OutcomeTable {
  const width = table.models.length;
  const rows = listGradedRows(table);
  if (rows.length === table.prompts.length) return table;
  const graded = new Set(rows);
  const isKnown = table.prompts.map((_, row) => graded.has(row));
  const pickRows = (values: Float32Array): Float32Array =>
    values.filter((_, cell) => isKnown[Math.floor(cell / width)]);
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, pickRows(table[name])]),
  ) as Record<OutcomeColumn, Float32Array>;
  return { ...table, ...columns, prompts: table.prompts.filter((_, row) => isKnown[row]) };
}
