import { join } from 'node:path';
import { computeAgreement, type Agreement } from '../../learn/evaluate/diagnose/agreement.js';
import type { Grade } from '../../measure/graders/grade.js';
import type { LedgerEntry } from '../../measure/ledger/ledger-entry.js';
import { readLedger } from '../../measure/ledger/ledger.js';
import { readHumanLabels, type HumanLabel } from '../../measure/outcomes/read-human-labels.js';
import { runFiles } from '../../measure/outcomes/run.js';
import type { JudgeSpend } from '../../measure/sweep/create-judge.js';
import type { GradeChange, GradeRunSummary } from '../../measure/sweep/grade-run.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatQuality, formatShareInterval } from './format-number.js';
import { formatTable } from './format-table.js';
import { escapeControls, print } from './print.js';

/** What grading anew came to, for one model. */
interface ModelGrades {
  readonly model: string;
  readonly cells: number;
  readonly up: number;
  readonly down: number;
  readonly newlyGraded: number;
  readonly ungraded: number;
  readonly qualityBefore: number | null;
  readonly quality: number | null;
}

export interface GradeReport {
  readonly cells: number;
  readonly graded: number;
  readonly withoutTask: number;
  readonly models: readonly ModelGrades[];
  readonly changes: readonly GradeChange[];
  /** Reasons of what is ungraded now, with counts. */
  readonly ungraded: readonly (readonly [reason: string, count: number])[];
  readonly human: (Agreement & { readonly unmatched: number }) | null;
  readonly judge: JudgeSpend | null;
}

const shownChanges = 20;

export { readHumanLabels as readLabels };

/** The names under which a run's models were served, and their ids. */
export async function readCandidates(run: string): Promise<readonly string[]> {
  const entries = await readLedger(join(run, runFiles.ledger));
  return [...new Set(entries.flatMap(({ model, servedModel }) => [model, servedModel ?? model]))];
}

/** Sums up what grading anew changed. */
export function buildGradeReport(
  summary: GradeRunSummary,
  human: readonly HumanLabel[] | undefined,
  judge: JudgeSpend | undefined,
): GradeReport {
  const { cells, graded, withoutTask, changes, entries, before } = summary;
  const reasons = new Map<string, number>();
  for (const { grade } of entries) {
    if (grade.kind === 'ungraded') reasons.set(grade.reason, (reasons.get(grade.reason) ?? 0) + 1);
  }
  const models = [...new Set(entries.map(({ model }) => model))].sort();
  return {
    cells,
    graded,
    withoutTask,
    changes,
    models: models.map((model) => summarise(model, before, entries, changes)),
    ungraded: [...reasons].sort((a, b) => b[1] - a[1]),
    human: human === undefined ? null : compareWithPeople(entries, human),
    judge: judge ?? null,
  };
}

export function printGradeReport(report: GradeReport, dryRun: boolean): void {
  const { changes, models } = report;
  print(
    formatTable(
      [
        { title: 'model', align: 'left' },
        { title: 'cells' },
        { title: 'up' },
        { title: 'down' },
        { title: 'newly graded' },
        { title: 'ungraded' },
        { title: 'quality before' },
        { title: 'quality' },
      ],
      models.map((one) => [
        one.model,
        String(one.cells),
        String(one.up),
        String(one.down),
        String(one.newlyGraded),
        String(one.ungraded),
        formatQuality(one.qualityBefore),
        formatQuality(one.quality),
      ]),
    ),
  );
  const verb = dryRun ? 'would change' : 'changed';
  print(
    `\n${formatCount(report.cells, 'cell')}, ${report.graded} graded anew, ${formatCount(changes.length, 'grade')} ${verb}.`,
  );
  for (const { task, model, repeat, before, after } of changes.slice(0, shownChanges)) {
    const place = repeat === 0 ? `${task}, ${model}` : `${task}, ${model}, repeat ${repeat}`;
    print(escapeControls(`  ${place}: ${describe(before)} -> ${describe(after)}`));
  }
  if (changes.length > shownChanges) {
    print(`  ... and ${changes.length - shownChanges} more (all of them with --json)`);
  }
  for (const [reason, count] of report.ungraded) {
    print(escapeControls(`Ungraded: ${formatCount(count, 'answer')}: ${reason}`));
  }
  if (report.withoutTask > 0) {
    print(
      `${formatCount(report.withoutTask, 'answer')} left as they are: their task is not there.`,
    );
  }
  if (report.human !== null) printHuman(report.human);
}

/** @throws RoutesmithError `interrupted` */
export function checkGraded({ interrupted }: GradeRunSummary, run: string): void {
  if (!interrupted) return;
  throw new RoutesmithError('interrupted', 'interrupted before all answers were graded', {
    where: run,
    fix: 'Run the same command again: what is graded stays graded.',
  });
}

function printHuman(human: Agreement & { readonly unmatched: number }): void {
  const kappa = human.kappa === null ? '' : `, kappa ${formatQuality(human.kappa)}`;
  print(
    `People agree with ${formatShareInterval(human.same)} of ${formatCount(human.pairs, 'grade')}${kappa}; ` +
      `grades are ${formatQuality(human.bias)} above theirs on average.`,
  );
  if (human.unmatched > 0) {
    print(`${formatCount(human.unmatched, 'label')} of people without a graded answer.`);
  }
}

function summarise(
  model: string,
  before: readonly LedgerEntry[],
  entries: readonly LedgerEntry[],
  changes: readonly GradeChange[],
): ModelGrades {
  const own = entries.filter((entry) => entry.model === model);
  const ownChanges = changes.filter((change) => change.model === model);
  const count = (isSuch: (before: Grade, after: Grade) => boolean): number =>
    ownChanges.filter((change) => isSuch(change.before, change.after)).length;
  const rise = (one: Grade, other: Grade): number =>
    one.kind === 'graded' && other.kind === 'graded' ? other.quality - one.quality : 0;
  return {
    model,
    cells: own.length,
    up: count((one, other) => rise(one, other) > 0),
    down: count((one, other) => rise(one, other) < 0),
    newlyGraded: count((one, other) => one.kind === 'ungraded' && other.kind === 'graded'),
    ungraded: own.filter(({ grade }) => grade.kind === 'ungraded').length,
    qualityBefore: computeMean(before.filter((entry) => entry.model === model)),
    quality: computeMean(own),
  };
}

function computeMean(entries: readonly LedgerEntry[]): number | null {
  const qualities = entries.flatMap(({ grade }) =>
    grade.kind === 'graded' ? [grade.quality] : [],
  );
  if (qualities.length === 0) return null;
  return qualities.reduce((sum, quality) => sum + quality, 0) / qualities.length;
}

function compareWithPeople(
  entries: readonly LedgerEntry[],
  human: readonly HumanLabel[],
): Agreement & { readonly unmatched: number } {
  const placeOf = (task: string, model: string, repeat: number): string =>
    JSON.stringify([task, model, repeat]);
  const qualityOf = new Map(
    entries.flatMap(({ taskId, model, repeat, grade }) =>
      grade.kind === 'graded' ? [[placeOf(taskId, model, repeat), grade.quality] as const] : [],
    ),
  );
  const matched = human.flatMap(({ task, model, repeat, quality }) => {
    const graded = qualityOf.get(placeOf(task, model, repeat));
    return graded === undefined ? [] : [{ graded, quality }];
  });
  const agreement = computeAgreement(
    matched.map(({ graded }) => graded),
    matched.map(({ quality }) => quality),
  );
  return { ...agreement, unmatched: human.length - matched.length };
}

function describe(grade: Grade): string {
  if (grade.kind === 'ungraded') return `ungraded (${grade.reason})`;
  const detail = grade.detail === undefined ? '' : ` (${grade.detail})`;
  return `${formatQuality(grade.quality)}${detail}`;
}
