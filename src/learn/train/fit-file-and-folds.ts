import { findBestOfTasks } from '../evaluate/plan/make-plan.js';
import type { TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { listHeldOutRows, type HeldOut } from '../evaluate/verdict/held-out.js';
import {
  lowerConfidenceLimits,
  pairConfidences,
} from '../evaluate/plan/lower-confidence-limits.js';
import { listRows, pick } from '../../util/numeric-arrays.js';
import { fitPart, fitsPerPart, planRows, type FittedPart } from './fit-part.js';
import {
  collectHeldOut,
  countHeldOutFolds,
  defaultFoldCount,
  predictFolds,
  type HoldOutOptions,
  type PredictedFolds,
} from './hold-out.js';
import { poolEstimates } from './pool-estimates.js';
import { selectProjectionProblem } from './projection/fit-projection.js';
import { chooseThreadCount, createProjectionFitter } from './projection/projection-fitter.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import type { TrainingData } from './training-data.js';

/** Everything that a policy file and its held-out results are made of. */
export interface FileAndFolds {
  /** Fitted to all rows: what the file scores prompts with. */
  readonly fitted: FittedPart;
  /** The file's plan. */
  readonly plan: TrainedPlan;
  /**
   * Held-out predictions; every fold has the file's plan, but for confidence limits and the best models
   * of tasks, which are from the fold's training rows.
   */
  readonly heldOut: HeldOut;
}

export type FileAndFoldsOptions = Omit<HoldOutOptions, 'foldOf' | 'heldOutFolds'>;

/**
 * Fits the held-out folds and, at the same time, all prompts, and makes one plan for both from the
 * predictions of all held-out prompts: the held-out results are those of the plan that the file
 * has. Only its confidence limits are lowered where the file's scorer is less sure. With the default
 * number of folds, only as many are held out as `countHeldOutFolds` says.
 */
export async function fitFileAndFolds(
  engine: TensorFlowEngine,
  data: TrainingData,
  options: FileAndFoldsOptions,
): Promise<FileAndFolds> {
  const rows = listRows(data.table.prompts.length);
  const { folds = defaultFoldCount, threads, onProgress } = options;
  const heldOutFolds =
    data.table.design === 'adaptive'
      ? 1
      : folds === defaultFoldCount
        ? countHeldOutFolds(rows.length)
        : folds;
  let done = 0;
  const onFit = (): void => onProgress?.(++done, (heldOutFolds + 1) * fitsPerPart);
  const projections = createProjectionFitter(
    selectProjectionProblem(data),
    threads ?? chooseThreadCount(rows.length),
  );
  const context = { engine, projections, data };
  const everything = { trainingRows: rows, predictedRows: new Int32Array(0) };
  try {
    const [predicted, fitted] = await Promise.all([
      predictFolds(context, { ...options, folds, heldOutFolds, onProgress: onFit }),
      fitPart(context, everything, { ...options, onFit }),
    ]);
    return { fitted, ...shareOnePlan(data, predicted, fitted, options) };
  } finally {
    await projections.close();
  }
}

function shareOnePlan(
  data: TrainingData,
  { folds, foldCount, estimates }: PredictedFolds,
  fitted: FittedPart,
  options: FileAndFoldsOptions,
): Pick<FileAndFolds, 'plan' | 'heldOut'> {
  const rows = listHeldOutRows({ folds });
  const shared = planRows(data, rows, estimates, options);
  const taskCount = data.tasks.length;
  const heldOut = collectHeldOut(data, { folds, foldCount, estimates }, ({ trainingRows }) => ({
    ...shared,
    // The file has no such table. One made from these prompts would be better on them by chance.
    bestOfTask: findBestOfTasks({ ...data, taskCount, rows: trainingRows }, shared.baseline),
  }));
  const whole = fitted.outOfFold;
  const confidence = pick(estimates.confidence, rows);
  const plan = lowerConfidenceLimits(shared, confidence, pairConfidences(folds, whole));
  const pooled = poolEstimates(data, options);
  return { plan, heldOut: { ...heldOut, refits: { whole, pooled, folds, plan } } };
}
