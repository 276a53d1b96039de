import { RoutesmithError } from '../../util/errors.js';
import type { OutcomeTable } from './outcome-table.js';

/** What averages are over: `task` counts every task equally, `prompt` every prompt. */
export const balances = ['prompt', 'task'] as const;

/** Whether tasks can be counted equally: all prompts have a label, and not all the same. */
export function canBalance({ prompts }: Pick<OutcomeTable, 'prompts'>): boolean {
  const tasks = new Set(prompts.map(({ task }) => task));
  return tasks.size > 1 && !tasks.has(undefined);
}

/**
 * Weights the prompts so that every task counts equally, however many prompts it has: in training, in
 * the choice of the baseline, and in all averages and intervals. The mean weight stays.
 *
 * @throws RoutesmithError `usage` where prompts have no task label, or all have the same
 */
export function balanceTasks(table: OutcomeTable): OutcomeTable {
  if (!canBalance(table)) {
    const what = 'tasks cannot be counted equally: prompts have no task label, or all the same';
    throw new RoutesmithError('usage', what, {
      fix: 'Label all prompts, or leave --balance out.',
    });
  }
  const totals = new Map<string | undefined, number>();
  for (const { task, weight = 1 } of table.prompts) {
    totals.set(task, (totals.get(task) ?? 0) + weight);
  }
  const share = [...totals.values()].reduce((sum, weight) => sum + weight, 0) / totals.size;
  const prompts = table.prompts.map((prompt) => {
    const ofTask = totals.get(prompt.task) as number;
    return { ...prompt, weight: ((prompt.weight ?? 1) * share) / ofTask };
  });
  return { ...table, prompts, balance: 'task' };
}
