import { join } from 'node:path';
import {
  importOutcomes,
  type ImportedOutcomes,
  type ImportOptions,
} from '../../../../src/measure/outcomes/importers/import-outcomes.js';
import { writeTestFiles } from '../write-test-files.js';

/** Imports files with the given contents. */
export async function importFiles(
  content: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<ImportOptions> = {},
): Promise<ImportedOutcomes> {
  const folder = await writeTestFiles(content);
  return importOutcomes({
    files: Object.keys(content).map((name) => join(folder, name)),
    ...options,
  });
}

/** The known cells of a table, with NaN as undefined. */
export function listCells({ table }: ImportedOutcomes): readonly {
  readonly prompt: unknown;
  readonly task: string | undefined;
  readonly model: string;
  readonly quality: number | undefined;
  readonly costUsd: number | undefined;
  readonly latencyMs: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}[] {
  const known = (column: Float32Array, cell: number): number | undefined => {
    const value = column[cell] ?? NaN;
    return Number.isNaN(value) ? undefined : value;
  };
  return table.prompts.flatMap(({ prompt, task }, row) =>
    table.models
      .map((model, column) => ({ model, cell: row * table.models.length + column }))
      .filter(({ cell }) => !Number.isNaN(table.quality[cell]))
      .map(({ model, cell }) => ({
        prompt,
        task,
        model,
        quality: known(table.quality, cell),
        costUsd: known(table.costUsd, cell),
        latencyMs: known(table.latencyMs, cell),
        inputTokens: known(table.inputTokens, cell),
        outputTokens: known(table.outputTokens, cell),
      })),
  );
}
