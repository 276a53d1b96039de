import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';
import type { PromptWithMembers } from '../../src/llm/chat.js';

/** One prompt with its outcomes, one value per model; null is missing. */
export interface OutcomeTableRow {
  readonly prompt?: PromptWithMembers;
  readonly task?: string;
  readonly group?: string;
  readonly weight?: number;
  readonly quality: readonly (number | null)[];
  readonly costUsd?: readonly (number | null)[];
  readonly latencyMs?: readonly (number | null)[];
  readonly inputTokens?: readonly (number | null)[];
  readonly outputTokens?: readonly (number | null)[];
}

/** An outcome table written down row by row. */
export function buildOutcomeTable(
  models: readonly string[],
  rows: readonly OutcomeTableRow[],
): OutcomeTable {
  const fill = (
    values: (row: OutcomeTableRow) => readonly (number | null)[] | undefined,
  ): Float32Array =>
    Float32Array.from(
      rows.flatMap((row) => models.map((_, model) => values(row)?.[model] ?? Number.NaN)),
    );
  return {
    models,
    prompts: rows.map(({ prompt, task, group, weight }, row) => ({
      id: `prompt-${row}`,
      prompt: prompt ?? `prompt number ${row}`,
      task,
      group,
      ...(weight !== undefined && { weight }),
    })),
    quality: fill(({ quality }) => quality),
    costUsd: fill(({ costUsd }) => costUsd),
    latencyMs: fill(({ latencyMs }) => latencyMs),
    ttftMs: fill(() => undefined),
    inputTokens: fill(({ inputTokens }) => inputTokens),
    outputTokens: fill(({ outputTokens }) => outputTokens),
    costBasis: rows.some(({ costUsd }) => costUsd !== undefined) ? 'recorded' : 'none',
    simulated: false,
  };
}

/** Row numbers from 0. */
export function listRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
