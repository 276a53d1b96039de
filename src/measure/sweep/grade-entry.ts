import { randomUUID } from 'node:crypto';
import { findGradedVersion } from '../graders/grade-answer.js';
import { graderTools, type Grade, type GraderTool, type GradingTools } from '../graders/grade.js';
import { judgePromptVersion } from '../graders/judge/judge-prompt.js';
import type { BegunCall, CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';
import { formatCount } from '../../util/format-number.js';
import { gradeCell } from './cell-outcome.js';

/** A grade, and the key of what shaped it; null if it has to be made again. */
export interface EntryGrade {
  readonly grade: Grade;
  readonly gradeKey: string | null;
}

/**
 * Grades the answer of a ledger line, for another line. Where a judge is asked, the grade gets an id,
 * so that its costs count once, however often the line is copied, and again when it is asked again.
 *
 * @param journal records the judge's calls before they are sent; the caller ends it with
 * `endJudging` when the grade is in the ledger. @default none
 */
export async function gradeEntry(
  example: Example,
  entry: LedgerEntry,
  tools: GradingTools,
  journal?: Pick<CallJournal, 'begin' | 'end'>,
): Promise<EntryGrade> {
  const { judge } = tools;
  if (judge === undefined) return gradeCell(example, entry.outcome, entry.answer, tools);
  const id = randomUUID();
  let possibleUsd = 0;
  /** Calls of earlier questions that were or may have been charged. */
  let charged = 0;
  let isBegun = false;
  const begin = (possibleCostUsd: number, earlier = 0): void => {
    isBegun = true;
    const calls = { id, model: judge.model, possibleCostUsd, earlier };
    journal?.begin(describeJudging(entry, calls));
  };
  const { grade, gradeKey } = await gradeCell(example, entry.outcome, entry.answer, {
    ...tools,
    judge: {
      model: judge.model,
      noteVerdict: (isReadable) => judge.noteVerdict?.(isReadable),
      async ask(messages) {
        const reply = await judge.ask(messages, (worstUsd, unpriced) => {
          possibleUsd += worstUsd;
          begin(possibleUsd, charged + unpriced);
        });
        charged +=
          (reply.unpriced ?? 0) + (reply.kind === 'reply' && reply.costUsd !== null ? 1 : 0);
        return reply;
      },
    },
  });
  if (grade.judge !== undefined) {
    return { grade: { ...grade, judge: { ...grade.judge, id } }, gradeKey };
  }
  if (isBegun) {
    // Nothing was charged: no line of the ledger will name these calls.
    begin(0);
    journal?.end(id);
  }
  return { grade, gradeKey };
}

/**
 * Whether the label of an earlier version of its grader, or of another judge, stands: the judge or the
 * sandbox that is to make it again is not at hand, or failed without a charge.
 */
export function isLabelKept(example: Example, entry: LedgerEntry, made: EntryGrade): boolean {
  return (
    entry.grade.kind === 'graded' &&
    made.gradeKey === null &&
    made.grade.judge === undefined &&
    findGradedVersion(example, entry) !== undefined
  );
}

/** How many labels stand, by the reason why they could not be made again; see `countReasons`. */
export type KeptLabels = ReadonlyMap<string, number>;

/**
 * Why a label that stands could not be made again.
 *
 * @param describeLack says which tool is lacking. @default as the grade does
 */
export function findKeptReason(
  { grade }: EntryGrade,
  describeLack?: (tool: GraderTool) => string,
): string {
  if (grade.kind !== 'ungraded') return '';
  const lack = graderTools.find((tool) => tool === grade.lacks);
  return (lack && describeLack?.(lack)) ?? grade.reason;
}

/** What is said of labels that stand: a sentence for each reason. */
export function describeKeptLabels(kept: KeptLabels): readonly string[] {
  return [...kept].map(
    ([reason, count]) =>
      `${formatCount(count, 'grade')} of an earlier version of their graders, or of another judge, ` +
      `stand: ${reason}.`,
  );
}

/** Forgets a judge's calls that have ended in the ledger. */
export function endJudging({ grade }: LedgerEntry, journal: Pick<CallJournal, 'end'>): void {
  if (grade.judge?.id !== undefined) journal.end(grade.judge.id);
}

function describeJudging(
  { cellKey, taskId, promptHash, model, repeat, simulated, startedAt }: LedgerEntry,
  judging: {
    readonly id: string;
    readonly model: string;
    readonly possibleCostUsd: number;
    readonly earlier: number;
  },
): BegunCall {
  const { possibleCostUsd, earlier } = judging;
  const isBounded = Number.isFinite(possibleCostUsd);
  return {
    cellKey,
    taskId,
    promptHash,
    model,
    repeat,
    simulated,
    startedAt,
    possibleCostUsd: isBounded ? possibleCostUsd : null,
    ...(!isBounded && earlier > 0 && { unboundedCalls: earlier }),
    judging: { id: judging.id, model: judging.model, promptVersion: judgePromptVersion },
  };
}
