import { randomUUID } from 'node:crypto';
import type { Grade, GradingTools } from '../graders/grade.js';
import { judgePromptVersion } from '../graders/judge-prompt.js';
import type { BegunCall, CallJournal } from '../ledger/call-journal.js';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { Example } from '../tasks/example.js';
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
  let isBegun = false;
  const begin = (possibleCostUsd: number): void => {
    isBegun = true;
    journal?.begin(describeJudging(entry, { id, model: judge.model, possibleCostUsd }));
  };
  const { grade, gradeKey } = await gradeCell(example, entry.outcome, entry.answer, {
    ...tools,
    judge: {
      model: judge.model,
      ask: (messages) =>
        judge.ask(messages, (worstUsd) => {
          possibleUsd += worstUsd;
          begin(possibleUsd);
        }),
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

/** Forgets a judge's calls that have ended in the ledger. */
export function endJudging({ grade }: LedgerEntry, journal: Pick<CallJournal, 'end'>): void {
  if (grade.judge?.id !== undefined) journal.end(grade.judge.id);
}

function describeJudging(
  { cellKey, taskId, promptHash, model, repeat, simulated, startedAt }: LedgerEntry,
  judging: { readonly id: string; readonly model: string; readonly possibleCostUsd: number },
): BegunCall {
  const { possibleCostUsd } = judging;
  return {
    cellKey,
    taskId,
    promptHash,
    model,
    repeat,
    simulated,
    startedAt,
    possibleCostUsd: Number.isFinite(possibleCostUsd) ? possibleCostUsd : null,
    judging: { id: judging.id, model: judging.model, promptVersion: judgePromptVersion },
  };
}
