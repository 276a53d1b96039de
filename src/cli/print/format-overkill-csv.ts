import Papa from 'papaparse';
import type { OverkillReport } from '../../learn/report/report.js';

/**
 * The overkill table as CSV, a row per task. A cell that a spreadsheet would take for a formula is
 * made text.
 */
export function formatOverkillCsv({ overkill, lines }: OverkillReport): string {
  const rows = lines.map(({ task, found, requests, costUsd, savedUsd, cheaper }) => ({
    task: task ?? '',
    prompts: found.prompts,
    groups: found.groups,
    baseline: overkill.baseline,
    baseline_quality: found.quality,
    baseline_cost_usd: found.costUsd,
    finding: found.finding,
    cheaper_model: cheaper?.model ?? null,
    cheaper_quality: cheaper?.quality ?? null,
    cheaper_cost_usd: cheaper?.costUsd ?? null,
    quality_difference: cheaper?.difference?.mean ?? null,
    quality_difference_low: cheaper?.difference?.low ?? null,
    quality_difference_high: cheaper?.difference?.high ?? null,
    p_value: cheaper?.pValue ?? null,
    requests,
    cost_usd: costUsd,
    saved_usd: savedUsd?.mean ?? null,
    saved_usd_low: savedUsd?.low ?? null,
    saved_usd_high: savedUsd?.high ?? null,
    simulated: overkill.simulated,
  }));
  return Papa.unparse(rows, { newline: '\n', escapeFormulae: /^[=+@\t\r]|^-(?![\d.])/ });
}
