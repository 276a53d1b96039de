import type { Run } from '../measure/outcomes/run.js';
import {
  sharedTensorFlowEngine,
  type TensorFlowEngine,
} from '../learn/train/solver/tensorflow-backend.js';
import {
  trainPolicy,
  type TrainedPolicy,
  type TrainPolicyOptions,
} from '../learn/train/train-policy.js';
import { version } from '../version.js';
import { createFitProgress } from './print/fit-progress.js';
import { printNotice } from './print/print.js';

/** Trains a policy, with the backend's name and the progress on standard error. */
export async function trainRun(
  run: Run,
  options: Pick<
    TrainPolicyOptions,
    'seed' | 'baseline' | 'objectives' | 'defaultObjective' | 'family' | 'threads'
  >,
): Promise<TrainedPolicy & { readonly backend: TensorFlowEngine['backend'] }> {
  const engine = await sharedTensorFlowEngine();
  printNotice(engine.description);
  const progress = createFitProgress(process.stderr, () => performance.now());
  try {
    const trained = await trainPolicy(engine, run, {
      ...options,
      createdBy: `routesmith ${version}`,
      onProgress: (done, total) => progress.report(done, total),
    });
    return { ...trained, backend: engine.backend };
  } finally {
    progress.close();
  }
}
