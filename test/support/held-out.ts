import type { HeldOut } from '../../src/learn/evaluate/verdict/held-out.js';
import type { TrainedPlan } from '../../src/learn/evaluate/plan/trained-plan.js';
import type { OutcomeTable } from '../../src/measure/outcomes/outcome-table.js';
import { listRows } from './outcome-table.js';
import { buildObjective } from './routing-policy.js';

export function buildPlan(changes: Partial<TrainedPlan> = {}): TrainedPlan {
  return {
    baseline: 0,
    cheapest: 0,
    bestOfTask: new Int32Array(0),
    objectives: [buildObjective()],
    constants: [0],
    noveltyLimit: 0.5,
    fallbackOrder: [0, 1, 2],
    ...changes,
  };
}

/**
 * A held-out table in one fold, unless others are given. The estimates are the recorded outcomes,
 * where none are given: a router that knows everything.
 */
export function buildHeldOut(table: OutcomeTable, changes: Partial<HeldOut> = {}): HeldOut {
  const tasks = [...new Set(table.prompts.map(({ task }) => task))].filter(
    (one) => one !== undefined,
  );
  return {
    table,
    taskOf: Int32Array.from(table.prompts, ({ task }) =>
      task === undefined ? -1 : tasks.indexOf(task),
    ),
    groups: listRows(table.prompts.length),
    estimates: {
      quality: table.quality,
      costUsd: table.costUsd,
      latencyMs: table.latencyMs,
      novelty: new Float32Array(table.prompts.length),
    },
    folds: [{ rows: listRows(table.prompts.length), plan: buildPlan() }],
    ...changes,
  };
}
