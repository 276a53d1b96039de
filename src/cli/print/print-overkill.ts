import type { OverkillTask } from '../../learn/evaluate/diagnose/overkill.js';
import type { OverkillLine, OverkillReport, Report, Volume } from '../../learn/report/report.js';
import {
  formatCount,
  formatDifference,
  formatQuality,
  formatUsd,
  unknownMark,
} from './format-number.js';
import { formatTable } from './format-table.js';
import { escapeControls, print, style } from './print.js';

/** Prints the overkill table, and what it rests on. */
export function printOverkill(report: OverkillReport, volume: Volume): void {
  const { overkill, lines } = report;
  printOverkillSummary(report, volume);
  print();
  print(
    formatTable(
      [
        { title: 'task', align: 'left' },
        { title: 'prompts' },
        { title: 'quality' },
        { title: 'cost' },
        { title: 'cheapest not worse', align: 'left' },
        { title: 'against it' },
        { title: 'its cost' },
        { title: `saved ${describeVolume(volume)}` },
      ],
      lines.map((line) => [
        line.task ?? '(no label)',
        String(line.found.prompts),
        formatQuality(line.found.quality),
        formatUsd(line.found.costUsd),
        line.cheaper?.model ?? describeFinding(line.found),
        formatDifference(line.cheaper?.difference ?? null),
        formatUsd(line.cheaper?.costUsd),
        formatSaving(line),
      ]),
    ),
  );
  print(
    `  Not worse: by less than ${formatQuality(overkill.margin)}, by a paired non-inferiority test over groups of near-duplicates;\n` +
      `  the chance of one wrong "not worse" among all ${formatCount(overkill.tests, 'test')} is at most ${100 * overkill.error} % (Holm).`,
  );
}

/** Prints the verdict of a report in two lines. */
export function printReportSummary({ evaluation, overkill, money }: Report): void {
  const { decision, reason } = evaluation.verdict;
  const colour = decision === 'ROUTE' ? 'green' : 'yellow';
  print(style(['bold', colour], `VERDICT: ${decision} - ${reason}`));
  printOverkillSummary(overkill, money.volume);
}

function printOverkillSummary(report: OverkillReport, volume: Volume): void {
  const { overkill, lines, savedUsd, costUsd } = report;
  const count = lines.filter(({ cheaper }) => cheaper !== null).length;
  const money =
    count === 0
      ? ''
      : `: ${formatUsd(savedUsd)} of ${formatUsd(costUsd)} ${describeVolume(volume)}`;
  print(
    escapeControls(
      `In ${count} of ${formatCount(lines.length, 'task')}, ${overkill.baseline} is more than is needed${money}.`,
    ),
  );
}

function describeVolume({ kind }: Volume): string {
  return kind === 'per_thousand' ? 'per 1000 requests' : 'a month';
}

function formatSaving({ savedUsd }: OverkillLine): string {
  if (savedUsd === null) return unknownMark;
  const { mean, low, high } = savedUsd;
  return `${formatUsd(mean)} [${formatUsd(low)}, ${formatUsd(high)}]`;
}

const findings: Readonly<Record<OverkillTask['finding'], string>> = {
  overkill: '',
  not_shown: 'not shown',
  needed: 'needed: cheaper ones are worse',
  cheapest: 'none is cheaper',
  unknown: 'not known',
};

function describeFinding({ finding, cheaper }: OverkillTask): string {
  if (finding !== 'not_shown' || cheaper === null) return `(${findings[finding]})`;
  return `(not shown; ${cheaper.model} may be)`;
}
