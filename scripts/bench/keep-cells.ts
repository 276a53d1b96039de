import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';

/**
 * The outcomes of some cells; the others are missing.
 *
 * @param isKept is asked once for each cell, in order; cell = row * models + model
 */
export function keepCells(table: OutcomeTable, isKept: (cell: number) => boolean): OutcomeTable {
  const kept = Array.from(table.quality, (_, cell) => isKept(cell));
  const mask = (matrix: Float32Array): Float32Array =>
    matrix.map((value, cell) => (kept[cell] === true ? value : Number.NaN));
  return {
    ...table,
    quality: mask(table.quality),
    costUsd: mask(table.costUsd),
    latencyMs: mask(table.latencyMs),
    ttftMs: mask(table.ttftMs),
    inputTokens: mask(table.inputTokens),
    outputTokens: mask(table.outputTokens),
  };
}
