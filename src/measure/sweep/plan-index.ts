import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { SweepPlan } from './plan-sweep.js';

/** Finds the cell of a plan that a ledger entry is about. */
export interface PlanIndex {
  /** The number of the cell with the entry's key; undefined if it is not in the plan. */
  findCell(entry: LedgerEntry): number | undefined;
  /**
   * The number of the plan's cell with the entry's task id, model id and repeat. It is also the
   * number of the slot; see `CurrentLines`.
   */
  findSlot(entry: LedgerEntry): number | undefined;
}

/** Creates the index of a plan. */
export function createPlanIndex(plan: SweepPlan): PlanIndex {
  const { models, prompts } = plan;
  const indexOfExample = new Map(prompts.map(({ example }, index) => [example.id, index]));
  const indexOfHash = new Map(prompts.map(({ promptHash }, index) => [promptHash, index]));
  const indexOfModel = new Map(models.map(({ id }, index) => [id, index]));

  /** The number of a prompt's cell for the first model. */
  const findRow = (prompt: number | undefined, repeat: number): number | undefined =>
    prompt === undefined || repeat >= plan.repeats
      ? undefined
      : (repeat * prompts.length + prompt) * models.length;

  return {
    findCell({ cellKey, promptHash, model, repeat }) {
      const row = findRow(indexOfHash.get(promptHash), repeat);
      if (row === undefined) return undefined;
      const named = indexOfModel.get(model);
      if (named !== undefined && plan.computeKey(row + named) === cellKey) return row + named;
      // The model's id may have changed since.
      const index = models.findIndex((_, other) => plan.computeKey(row + other) === cellKey);
      return index === -1 ? undefined : row + index;
    },
    findSlot({ taskId, model, repeat }) {
      const row = findRow(indexOfExample.get(taskId), repeat);
      const column = indexOfModel.get(model);
      return row === undefined || column === undefined ? undefined : row + column;
    },
  };
}
