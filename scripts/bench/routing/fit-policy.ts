import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { createDecide, type Decide } from '../../../src/policy/decide/decide.js';
import type { Policy } from '../../../src/policy/file/policy.js';
import { assemblePolicy } from '../../../src/learn/train/assemble-policy.js';
import { finishObjective } from '../../../src/learn/evaluate/plan/finish-objective.js';
import { fitPart, planRows } from '../../../src/learn/train/fit-part.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import {
  chooseThreadCount,
  createProjectionFitter,
} from '../../../src/learn/train/projection/projection-fitter.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { splitAtFold } from '../../../src/learn/train/row-split.js';
import type { TrainingData } from '../../../src/learn/train/training-data.js';
import { listRows } from '../../../src/util/numeric-arrays.js';
import { unmeasuredEvidence } from './unmeasured-evidence.js';

export interface FittedPolicy {
  /** Of four fifths of the prompts; an objective that can keep its promise by routing routes. */
  readonly policy: Policy;
  readonly decide: Decide;
  /** The other fifth. */
  readonly heldOutRows: Int32Array;
}

/** Fits a policy to four fifths of the prompts. */
export async function fitPolicy(
  engine: TensorFlowEngine,
  data: TrainingData,
  seed: number,
): Promise<FittedPolicy> {
  const { table, groups } = data;
  const rows = listRows(table.prompts.length);
  const foldOf = assignFolds(groups, 5, { seed, labels: table.prompts.map(({ task }) => task) });
  const split = splitAtFold(rows, foldOf, 0);
  const projections = createProjectionFitter(
    selectProjectionProblem(data),
    chooseThreadCount(rows.length),
  );
  try {
    const fitted = await fitPart({ engine, projections, data }, split, { seed });
    const plan = planRows(data, split.trainingRows, fitted.outOfFold, {});
    const evidence = plan.objectives.map(({ name }) => ({
      ...unmeasuredEvidence,
      objective: name,
    }));
    const policy = assemblePolicy({
      data,
      run: { table, info: { models: [] } },
      prices: new Map(),
      fitted,
      plan,
      objectives: plan.objectives.map((_, index) =>
        finishObjective(plan, index, evidence, table.models),
      ),
      verdict: {
        decision: 'ROUTE',
        reason: 'benchmark',
        heldOutPrompts: 0,
        evidence,
      },
      seed,
      createdBy: 'routesmith benchmark',
      defaultObjective: 'quality',
    });
    return { policy, decide: createDecide(policy, ''), heldOutRows: split.predictedRows };
  } finally {
    await projections.close();
  }
}
