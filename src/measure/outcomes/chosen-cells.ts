import { outcomeColumns, type OutcomeColumn, type OutcomeTable } from './outcome-table.js';
import { listRows } from '../../util/numeric-arrays.js';

/**
 * The rows from which means, intervals and verdicts may be computed: all of them, or only the
 * held-out ones where the outcomes of the others decided which cells were bought. A verdict from
 * bought cells finds a gain that is not there: a model that looks good by chance is asked more often
 * exactly there.
 */
export function listUniformRows({ prompts, design }: OutcomeTable): Int32Array {
  if (design !== 'adaptive') return listRows(prompts.length);
  return Int32Array.from([...prompts.keys()].filter((row) => prompts[row]?.heldOut === true));
}

/** The table of the rows that `listUniformRows` gives. */
export function selectUniformRows(table: OutcomeTable): OutcomeTable {
  if (table.design !== 'adaptive') return table;
  const rows = listUniformRows(table);
  const { design: _, ...rest } = table;
  const width = table.models.length;
  const pickRows = (matrix: Float32Array): Float32Array => {
    const picked = new Float32Array(rows.length * width);
    rows.forEach((row, index) => {
      picked.set(matrix.subarray(row * width, (row + 1) * width), index * width);
    });
    return picked;
  };
  const columns = Object.fromEntries(
    outcomeColumns.map(({ name }) => [name, pickRows(table[name])]),
  ) as Record<OutcomeColumn, Float32Array>;
  const prompts = Array.from(rows, (row) => table.prompts[row]).filter((one) => one !== undefined);
  return { ...rest, ...columns, prompts };
}
