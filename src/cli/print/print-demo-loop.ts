import type { PracticeSlip } from '../../measure/practice/practice-brain.js';
import type { AuditReport } from '../../review/audit/compute-audit-report.js';
import type { ProductionShift } from '../../review/audit/compare-production.js';
import {
  formatCostPerThousand,
  formatCount,
  formatInterval,
  formatPercent,
  formatQuality,
  formatShareInterval,
  formatWhole,
} from '../../util/format-number.js';
import type { Result } from '../../util/result.js';
import type { DemoLoop, DemoWeek, DemoWeekFiles } from '../commands/demo-results.js';
import { describeShift } from './describe-shift.js';
import { printAudit } from './print-audit.js';
import { printDemoStep } from './print-demo.js';
import { formatTable, print, printWrapped, textColumn } from './print.js';
import { quoteWord } from '../../util/quote-word.js';

/** Prints what the first week of traffic is, and the mistake in it. */
export function printDemoTraffic(
  { requests, plantedTask, plantedModel }: Omit<DemoWeek, 'report'>,
  { model, task, skill }: PracticeSlip,
  { policyFile, log }: DemoWeekFiles,
): void {
  printDemoStep(9, 'Log: record what production decides, with the prompts', [
    `routesmith serve --policy ${quoteWord(policyFile)} --pool models.yaml`,
    `--log ${quoteWord(log)} --log-level prompts`,
  ]);
  printWrapped(
    `${formatCount(requests, 'SIMULATED request')} through the gateway: the examples in other words. PLANTED MISTAKE: since ` +
      `training, ${model} has become bad at ${task} (${formatPercent(skill)} right). The policy does ` +
      `not know, and sends it ${formatWhole(plantedModel)} of the ${formatCount(plantedTask, 'such request')}.`,
    2,
  );
}

/** Prints the audit of the first week, and whether it found the mistake. */
export function printDemoAudit(
  report: AuditReport,
  slip: PracticeSlip,
  { log, store, audit, sample }: DemoWeekFiles,
): void {
  printDemoStep(10, 'Audit: was routing right? Ask all models a sample of the log', [
    `routesmith audit ${quoteWord(log)} --pool models.yaml`,
    `--prompts ${quoteWord(store)} --out ${quoteWord(audit)}`,
    `--sample ${sample} --repeats 1`,
  ]);
  printAudit(report, { run: audit, examples: 0 });
  print();
  printWrapped(
    report.worstTask === slip.task
      ? `The audit found the planted mistake: ${slip.task} is its worst task.`
      : `The audit did not find the planted mistake, in ${slip.task}.`,
  );
}

/** Prints what the next policy learns from. */
export function printDemoTraining(
  prompts: number,
  compared: Result<ProductionShift>,
  { run, audit, file }: { readonly run: string; readonly audit: string; readonly file: string },
): void {
  printDemoStep(11, 'Train again: the next policy also learns from the audit', [
    `routesmith train ${quoteWord(run)} --add ${quoteWord(audit)}`,
    `--out ${quoteWord(file)}`,
  ]);
  printWrapped(`Added ${formatCount(prompts, 'prompt')} of ${audit}.`, 2);
  printWrapped(describeShift(compared), 2);
}

/** Prints both weeks beside each other. */
export function printDemoMended(
  { weeks, planted, mended }: DemoLoop,
  { policyFile, log, store, audit, sample }: DemoWeekFiles,
): void {
  const { model, task } = planted;
  printDemoStep(12, 'Audit again: the next week, decided by the next policy', [
    `routesmith serve --policy ${quoteWord(policyFile)} --pool models.yaml`,
    `--log ${quoteWord(log)} --log-level prompts`,
    `routesmith audit ${quoteWord(log)} --pool models.yaml`,
    `--prompts ${quoteWord(store)} --out ${quoteWord(audit)}`,
    `--sample ${sample} --repeats 1`,
  ]);
  const row = (name: string, valueOf: (week: DemoWeek) => string): string[] => [
    name,
    ...weeks.map(valueOf),
  ];
  print(
    formatTable(
      [textColumn('audited'), 'first policy', 'next policy'],
      [
        row(
          `${task} by ${model}`,
          ({ plantedModel, plantedTask }) =>
            `${formatWhole(plantedModel)} of ${formatWhole(plantedTask)}`,
        ),
        row(`${task} better elsewhere`, ({ report }) => formatBetter(report, task)),
        row('quality on all tasks', ({ report }) =>
          formatInterval(report.total.quality, formatQuality),
        ),
        row('$ / 1,000 requests', ({ report }) => formatCostPerThousand(report.total.costUsd.mean)),
      ],
    ),
  );
  print();
  const [, after] = weeks;
  const share =
    `${model} gets ${formatWhole(after.plantedModel)} of the ` +
    formatCount(after.plantedTask, `${task} request`);
  printWrapped(
    mended
      ? `The next policy fixes it: ${share}, and clearly fewer of them would have been answered better by another model.`
      : `This audit does not show that the next policy fixes it: ${share}.`,
  );
}

function formatBetter({ tasks }: AuditReport, task: string): string {
  const audited = tasks.find((one) => one.task === task);
  return audited === undefined ? 'too few audited' : formatShareInterval(audited.better);
}
