import type { OutcomeTable } from '../../../measure/outcomes/outcome-table.js';
import type { Price } from '../../../llm/price.js';
import { valueAt } from '../../../util/numeric-arrays.js';

/**
 * Tells which prompts a provider refused for free, or that were too long for the model: they have neither
 * tokens nor quality, and cost 0. Where a model is free itself nothing tells them apart, and nothing has
 * to.
 *
 * @param rows of the table, all that the model has
 * @param price of the model. @default free if nothing in the rows cost anything
 */
export function createRefusalTest(
  table: OutcomeTable,
  rows: Int32Array,
  model: number,
  price?: Price,
): (row: number) => boolean {
  const valueOf = (matrix: Float32Array, row: number): number =>
    valueAt(matrix, row * table.models.length + model);
  const isFree =
    price === undefined
      ? !rows.some((row) => valueOf(table.costUsd, row) > 0)
      : price.inputPerMillionUsd === 0 && price.outputPerMillionUsd === 0;
  if (isFree) return () => false;
  return (row) =>
    valueOf(table.costUsd, row) === 0 &&
    valueOf(table.quality, row) === 0 &&
    Number.isNaN(valueOf(table.inputTokens, row)) &&
    Number.isNaN(valueOf(table.outputTokens, row));
}
