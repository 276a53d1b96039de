import type { OutcomeTable } from './outcome-table.js';

/**
 * Scales the weights of a table's prompts to a mean of 1, so that only their ratios matter. Priors,
 * penalties and quantiles count prompts: shares of traffic that sum to 1 would be less than one
 * prompt to them, and numbers of requests more prompts than anybody asked.
 */
export function scaleWeights<Table extends Pick<OutcomeTable, 'prompts'>>(table: Table): Table {
  const { prompts } = table;
  const total = prompts.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const mean = total / prompts.length;
  // Balanced tables have a mean of 1 up to rounding.
  if (prompts.length === 0 || Math.abs(mean - 1) < 1e-9) return table;
  return {
    ...table,
    prompts: prompts.map((prompt) => ({ ...prompt, weight: round((prompt.weight ?? 1) / mean) })),
  };
}

/** To 12 digits, so that equal weights become exactly 1: quantiles jump at whole numbers. */
function round(weight: number): number {
  return Number(weight.toPrecision(12));
}
