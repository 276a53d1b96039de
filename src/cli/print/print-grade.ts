import type { GradeReport, HumanAgreement } from '../../learn/evaluate/diagnose/grade-report.js';
import type { Grade } from '../../measure/graders/grade.js';
import { describeKeptLabels } from '../../measure/sweep/grade-entry.js';
import type { GradeChange } from '../../measure/sweep/grade-cells.js';
import {
  formatCount,
  formatQuality,
  formatShareInterval,
  formatWhole,
} from '../../util/format-number.js';
import { describeOutdated } from './print-audit.js';
import { escapeControls, formatTable, print, printWrapped, textColumn } from './print.js';

const maxShownChanges = 20;

/** Prints what regrading changed: by model, then change by change. */
export function printGradeReport(report: GradeReport, dryRun: boolean): void {
  printModels(report);
  const changes = formatCount(report.changes.length, 'grade');
  print(
    `\n${formatCount(report.cells, 'cell')}, ${formatWhole(report.graded)} regraded, ${changes} ${dryRun ? 'would change' : 'changed'}.`,
  );
  for (const [cause, count] of report.causes) {
    print(escapeControls(`  ${formatWhole(count)}: ${cause}`));
  }
  printChanges(report.changes);
  for (const [reason, count] of report.ungraded) {
    print(escapeControls(`Ungraded: ${formatCount(count, 'answer')}: ${reason}`));
  }
  for (const sentence of describeKeptLabels(new Map(report.kept))) printWrapped(sentence);
  if (report.withoutTask > 0) {
    print(
      `${formatCount(report.withoutTask, 'answer')} left unchanged: the task set does not contain the prompt.`,
    );
  }
  if (report.human !== null) printHumanAgreement(report.human);
}

function printModels({ models }: GradeReport): void {
  print(
    formatTable(
      [
        textColumn('model'),
        'cells',
        'up',
        'down',
        'newly graded',
        'ungraded',
        'quality before',
        'quality',
      ],
      models.map((item) => [
        item.model,
        formatWhole(item.cells),
        formatWhole(item.up),
        formatWhole(item.down),
        formatWhole(item.newlyGraded),
        formatWhole(item.ungraded),
        formatQuality(item.qualityBefore),
        formatQuality(item.quality),
      ]),
    ),
  );
}

function printChanges(changes: readonly GradeChange[]): void {
  for (const { task, model, repeat, before, after } of changes.slice(0, maxShownChanges)) {
    const cell = repeat === 0 ? `${task}, ${model}` : `${task}, ${model}, repeat ${repeat}`;
    print(escapeControls(`  ${cell}: ${describeGrade(before)} -> ${describeGrade(after)}`));
  }
  const more = changes.length - maxShownChanges;
  if (more > 0) print(`  ... and ${formatWhole(more)} more. Use --json to list all.`);
}

function printHumanAgreement(human: HumanAgreement): void {
  const { bias, same, pairs } = human;
  if (bias !== null) {
    const kappa = human.kappa === null ? '' : `, kappa ${formatQuality(human.kappa)}`;
    const direction = bias < 0 ? 'below' : 'above';
    printWrapped(
      `Human labels agree with ${formatShareInterval(same)} of ${formatCount(pairs, 'grade')}${kappa}; ` +
        `grades are ${formatQuality(Math.abs(bias))} ${direction} the labels on average.`,
    );
  }
  if (human.outdated > 0) printWrapped(describeOutdated(human.outdated));
  if (human.unmatched > 0) {
    print(`${formatCount(human.unmatched, 'human label')} without a graded answer.`);
  }
}

function describeGrade(grade: Grade): string {
  if (grade.kind === 'ungraded') return `ungraded (${grade.reason})`;
  const detail = grade.detail === undefined ? '' : ` (${grade.detail})`;
  return `${formatQuality(grade.quality)}${detail}`;
}
