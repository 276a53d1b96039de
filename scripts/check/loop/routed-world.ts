import { assignFolds } from '../../../src/measure/tasks/split-groups.js';
import { chooseForRow } from '../../../src/learn/evaluate/plan/trained-plan.js';
import { fitPart, planRows } from '../../../src/learn/train/fit-part.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import {
  chooseThreadCount,
  createProjectionFitter,
} from '../../../src/learn/train/projection/projection-fitter.js';
import type { TensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { listRows, pick } from '../../../src/util/numeric-arrays.js';

/**
 * Prompts whose outcomes are known for every model, with the estimates and choices of policies that
 * never saw them. What production would send, and the truth about it.
 */
export interface RoutedWorld {
  readonly name: string;
  readonly models: readonly string[];
  readonly prompts: number;
  /** Row-major, prompts x models. */
  readonly quality: Float64Array;
  readonly costUsd: Float64Array;
  readonly estimates: Float64Array;
  /** By prompt. */
  readonly taskOf: Int32Array;
  /** Chosen by the policy in production ("quality"), and by another one ("balanced"). */
  readonly current: Int32Array;
  readonly candidate: Int32Array;
}

/** Trains on two fifths of the prompts, and lets two objectives of that policy decide on the others. */
export async function routeWorld(
  engine: TensorFlowEngine,
  name: string,
  given: OutcomeTable,
  seed: number,
): Promise<RoutedWorld> {
  const data = computeTrainingData(given);
  const { table, groups } = data;
  const foldOf = assignFolds(groups, 5, { seed, labels: table.prompts.map(({ task }) => task) });
  const rows = listRows(table.prompts.length);
  const split = {
    trainingRows: rows.filter((row) => (foldOf[row] as number) < 2),
    predictedRows: rows.filter((row) => (foldOf[row] as number) >= 2),
  };
  const projections = createProjectionFitter(
    selectProjectionProblem(data),
    chooseThreadCount(rows.length),
  );
  try {
    const fitted = await fitPart({ engine, projections, data }, split, { seed });
    const plan = planRows(data, split.trainingRows, fitted.outOfFold, {});
    const choose = (objectiveName: string): Int32Array => {
      const objective = plan.objectives.find((planned) => planned.name === objectiveName);
      if (objective === undefined) throw new Error(`${name} has no objective ${objectiveName}`);
      return split.predictedRows.map((row) => chooseForRow(fitted.predicted, row, plan, objective));
    };
    const width = table.models.length;
    const cells = Array.from(split.predictedRows).flatMap((row) =>
      table.models.map((_, model) => row * width + model),
    );
    return {
      name,
      models: table.models,
      prompts: split.predictedRows.length,
      quality: pick(table.quality, cells),
      costUsd: pick(table.costUsd, cells),
      estimates: pick(fitted.predicted.quality, cells),
      taskOf: Int32Array.from(split.predictedRows, (row) => data.taskOf[row] as number),
      current: choose('quality'),
      candidate: choose('balanced'),
    };
  } finally {
    await projections.close();
  }
}
