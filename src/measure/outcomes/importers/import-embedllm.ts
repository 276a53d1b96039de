import { importOutcomeRows } from './import-outcome-rows.js';
import type { FormatOptions } from './import-format.js';
import type { ImportTarget } from './import-target.js';

const aliases = new Map([
  ['prompt_id', 'prompt_id'],
  ['prompt', 'prompt'],
  ['task', 'category'],
  ['model', 'model_name'],
  ['correct', 'label'],
]);

/**
 * Imports EmbedLLM's correctness files (github.com/richardzhuang0412/EmbedLLM): one row per prompt
 * and model with `model_name`, `label` (1 for a right answer) and `category`. They hold no costs.
 */
export async function importEmbedllm(
  files: readonly string[],
  options: FormatOptions,
  target: ImportTarget,
): Promise<void> {
  await importOutcomeRows(
    files,
    { ...options, aliases, unused: ['model_id', 'category_id'] },
    target,
  );
}
