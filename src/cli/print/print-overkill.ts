import Papa from 'papaparse';
import type { CheaperModel } from '../../learn/evaluate/diagnose/cheaper-model.js';
import type { OverkillTask } from '../../learn/evaluate/diagnose/overkill.js';
import {
  describeCompared,
  describeFinding,
  splitFinding,
} from '../../learn/report/describe-overkill.js';
import type { OverkillReport, Report, Volume } from '../../learn/report/report.js';
import {
  formatCount,
  formatDifference,
  formatPercent,
  formatQuality,
  formatUsd,
  formatWhole,
} from '../../util/format-number.js';
import { printAdvice } from './print-evaluation.js';
import { escapeControls, formatTable, print, printWrapped, textColumn } from './print.js';

/** Prints the overkill table and the test behind it. */
export function printOverkill(report: OverkillReport, volume: Volume): void {
  const { overkill, lines } = report;
  printOverkillSummary(report, volume);
  print();
  print(
    formatTable(
      [
        textColumn('task'),
        'quality now',
        textColumn('cheaper model'),
        'its quality',
        'prompts',
        'saved',
        textColumn('finding'),
      ],
      lines.map(({ task, found, candidateSavedUsd }) => [
        task ?? '(no label)',
        formatQuality(found.quality),
        found.candidate?.model ?? '-',
        formatQuality(found.candidate?.quality),
        describeCompared(found, ({ prompts }) => formatWhole(prompts)),
        formatUsd(candidateSavedUsd?.mean),
        splitFinding(found).finding,
      ]),
    ),
  );
  for (const { task, found } of lines) {
    const { candidate, prompts, effectivePrompts } = found;
    const isPaired = candidate !== null && candidate.prompts < prompts;
    const isEqual = effectivePrompts === undefined;
    if (splitFinding(found).needs === null && !isPaired && isEqual) continue;
    const paired = isPaired ? describePaired(found, candidate) : '';
    const effective = isEqual
      ? ''
      : ` A few of its prompts have most of the weight: all show as much as ${formatWhole(effectivePrompts)} of equal weight.`;
    printWrapped(`${task ?? '(no label)'}: ${describeFinding(found)}.${paired}${effective}`, 2);
  }
  const saving = lines.flatMap(({ found }) => found.cheaper ?? []);
  const isPartial = saving.some(({ share }) => share < 1);
  const isCarried = saving.some(({ bothCostsShare }) => bothCostsShare < 1);
  for (const note of [
    `Saved: ${describeTaskVolume(volume)}${isPartial ? ', on those that the cheaper model answered' : ''}.`,
    ...(isCarried
      ? [
          'Costs are missing: the share that is saved where both costs are known is taken of the costs of all prompts that the cheaper model answered.',
        ]
      : []),
    ...describeTests(overkill),
  ]) {
    printWrapped(note, 2);
  }
}

/** What the findings of the table mean, and how far they can be trusted. */
function describeTests({ margin, tests, error }: OverkillReport['overkill']): string[] {
  if (tests === 0) return ['No model is shown to cost less, so that none was tested.'];
  const lost = `${formatQuality(margin)} in quality`;
  return [
    `Not worse: by less than ${lost}, by a paired test over groups of near-duplicates. The chance of any false "not worse" in ${formatCount(tests, 'test')} is at most ${formatPercent(error)} (Holm correction).`,
    `Was worse: by more than ${lost}, by the 95 % interval. A needed margin is the smallest --margin with which the model would be "not worse".`,
  ];
}

/** Prints the verdict of a report, and its overkill in one line. */
export function printReportSummary({ advice, overkill, money }: Report): void {
  printAdvice(advice);
  printOverkillSummary(overkill, money.volume);
}

function printOverkillSummary(report: OverkillReport, volume: Volume): void {
  const { overkill, lines, savedUsd, costUsd } = report;
  const asked = lines.filter(({ requests }) => requests > 0);
  const count = asked.filter(({ cheaper }) => cheaper !== null).length;
  const tasks = formatCount(asked.length, 'task');
  if (count === 0) {
    print(escapeControls(`No cheaper model is shown not to be worse in any of ${tasks}.`));
    printLargestCandidate(report, volume);
    return;
  }
  const saved = `${formatUsd(savedUsd)}${describeTotal(costUsd)} ${describeVolume(volume)}`;
  print(
    escapeControls(
      `${overkill.baseline} is overkill for ${count} of ${tasks}: a cheaper model is not worse. Savings: ${saved}.`,
    ),
  );
}

/** What may be saved most, with what was observed and what would prove it. */
function printLargestCandidate({ lines, overkill }: OverkillReport, volume: Volume): void {
  const [line] = lines;
  const candidate = line?.found.candidate ?? null;
  if (line === undefined || candidate === null || line.candidateSavedUsd === null) return;
  const { found, candidateSavedUsd, costUsd } = line;
  const text =
    `Closest: ${candidate.model} for ${line.task ?? 'prompts without a label'}, with quality ` +
    `${formatQuality(candidate.quality)}${describeBase(candidate, overkill.baseline)} ` +
    `on ${describeCompared(found)}. It would save ` +
    `${formatUsd(candidateSavedUsd.mean)}${describeTotal(costUsd)} ${describeTaskVolume(volume)}: ` +
    `${describeFinding(found)}.`;
  printWrapped(text);
}

/** The difference that a finding is about, where the quality now is of other prompts, too. */
function describePaired(found: OverkillTask, { model, difference }: CheaperModel): string {
  if (difference === null) return '';
  return ` On the ${describeCompared(found)} that both answered, ${model} differs by ${formatDifference(difference)}.`;
}

/** The baseline's quality on the same prompts, if it is known. */
function describeBase({ quality, difference }: CheaperModel, baseline: string): string {
  if (difference === null) return '';
  return ` against ${formatQuality(quality - difference.mean)} of ${baseline}`;
}

/** What a saving is of, if that is known. */
function describeTotal(costUsd: number | null): string {
  return costUsd === null ? '' : ` of ${formatUsd(costUsd)}`;
}

/** What amounts of one task are for: costs per request of the task alone are higher. */
function describeTaskVolume(volume: Volume): string {
  return volume.kind === 'per_thousand'
    ? 'per 1,000 requests of all tasks'
    : describeVolume(volume);
}

function describeVolume({ kind }: Volume): string {
  return kind === 'per_thousand' ? 'per 1,000 requests' : 'per month';
}

/** What a spreadsheet may read as a formula, also after spaces and in full width; not numbers. */
const formulaStart = /^\s*[=+@＝＋＠－]|^[\t\r]|^\s*-(?!\d*\.?\d+$)/;

/**
 * The overkill table as CSV, a row per task. Cells that a spreadsheet would read as a formula are
 * escaped.
 */
export function formatOverkillCsv({ overkill, lines }: OverkillReport): string {
  const rows = lines.map(
    ({ task, found, requests, costUsd, savedUsd, cheaper, candidateSavedUsd }) => ({
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
      candidate_model: found.candidate?.model ?? null,
      candidate_prompts: found.candidate?.prompts ?? null,
      candidate_share: found.candidate?.share ?? null,
      candidate_both_costs_share: found.candidate?.bothCostsShare ?? null,
      candidate_quality: found.candidate?.quality ?? null,
      candidate_difference: found.candidate?.difference?.mean ?? null,
      candidate_difference_low: found.candidate?.difference?.low ?? null,
      candidate_difference_high: found.candidate?.difference?.high ?? null,
      candidate_cost_usd: found.candidate?.costUsd ?? null,
      candidate_saved_usd: candidateSavedUsd?.mean ?? null,
      prompts_needed: found.promptsNeeded,
      passing_margin: found.candidate?.passingMargin ?? null,
      undecided_models: found.undecided.map(({ model }) => model).join(', '),
      requests,
      cost_usd: costUsd,
      saved_usd: savedUsd?.mean ?? null,
      saved_usd_low: savedUsd?.low ?? null,
      saved_usd_high: savedUsd?.high ?? null,
      simulated: overkill.simulated,
    }),
  );
  return Papa.unparse(rows, { newline: '\n', escapeFormulae: formulaStart });
}
