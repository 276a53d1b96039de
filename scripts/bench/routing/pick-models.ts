import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';

/** The same outcomes of some of the models. */
export function pickModels(table: OutcomeTable, models: readonly string[]): OutcomeTable {
  const columns = models.map((model) => table.models.indexOf(model));
  const pick = (matrix: Float32Array): Float32Array =>
    Float32Array.from({ length: table.prompts.length * models.length }, (_, cell) => {
      const row = Math.floor(cell / models.length);
      return matrix[
        row * table.models.length + (columns[cell % models.length] as number)
      ] as number;
    });
  return {
    ...table,
    models: [...models],
    quality: pick(table.quality),
    costUsd: pick(table.costUsd),
    latencyMs: pick(table.latencyMs),
    ttftMs: pick(table.ttftMs),
    inputTokens: pick(table.inputTokens),
    outputTokens: pick(table.outputTokens),
  };
}
