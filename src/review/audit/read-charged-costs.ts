import { join } from 'node:path';
import { latestEntryPerCell } from '../../measure/ledger/latest-entries.js';
import { isRefusedForFree } from '../../measure/ledger/ledger-entry.js';
import { readLedger } from '../../measure/ledger/ledger.js';
import { readCostUsd } from '../../measure/outcomes/entry-cost.js';
import { collectPrices } from '../../measure/outcomes/run-prices.js';
import { runFiles, type Run } from '../../measure/outcomes/run.js';
import { readLabel } from '../../measure/outcomes/swept-cells.js';
import { computePromptHash } from '../../measure/tasks/example.js';
import { addAt, valueAt } from '../../util/numeric-arrays.js';

/**
 * Reads what the answers of an audit cost, without the calls that a provider refused for free. The
 * table counts those with a cost of 0, but production did get an answer to what was logged, and paid.
 *
 * @returns mean cost of a cell's other repeats in USD, NaN where it has none of known cost; row-major,
 * as the table
 */
export async function readChargedCosts({
  directory,
  info,
  table,
}: Pick<Run, 'directory' | 'info' | 'table'>): Promise<Float32Array> {
  const costs = Float32Array.from(table.costUsd);
  if (info.kind !== 'sweep') return costs;
  const rowOf = new Map(
    table.prompts.map(({ id, prompt }, row) => [id, { row, hash: computePromptHash(prompt) }]),
  );
  const prices = collectPrices(info);
  const columnOf = new Map(table.models.map((model, column) => [model, column]));
  const sums = new Float64Array(costs.length);
  const counts = new Float64Array(costs.length);
  const refused = new Set<number>();
  for (const entry of latestEntryPerCell(await readLedger(join(directory, runFiles.ledger)))) {
    const place = rowOf.get(entry.taskId);
    const column = columnOf.get(entry.model);
    if (place?.hash !== entry.promptHash || column === undefined || !readLabel(entry).ok) continue;
    const cell = place.row * table.models.length + column;
    const costUsd = readCostUsd(entry, prices.get(entry.model));
    if (isRefusedForFree(entry)) refused.add(cell);
    else if (costUsd !== null) {
      addAt(sums, cell, costUsd);
      addAt(counts, cell, 1);
    }
  }
  // 0 / 0 is NaN.
  for (const cell of refused) costs[cell] = valueAt(sums, cell) / valueAt(counts, cell);
  return costs;
}
