import {
  computeEvaluation,
  type Evaluation,
} from '../learn/evaluate/verdict/compute-evaluation.js';
import { checkRequests } from '../learn/evaluate/diagnose/check-requests.js';
import {
  standardObjectives,
  type ObjectiveRequest,
} from '../learn/evaluate/plan/objective-request.js';
import type { Run } from '../measure/outcomes/run.js';
import {
  evaluateUnseenTasks,
  type UnseenTasksEvaluation,
} from '../learn/train/evaluate-unseen-tasks.js';
import { computeHeldOut, type HoldOutOptions } from '../learn/train/hold-out.js';
import { computeOutcomesDigest } from '../learn/train/training-data.js';
import { sharedTensorFlowEngine } from '../learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../learn/train/training-data.js';
import { version } from '../version.js';
import { createFitProgress } from './print/fit-progress.js';
import { collectPrices } from '../measure/outcomes/run-prices.js';
import { printNotice } from './print/print.js';

/** An evaluation, and one of tasks that training did not see. */
export interface CrossValidation extends Evaluation {
  /** Null where it was not asked for, or there are fewer than three tasks. */
  readonly unseenTasks: UnseenTasksEvaluation | null;
  readonly source: EvaluationSource;
}

/** What an evaluation was made from, so that it is never taken for that of another run. */
export interface EvaluationSource {
  readonly outcomesDigest: string;
  readonly seed: number;
  /** The model to use without routing, where one was named. */
  readonly baseline: string | null;
  /** Version of the program. */
  readonly version: string;
}

/**
 * Trains on all folds but one, for each fold in turn, and evaluates on the one; then the same with
 * whole tasks left out.
 */
export async function crossValidate(
  run: Run,
  options: {
    readonly seed: number;
    readonly folds: number;
    readonly baseline?: string;
    readonly family?: NonNullable<HoldOutOptions['family']>;
    readonly threads?: number;
    readonly unseenTasks: boolean;
    /** Objectives besides the standard ones. */
    readonly objectives: readonly ObjectiveRequest[];
  },
): Promise<CrossValidation> {
  const { objectives, folds, unseenTasks, ...rest } = options;
  checkRequests(run.table, objectives);
  const data = computeTrainingData(run.table);
  const engine = await sharedTensorFlowEngine();
  printNotice(engine.description);
  const progress = createFitProgress(process.stderr, () => performance.now());
  try {
    const shared = {
      ...rest,
      requests: [...standardObjectives, ...objectives],
      prices: collectPrices(run.info),
    };
    const heldOut = await computeHeldOut(engine, data, {
      ...shared,
      folds,
      onProgress: (done, total) => progress.report(done, total * (unseenTasks ? 2 : 1)),
    });
    const ofUnseenTasks = unseenTasks
      ? await evaluateUnseenTasks(engine, data, {
          ...shared,
          onProgress: (done, total) => progress.report(done + total, 2 * total),
        })
      : undefined;
    return {
      ...computeEvaluation(heldOut, options.seed),
      unseenTasks: ofUnseenTasks ?? null,
      source: {
        outcomesDigest: computeOutcomesDigest(run.table),
        seed: options.seed,
        baseline: options.baseline ?? null,
        version,
      },
    };
  } finally {
    progress.close();
  }
}
