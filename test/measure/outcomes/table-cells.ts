import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';

type ColumnName = 'quality' | 'costUsd' | 'latencyMs' | 'ttftMs' | 'inputTokens' | 'outputTokens';

/** One value of a table by prompt id and model; NaN where it is missing. */
export function cellOf(
  table: OutcomeTable,
  column: ColumnName,
  promptId: string,
  model: string,
): number {
  const row = table.prompts.findIndex(({ id }) => id === promptId);
  const place = table.models.indexOf(model);
  if (row === -1 || place === -1) throw new Error(`no cell of ${promptId} and ${model}`);
  return table[column][row * table.models.length + place] as number;
}

/** Each model's mean quality over the prompts where it is known. */
export function meanQualities(table: OutcomeTable): Map<string, number> {
  return new Map(
    table.models.map((model, column) => {
      const known = table.prompts
        .map((_, row) => table.quality[row * table.models.length + column] as number)
        .filter((quality) => !Number.isNaN(quality));
      return [model, known.reduce((sum, quality) => sum + quality, 0) / known.length];
    }),
  );
}
