import { computeEvaluation, type Evaluation } from '../evaluate/compute-evaluation.js';
import { checkRequests } from '../evaluate/check-requests.js';
import { standardObjectives, type ObjectiveRequest } from '../evaluate/objective-request.js';
import type { Run } from '../records/run.js';
import { computeHeldOut, type HoldOutOptions } from '../train/hold-out.js';
import { sharedTensorFlowEngine } from '../train/tensorflow-backend.js';
import { computeTrainingData } from '../train/training-data.js';
import { createFitProgress } from './fit-progress.js';
import { collectPrices } from './open-run.js';
import { printNotice } from './print.js';

/** Trains on all folds but one, for each fold in turn, and evaluates on the one. */
export async function crossValidate(
  run: Run,
  options: {
    readonly seed: number;
    readonly folds: number;
    readonly baseline?: string;
    readonly family?: NonNullable<HoldOutOptions['family']>;
    readonly threads?: number;
    /** Objectives besides the standard ones. */
    readonly objectives: readonly ObjectiveRequest[];
  },
): Promise<Evaluation> {
  const { objectives, ...rest } = options;
  checkRequests(run.table, objectives);
  const data = computeTrainingData(run.table);
  const engine = await sharedTensorFlowEngine();
  printNotice(engine.description);
  const progress = createFitProgress(process.stderr, () => performance.now());
  try {
    const heldOut = await computeHeldOut(engine, data, {
      ...rest,
      requests: [...standardObjectives, ...objectives],
      prices: collectPrices(run),
      onProgress: (done, total) => progress.report(done, total),
    });
    return computeEvaluation(heldOut, options.seed);
  } finally {
    progress.close();
  }
}
