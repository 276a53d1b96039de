import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { HumanLabel } from './read-human-labels.js';
import { trimText } from '../../util/trim-text.js';

/** Labels of the answers that a run has now. */
export interface CurrentLabels {
  readonly labels: readonly HumanLabel[];
  /** How many others name an answer that another one has replaced. */
  readonly outdated: number;
}

/**
 * Leaves out labels of answers that a run no longer has, such as those of other parameters or of a retried
 * failure. A label that names no answer is taken to be of the current one.
 *
 * @param entries the current entry of each cell
 */
export function selectCurrentLabels(
  labels: readonly HumanLabel[],
  entries: readonly Pick<LedgerEntry, 'taskId' | 'model' | 'repeat' | 'answer'>[],
): CurrentLabels {
  const keyOf = (...cell: readonly [task: string, model: string, repeat: number]): string =>
    JSON.stringify(cell);
  const answerOf = new Map(
    entries.map(({ taskId, model, repeat, answer }) => [keyOf(taskId, model, repeat), answer]),
  );
  const current = labels.filter(({ task, model, repeat, answer }) => {
    const key = keyOf(task, model, repeat);
    return answer === undefined || !answerOf.has(key) || fold(answer) === fold(answerOf.get(key));
  });
  return { labels: current, outdated: labels.length - current.length };
}

/** Spreadsheets change the ends of lines and of cells, and have no null. */
function fold(answer: string | null | undefined): string {
  return trimText(answer ?? '');
}
