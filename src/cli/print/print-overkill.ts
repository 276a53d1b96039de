import Papa from 'papaparse';
import type { OverkillTask } from '../../learn/evaluate/diagnose/overkill.js';
import type { OverkillReport, Report, Volume } from '../../learn/report/report.js';
import {
  formatCostPerThousand,
  formatCount,
  formatDifference,
  formatPercent,
  formatQuality,
  formatUsd,
  formatUsdInterval,
  formatWhole,
} from '../../util/format-number.js';
import { printAdvice } from './print-evaluation.js';
import { escapeControls, formatTable, print, textColumn } from './print.js';

/** Prints the overkill table and the test behind it. */
export function printOverkill(report: OverkillReport, volume: Volume): void {
  const { overkill, lines } = report;
  printOverkillSummary(report, volume);
  print();
  print(
    formatTable(
      [
        textColumn('task'),
        'prompts',
        'quality',
        'cost per 1,000',
        textColumn('cheapest non-inferior'),
        'difference',
        'its cost',
        `saved ${describeVolume(volume)}`,
      ],
      lines.map((line) => [
        line.task ?? '(no label)',
        formatWhole(line.found.prompts),
        formatQuality(line.found.quality),
        formatCostPerThousand(line.found.costUsd),
        line.cheaper?.model ?? describeFinding(line.found),
        formatDifference(line.cheaper?.difference ?? null),
        formatCostPerThousand(line.cheaper?.costUsd),
        formatUsdInterval(line.savedUsd),
      ]),
    ),
  );
  print(
    `  Non-inferior: worse by less than ${formatQuality(overkill.margin)} in quality, by a paired test over groups of near-duplicates.\n` +
      `  The chance of any false positive in ${formatCount(overkill.tests, 'test')} is at most ${formatPercent(overkill.error)} (Holm correction).`,
  );
}

/** Prints the verdict of a report, and its overkill in one line. */
export function printReportSummary({ advice, overkill, money }: Report): void {
  printAdvice(advice);
  printOverkillSummary(overkill, money.volume);
}

function printOverkillSummary(report: OverkillReport, volume: Volume): void {
  const { overkill, lines, savedUsd, costUsd } = report;
  const count = lines.filter(({ cheaper }) => cheaper !== null).length;
  const tasks = formatCount(lines.length, 'task');
  if (count === 0) {
    print(escapeControls(`No cheaper model was shown to be non-inferior in any of ${tasks}.`));
    return;
  }
  const saved = `${formatUsd(savedUsd)} of ${formatUsd(costUsd)} ${describeVolume(volume)}`;
  print(
    escapeControls(
      `${overkill.baseline} is overkill for ${count} of ${tasks}: a cheaper model is not worse. Savings: ${saved}.`,
    ),
  );
}

function describeVolume({ kind }: Volume): string {
  return kind === 'per_thousand' ? 'per 1,000 requests' : 'per month';
}

const findings: Readonly<Record<OverkillTask['finding'], string>> = {
  overkill: '',
  not_shown: 'not shown',
  needed: 'needed: cheaper models are worse',
  cheapest: 'already the cheapest',
  unknown: 'unknown',
};

function describeFinding({ finding, cheaper }: OverkillTask): string {
  if (finding !== 'not_shown' || cheaper === null) return `(${findings[finding]})`;
  return `(not shown; candidate: ${cheaper.model})`;
}

/**
 * The overkill table as CSV, a row per task. Cells that a spreadsheet would read as a formula are
 * escaped.
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
