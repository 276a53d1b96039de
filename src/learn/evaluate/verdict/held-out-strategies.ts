import { valueAt } from '../../../util/numeric-arrays.js';
import {
  canTake,
  chooseForRow,
  type PlannedObjective,
  type TableEstimates,
  type TrainedPlan,
} from '../plan/trained-plan.js';
import {
  collectOracleOutcomes,
  collectOutcomes,
  collectRandomOutcomes,
  noModel,
  type Outcomes,
} from '../strategies/chosen-outcomes.js';
import type { Strategy } from '../strategies/compare-strategies.js';
import type { StrategyId } from '../strategies/strategy-id.js';
import { listHeldOutRows, type HeldOut } from './held-out.js';

/**
 * All strategies of an evaluation, on the held-out rows fold after fold: the policy under each
 * objective, what it has to beat, and what it cannot reach. Without the cheapest model where the plan
 * of a fold does not know it.
 */
export function computeStrategies(heldOut: HeldOut): Strategy[] {
  const { table, taskOf, estimates } = heldOut;
  const choose = (id: StrategyId, chooseRow: ChooseRow): Strategy => {
    const choices = chooseRows(heldOut, chooseRow);
    return { id, choices, outcomes: collectChoices(heldOut, choices) };
  };
  const rows = listHeldOutRows(heldOut);
  const takes = (row: number, model: number): boolean => canTake(estimates, row, model);
  const baseline = choose(identifyBaseline(heldOut), (_, plan) => plan.baseline);
  const oracle = collectOracleOutcomes(table, rows, baseline.outcomes, takes);
  const isLabeled = table.prompts.some(({ task }) => task !== undefined);
  const objectives = heldOut.folds[0]?.plan.objectives ?? [];
  const isCheapestKnown = heldOut.folds.every(({ plan }) => plan.cheapest !== undefined);
  return [
    ...objectives.map(({ name }, index) =>
      choose({ kind: 'routed', objective: name }, (row, plan) =>
        chooseForRow(estimates, row, plan, objectiveAt(plan, index)),
      ),
    ),
    baseline,
    ...(isCheapestKnown
      ? [choose({ kind: 'cheapest' }, (_, plan) => plan.cheapest ?? plan.baseline)]
      : []),
    {
      id: { kind: 'random' },
      choices: undefined,
      outcomes: collectRandomOutcomes(table, rows, takes),
    },
    choose({ kind: 'task_table', tasks: isLabeled ? 'labels' : 'latent' }, (row, plan) => {
      const task = valueAt(taskOf, row);
      const wanted = task < 0 ? plan.baseline : valueAt(plan.bestOfTask, task);
      // A table has to send somewhere what is beyond the model that it names.
      return takes(row, wanted)
        ? wanted
        : (plan.fallbackOrder.find((model) => takes(row, model)) ?? noModel);
    }),
    { id: { kind: 'oracle' }, choices: oracle.choices, outcomes: oracle },
  ];
}

/** Outcomes of the baseline, which differences and savings are from. */
export function findBaseline(strategies: readonly Strategy[]): Outcomes {
  const found = strategies.find(({ id }) => id.kind === 'without_routing');
  if (found === undefined) throw new TypeError('the strategies have no baseline');
  return found.outcomes;
}

function identifyBaseline({ table, folds }: HeldOut): StrategyId {
  const plan = folds[0]?.plan;
  const named = plan?.isBaselineNamed === true ? table.models[plan.baseline] : undefined;
  return { kind: 'without_routing', ...(named !== undefined && { baseline: named }) };
}

/** Index of the model for a row, by the plan of the row's fold. */
export type ChooseRow = (row: number, plan: TrainedPlan) => number;

/** The chosen model of every held-out row, fold after fold. */
export function chooseRows({ folds }: HeldOut, chooseRow: ChooseRow): Int32Array {
  return Int32Array.from(
    folds.flatMap(({ rows, plan }) => Array.from(rows, (row) => chooseRow(row, plan))),
  );
}

/** Recorded outcomes of chosen models, one per held-out row. */
export function collectChoices(heldOut: HeldOut, choices: Int32Array): Outcomes {
  return collectOutcomes(heldOut.table, listHeldOutRows(heldOut), choices);
}

/** Recorded outcomes of one model for every held-out row. */
export function collectConstant(heldOut: HeldOut, model: number): Outcomes {
  return collectChoices(heldOut, new Int32Array(listHeldOutRows(heldOut).length).fill(model));
}

/**
 * The choices where a policy uses one model under an objective: for all held-out prompts that it can
 * take. What is beyond it goes where the objective sends it.
 */
export function chooseConstant(
  heldOut: HeldOut,
  use: {
    readonly index: number;
    readonly model: number;
    /** @default those of the folds */
    readonly estimates?: TableEstimates;
  },
): Int32Array {
  const { index, model, estimates = heldOut.estimates } = use;
  return chooseRows(heldOut, (row, plan) =>
    chooseForRow(estimates, row, plan, { ...objectiveAt(plan, index), onlyModel: model }),
  );
}

/** An objective of a plan. All folds plan the same objectives, in the same order. */
export function objectiveAt({ objectives }: TrainedPlan, index: number): PlannedObjective {
  const objective = objectives[index];
  if (objective === undefined) throw new RangeError(`a plan has no objective ${index}`);
  return objective;
}
