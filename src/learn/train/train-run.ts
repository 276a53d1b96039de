import { readCellCounts } from '../../measure/outcomes/run-health.js';
import type { Run } from '../../measure/outcomes/run.js';
import { version } from '../../version.js';
import { sharedTensorFlowEngine, type TensorFlowEngine } from './solver/tensorflow-backend.js';
import {
  checkTrainingOptions,
  trainPolicy,
  type TrainedPolicy,
  type TrainPolicyOptions,
} from './train-policy.js';

/** How a policy is trained on a run. Every option has a default. */
export interface TrainRunOptions extends Omit<TrainPolicyOptions, 'createdBy'> {
  /** A sentence about the work, such as the backend in use. */
  readonly onNotice?: (notice: string) => void;
}

/**
 * Trains a policy on a run with the fastest installed backend.
 *
 * @throws RoutesmithError `insufficient_data` with too few models, prompts or grades, `invalid_input`
 * with more tasks or models than a policy file can have; `usage` for an unknown option, baseline or objective,
 * or a hyperparameter that is not positive; `ledger_corrupt` where the ledger of a sweep is damaged
 */
export async function trainRun(
  run: Run,
  { onNotice, ...options }: TrainRunOptions = {},
): Promise<TrainedPolicy & { readonly backend: TensorFlowEngine['backend'] }> {
  checkTrainingOptions(options);
  const engine = await sharedTensorFlowEngine();
  onNotice?.(engine.description);
  const trained = await trainPolicy(engine, run, {
    cells: await readCellCounts(run),
    ...options,
    createdBy: `routesmith ${version}`,
  });
  return { ...trained, backend: engine.backend };
}
