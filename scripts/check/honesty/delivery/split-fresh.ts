import type { OutcomeTable } from '../../../../src/measure/outcomes/outcome-table.js';
import { groupBy } from '../../../../src/util/group-by.js';
import { listRows } from '../../../../src/util/numeric-arrays.js';
import { createRandom, shuffle } from '../../../../src/util/random.js';

/** Prompts to train on, and fresh prompts. */
export interface FreshSplit {
  readonly training: OutcomeTable;
  readonly fresh: OutcomeTable;
}

/**
 * Draws whole groups of near-duplicates until there are enough prompts to train on.
 *
 * @param groups group number of each prompt
 */
export function splitFresh(
  table: OutcomeTable,
  groups: ArrayLike<number>,
  { prompts, seed }: { readonly prompts: number; readonly seed: number },
): FreshSplit {
  const rowsOf = groupBy(listRows(groups.length), (row) => groups[row] as number);
  const training: number[] = [];
  const fresh: number[] = [];
  for (const rows of shuffle(rowsOf.values(), createRandom(seed))) {
    (training.length < prompts ? training : fresh).push(...rows);
  }
  return { training: pickRows(table, training), fresh: pickRows(table, fresh) };
}

/** The outcomes of some of the prompts, in the order of the table. */
function pickRows(table: OutcomeTable, unordered: readonly number[]): OutcomeTable {
  const rows = unordered.toSorted((a, b) => a - b);
  const width = table.models.length;
  const pick = (matrix: Float32Array): Float32Array => {
    const picked = new Float32Array(rows.length * width);
    rows.forEach((row, index) => {
      picked.set(matrix.subarray(row * width, (row + 1) * width), index * width);
    });
    return picked;
  };
  return {
    ...table,
    prompts: rows.map((row) => table.prompts[row] as OutcomeTable['prompts'][number]),
    quality: pick(table.quality),
    costUsd: pick(table.costUsd),
    latencyMs: pick(table.latencyMs),
    ttftMs: pick(table.ttftMs),
    inputTokens: pick(table.inputTokens),
    outputTokens: pick(table.outputTokens),
  };
}
