import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { countGradable, type GivenTools } from '../../measure/graders/missing-tools.js';
import { readLedger } from '../../measure/ledger/ledger.js';
import { runFiles } from '../../measure/outcomes/run.js';
import type { Example, TaskSet } from '../../measure/tasks/example.js';
import type { AuditFile } from '../../review/audit/audit-file.js';
import type { AuditReport } from '../../review/audit/compute-audit-report.js';
import { noGrader, otherPrompt } from '../../review/audit/left-out-requests.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatCount, formatWhole } from '../../util/format-number.js';
import { describeIds } from '../print/print-audit.js';
import { escapeControls, printWarning } from '../print/print.js';

/** @param picked requests that were picked for people before this run */
export function warnOfUnused(
  { human, labels }: { readonly human: string | undefined; readonly labels: number | undefined },
  { picked, grading }: { readonly picked: number; readonly grading: AuditReport['grading'] },
): void {
  if (!grading.judged) {
    const given = Object.entries({ '--human': human, '--labels': labels });
    for (const [option, value] of given) {
      if (value === undefined) continue;
      printWarning(`${option} is not used: it corrects a judge, and no judge graded this audit.`);
    }
  } else if (labels !== undefined && picked >= grading.minLabeled && picked !== labels) {
    printWarning(
      `--labels ${labels} is not used: this audit picked ${formatCount(picked, 'request')} before.`,
    );
  }
}

/** Before the first call, so that a task set can still be completed. */
export function warnOfUngraded({ leftOut, leftOutIds }: AuditFile): void {
  const count = leftOut[noGrader] ?? 0;
  if (count === 0) return;
  const ids = escapeControls(describeIds(leftOutIds?.[noGrader] ?? [], count));
  printWarning(
    `${formatCount(count, 'request')} left out, ${noGrader}${ids}: --prompts gives ${count === 1 ? 'it' : 'them'} none, ` +
      'and there is no --judge.',
  );
}

/** Before the first call: an id may be that of a request, and the text that of another one. */
export function warnOfOtherPrompts({ leftOut, leftOutIds }: AuditFile): void {
  const count = leftOut[otherPrompt] ?? 0;
  if (count === 0) return;
  const ids = escapeControls(describeIds(leftOutIds?.[otherPrompt] ?? [], count));
  printWarning(`${formatCount(count, 'request')} left out, ${otherPrompt}${ids}`);
}

/** Before the first call: prompts are found by the id of the request, which a task set of one's own lacks. */
export function warnOfUnusedPrompts(
  prompts: ReadonlyMap<string, unknown> | undefined,
  { drawn }: Pick<AuditFile, 'drawn'>,
): void {
  if (prompts === undefined || drawn.some(({ id }) => prompts.has(id))) return;
  printWarning(
    `--prompts is not used: none of its prompts (${formatWhole(prompts.size)}) has the id of a drawn request.`,
  );
}

/**
 * @param given what graders may use
 * @throws RoutesmithError `usage` where nothing can grade an answer, and earlier commands graded none
 */
export async function checkGradable(
  run: string,
  examples: readonly Example[],
  given: GivenTools,
): Promise<void> {
  if (countGradable(examples, given) > 0) return;
  const ledger = join(run, runFiles.ledger);
  const entries = existsSync(ledger) ? await readLedger(ledger) : [];
  if (entries.some(({ grade }) => grade.kind === 'graded')) return;
  throw new RoutesmithError(
    'usage',
    `nothing can grade the answers to the ${formatCount(examples.length, 'drawn request')}, so no model is called`,
    { where: run, fix: 'Add what their graders need: --judge FILE or --allow-code.' },
  );
}

/** Before the first call, so that the judge is not paid for other criteria than those wanted. */
export function warnOfUnusedRubric(
  { rubric, judge }: { readonly rubric: string | undefined; readonly judge: string | undefined },
  { taskSet, isContinued }: { readonly taskSet: TaskSet; readonly isContinued: boolean },
): void {
  if (rubric === undefined) return;
  const isUsed = taskSet.examples.some(({ grader }) => grader?.options['rubric'] === rubric);
  if (judge !== undefined && isUsed) return;
  const why =
    judge === undefined
      ? 'it is for a judge, and there is no --judge'
      : isContinued
        ? 'the requests of this audit keep the graders that it began with'
        : 'every request has a grader of its own';
  printWarning(`--rubric is not used: ${why}.`);
}
