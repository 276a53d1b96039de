import type { Grade } from '../../../measure/graders/grade.js';
import type { LedgerEntry } from '../../../measure/ledger/ledger-entry.js';
import { selectCurrentLabels } from '../../../measure/outcomes/current-labels.js';
import type { HumanLabel } from '../../../measure/outcomes/read-human-labels.js';
import { countReasons } from '../../../measure/sweep/count-reasons.js';
import type { JudgeSpend } from '../../../measure/sweep/create-judge.js';
import type { JudgeEstimate } from '../../../measure/sweep/judge-estimate.js';
import type { GradeChange } from '../../../measure/sweep/grade-cells.js';
import type { GradeRunSummary } from '../../../measure/sweep/grade-run.js';
import { computeAgreement, type Agreement } from './agreement.js';

/** The result of regrading for one model. */
export interface ModelGrades {
  readonly model: string;
  readonly cells: number;
  /** Cells whose quality went up. */
  readonly up: number;
  readonly down: number;
  readonly newlyGraded: number;
  readonly ungraded: number;
  /** Mean quality, in [0, 1]; null where nothing is graded. */
  readonly qualityBefore: number | null;
  readonly quality: number | null;
}

/** Agreement of grades with human labels. */
export type HumanAgreement = Agreement & {
  /** Labels without a graded answer. */
  readonly unmatched: number;
  /** Labels of answers that other answers have replaced. */
  readonly outdated: number;
};

export interface GradeReport {
  readonly cells: number;
  readonly graded: number;
  /** Labels that are not current and stand, by the reason why they could not be made again. */
  readonly kept: readonly (readonly [reason: string, count: number])[];
  readonly withoutTask: number;
  readonly models: readonly ModelGrades[];
  readonly changes: readonly GradeChange[];
  /** Why grades changed, with counts, most frequent first. */
  readonly causes: readonly (readonly [cause: string, count: number])[];
  /** Why answers are ungraded now, with counts, most frequent first. */
  readonly ungraded: readonly (readonly [reason: string, count: number])[];
  readonly human: HumanAgreement | null;
  readonly judge: JudgeSpend | null;
  /** Answers that a dry run left to the judge; they keep their earlier grades. */
  readonly toJudge: number;
  /** What the judge would cost; null unless it was only estimated. */
  readonly judgeEstimate: JudgeEstimate | null;
}

/** Summarizes what regrading changed, by model. */
export function computeGradeReport(
  summary: GradeRunSummary,
  human: readonly HumanLabel[] | undefined,
  judge: JudgeSpend | undefined,
): GradeReport {
  const { cells, graded, kept, withoutTask, changes, entries, toJudge, judgeEstimate } = summary;
  const decided = entries.filter(({ cellKey }) => !toJudge.has(cellKey));
  const models = [...new Set(entries.map(({ model }) => model))].sort();
  return {
    cells,
    graded,
    kept: [...kept],
    withoutTask,
    changes,
    models: models.map((model) => summarizeModel(model, summary)),
    causes: countTexts(changes.map(({ cause }) => cause)),
    ungraded: sortCounts(countReasons(decided.flatMap(({ grade }) => describeUngraded(grade)))),
    human: human === undefined ? null : compareWithHumans(entries, human),
    judge: judge ?? null,
    toJudge: toJudge.size,
    judgeEstimate,
  };
}

function countTexts(texts: readonly string[]): [text: string, count: number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return sortCounts(counts);
}

function sortCounts(counts: ReadonlyMap<string, number>): [text: string, count: number][] {
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function describeUngraded(grade: Grade): readonly string[] {
  if (grade.kind === 'graded') return [];
  return [grade.ambiguous === undefined ? grade.reason : 'ambiguous; --ambiguous decides them'];
}

function summarizeModel(model: string, { before, entries, changes }: GradeRunSummary): ModelGrades {
  const own = entries.filter((entry) => entry.model === model);
  const ownChanges = changes.filter((change) => change.model === model);
  return {
    model,
    cells: own.length,
    up: ownChanges.filter((change) => computeRise(change) > 0).length,
    down: ownChanges.filter((change) => computeRise(change) < 0).length,
    newlyGraded: ownChanges.filter(
      (change) => change.before.kind === 'ungraded' && change.after.kind === 'graded',
    ).length,
    ungraded: own.filter(({ grade }) => grade.kind === 'ungraded').length,
    qualityBefore: computeMeanQuality(before.filter((entry) => entry.model === model)),
    quality: computeMeanQuality(own),
  };
}

/** The rise in quality; 0 where either grade is missing. */
function computeRise({ before, after }: { readonly before: Grade; readonly after: Grade }): number {
  return before.kind === 'graded' && after.kind === 'graded' ? after.quality - before.quality : 0;
}

function computeMeanQuality(entries: readonly LedgerEntry[]): number | null {
  const qualities = entries.flatMap(({ grade }) =>
    grade.kind === 'graded' ? [grade.quality] : [],
  );
  if (qualities.length === 0) return null;
  return qualities.reduce((sum, quality) => sum + quality, 0) / qualities.length;
}

function compareWithHumans(
  entries: readonly LedgerEntry[],
  human: readonly HumanLabel[],
): HumanAgreement {
  const { labels, outdated } = selectCurrentLabels(human, entries);
  const keyOf = (task: string, model: string, repeat: number): string =>
    JSON.stringify([task, model, repeat]);
  const qualityOf = new Map(
    entries.flatMap(({ taskId, model, repeat, grade }) =>
      grade.kind === 'graded' ? [[keyOf(taskId, model, repeat), grade.quality] as const] : [],
    ),
  );
  const matched = labels.flatMap(({ task, model, repeat, quality }) => {
    const graded = qualityOf.get(keyOf(task, model, repeat));
    return graded === undefined ? [] : [{ graded, quality }];
  });
  const agreement = computeAgreement(
    matched.map(({ graded }) => graded),
    matched.map(({ quality }) => quality),
  );
  return { ...agreement, unmatched: labels.length - matched.length, outdated };
}
