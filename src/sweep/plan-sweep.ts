import type { PoolModel } from '../pool/model.js';
import { computePromptHash } from '../tasks/compute-prompt-hash.js';
import type { Task } from '../tasks/task.js';
import { RoutesmithError } from '../util/errors.js';
import { textHash } from '../util/text-hash.js';
import { computeCellKey } from './cell-key.js';

/** One (task, model, repeat). */
export interface Cell {
  readonly cellKey: string;
  readonly task: Task;
  readonly promptHash: string;
  readonly model: PoolModel;
  readonly repeat: number;
}

export interface SweepPlan {
  /** The cells to call, in the order to call them. */
  readonly pending: readonly Cell[];
  /** The cells that need no call. */
  readonly settled: readonly Cell[];
  /** Tasks left out because an earlier one of the set asks exactly the same. */
  readonly duplicateTasks: readonly Task[];
}

/**
 * Plans a sweep: tasks x models x repeats, less the settled cells. Prompts come in an order that
 * the seed and their content decide, and models take turns, so that a sweep that stops early has
 * seen some of everything, and so that reordered files give the same plan.
 *
 * @param limit the most prompts to take, the first ones of that order; by default all
 * @throws RoutesmithError `invalid_pool` where two models would get the very same requests
 */
export function planSweep(input: {
  readonly tasks: readonly Task[];
  readonly models: readonly PoolModel[];
  readonly repeats: number;
  readonly seed: number;
  readonly settledKeys: ReadonlySet<string>;
  readonly limit?: number | undefined;
}): SweepPlan {
  checkModelsDiffer(input.models);
  const { prompts, duplicateTasks } = collectPrompts(input.tasks, input.seed);
  const pending: Cell[] = [];
  const settled: Cell[] = [];
  for (let repeat = 0; repeat < input.repeats; repeat++) {
    for (const { task, promptHash } of prompts.slice(0, input.limit)) {
      for (const model of input.models) {
        const cellKey = computeCellKey({ promptHash, model, repeat });
        const cells = input.settledKeys.has(cellKey) ? settled : pending;
        cells.push({ cellKey, task, promptHash, model, repeat });
      }
    }
  }
  return { pending, settled, duplicateTasks };
}

interface PlannedPrompt {
  readonly task: Task;
  readonly promptHash: string;
  readonly rank: number;
}

function collectPrompts(
  tasks: readonly Task[],
  seed: number,
): { prompts: PlannedPrompt[]; duplicateTasks: Task[] } {
  const prompts = new Map<string, PlannedPrompt>();
  const duplicateTasks: Task[] = [];
  for (const task of tasks) {
    const promptHash = computePromptHash(task.prompt);
    if (prompts.has(promptHash)) duplicateTasks.push(task);
    else prompts.set(promptHash, { task, promptHash, rank: textHash(promptHash, seed) });
  }
  const inOrder = [...prompts.values()].sort(
    (a, b) => a.rank - b.rank || (a.promptHash < b.promptHash ? -1 : 1),
  );
  return { prompts: inOrder, duplicateTasks };
}

function checkModelsDiffer(models: readonly PoolModel[]): void {
  const idOf = new Map<string, string>();
  for (const model of models) {
    const key = computeCellKey({ promptHash: '', model, repeat: 0 });
    const other = idOf.get(key);
    if (other !== undefined) {
      throw new RoutesmithError('invalid_pool', `${other} and ${model.id} are one and the same`, {
        fix: 'Remove one of them, or give them different models or parameters.',
      });
    }
    idOf.set(key, model.id);
  }
}
