import type { Objective } from '../../../policy/file/policy.js';
import { chooseForRow, listHeldOutRows, type HeldOut, type TrainedPlan } from './held-out.js';
import {
  chooseOracle,
  collectOutcomes,
  collectRandomOutcomes,
  type Outcomes,
} from '../verdict/outcomes.js';

/** A way to choose models, with what it would have given on the held-out prompts. */
export interface Strategy {
  readonly name: string;
  readonly kind: 'routed' | 'baseline' | 'reference';
  readonly outcomes: Outcomes;
  /** Index of the chosen model per held-out prompt; undefined where several are averaged. */
  readonly choices: Int32Array | undefined;
}

/**
 * All strategies of an evaluation, on the held-out rows fold after fold: the policy under each
 * objective, and what it has to beat or cannot.
 */
export function computeStrategies(heldOut: HeldOut): Strategy[] {
  const { table, taskOf } = heldOut;
  const modelCount = table.models.length;
  const choose = (
    name: string,
    kind: Strategy['kind'],
    pick: (row: number, plan: TrainedPlan) => number,
  ): Strategy => {
    const choices = chooseRows(heldOut, pick);
    return { name, kind, choices, outcomes: collectChoices(heldOut, choices) };
  };
  const isLabelled = table.prompts.some(({ task }) => task !== undefined);
  const tableName = `per-task table (${isLabelled ? 'true label' : 'latent tasks'})`;
  const objectives = heldOut.folds[0]?.plan.objectives ?? [];
  return [
    ...objectives.map(({ name }, index) =>
      choose(`routed: ${name}`, 'routed', (row, plan) =>
        chooseForRow(heldOut.estimates, modelCount, row, plan, plan.objectives[index] as Objective),
      ),
    ),
    choose('best single', 'baseline', (_, plan) => plan.baseline),
    choose('cheapest', 'baseline', (_, plan) => plan.cheapest),
    {
      name: 'random',
      kind: 'baseline',
      choices: undefined,
      outcomes: collectRandomOutcomes(table, listHeldOutRows(heldOut)),
    },
    choose(tableName, 'reference', (row, plan) =>
      (taskOf[row] as number) < 0
        ? plan.baseline
        : (plan.bestOfTask[taskOf[row] as number] as number),
    ),
    choose('oracle', 'reference', (row) => chooseOracle(table, row)),
  ];
}

/** The chosen model of every held-out row, fold after fold. */
export function chooseRows(
  { folds }: HeldOut,
  pick: (row: number, plan: TrainedPlan) => number,
): Int32Array {
  return Int32Array.from(
    folds.flatMap(({ rows, plan }) => Array.from(rows, (row) => pick(row, plan))),
  );
}

/** Recorded outcomes of chosen models, one per held-out row. */
export function collectChoices(heldOut: HeldOut, choices: Int32Array): Outcomes {
  return collectOutcomes(heldOut.table, listHeldOutRows(heldOut), choices);
}
