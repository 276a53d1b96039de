import type { CellCounts } from '../../measure/outcomes/run-health.js';
import { loadPolicy, scoreProbes } from '../../policy/decide/load-policy.js';
import { checkMembers, checkSetting, type MemberTypes } from '../../util/check-members.js';
import { encodePolicy } from '../../policy/file/encode-policy.js';
import type { Policy } from '../../policy/file/policy.js';
import type { ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import { computeEvaluation, type Evaluation } from '../evaluate/compute-evaluation.js';
import { assemblePolicy, type TrainingRun } from './assemble-policy.js';
import { findWarnings } from './find-warnings.js';
import { fitFileAndFolds } from './fit-file-and-folds.js';
import type { FamilyScore } from './heads/choose-family.js';
import { findFamily, type FamilyName } from './heads/families.js';
import { checkHyperparameters, type Hyperparameters } from './hyperparameters.js';
import { prepareTraining } from './prepare-training.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';

/** How a policy is trained. Only `createdBy` is required. */
export interface TrainPolicyOptions {
  /** Seeds every random choice: the same run and seed give the same bytes. @default 1 */
  readonly seed?: number;
  /** The model to use without routing. @default the best single model */
  readonly baseline?: string;
  /** Objectives besides the standard ones. */
  readonly objectives?: readonly ObjectiveRequest[];
  /** Name of the objective for requests that name none. @default one that routes and that none beats, or `quality` */
  readonly defaultObjective?: string;
  /** @default 'auto': chosen by cross-validation inside each training part */
  readonly family?: FamilyName | 'auto';
  /** Settings of the fits. @default see `Hyperparameters` */
  readonly hyperparameters?: Hyperparameters;
  /** Threads that fit projections; the policy is the same for any number. @default see `chooseThreadCount` */
  readonly threads?: number;
  /** What the ledgers say of the run's models, for warnings. @default none: the outcomes were imported */
  readonly cells?: readonly CellCounts[];
  /** Name and version of the program, for the policy file. */
  readonly createdBy: string;
  /** Called after each fit, with the number of fits done and of all fits. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The types of the options of a training. */
export const trainingOptionTypes: MemberTypes<keyof TrainPolicyOptions> = {
  seed: 'number',
  baseline: 'string',
  objectives: 'list',
  defaultObjective: 'string',
  family: 'string',
  hyperparameters: 'object',
  threads: 'number',
  cells: 'list',
  createdBy: 'string',
  onProgress: 'function',
};

/**
 * Checks what can be checked without the outcomes, so that no fit is lost to a misspelled option.
 *
 * @throws RoutesmithError `usage`
 */
export function checkTrainingOptions(options: Partial<TrainPolicyOptions>): void {
  checkMembers(options, trainingOptionTypes, 'options');
  const { seed = 1, threads = 1, family = 'auto', hyperparameters = {} } = options;
  checkSetting(Number.isFinite(seed), 'must be a finite number', 'options, seed');
  const isCount = Number.isInteger(threads) && threads >= 1;
  checkSetting(isCount, 'must be a whole number of at least 1', 'options, threads');
  if (family !== 'auto') findFamily(family);
  checkHyperparameters(hyperparameters);
}

/** A policy with its file and its results on held-out prompts. */
export interface TrainedPolicy {
  readonly policy: Policy;
  /** The policy file. */
  readonly text: string;
  readonly digest: string;
  /** Results on held-out prompts. */
  readonly evaluation: Evaluation;
  readonly warnings: readonly string[];
  /** Family of the policy, unless it is a constant one because routing does not pay. */
  readonly family: FamilyName;
  /** Of the families that were compared on training prompts; empty where one was requested. */
  readonly familyScores: readonly FamilyScore[];
}

/**
 * Trains a policy: fits it to all prompts, and for the verdict to all but a fifth, in turn. The plan
 * is made once, on the predictions of the held-out fifths, so the results are those of the file.
 * Where routing does not pay for an objective, the objective names its best constant model; where
 * it pays for none, the policy is a constant one.
 *
 * @throws RoutesmithError `insufficient_data` with too few models, prompts or grades, `invalid_input`
 * with more tasks or models than a policy file can have; `usage` for an
 * unknown option, baseline or objective, or a hyperparameter that is not positive
 */
export async function trainPolicy(
  engine: TensorFlowEngine,
  run: TrainingRun,
  options: TrainPolicyOptions,
): Promise<TrainedPolicy> {
  const { seed = 1, baseline, objectives, defaultObjective, hyperparameters } = options;
  checkTrainingOptions(options);
  const { data, limits, prices, requests, leftOut } = prepareTraining(run, {
    seed,
    baseline,
    objectives,
    defaultObjective,
  });
  const { heldOut, fitted, plan } = await fitFileAndFolds(engine, data, {
    seed,
    prices,
    limits,
    requests,
    baseline,
    hyperparameters,
    family: options.family,
    threads: options.threads,
    onProgress: options.onProgress,
  });
  const evaluation = computeEvaluation(heldOut, seed, { defaultObjective });
  const { verdict, advice, objectives: finished } = evaluation;
  const policy = assemblePolicy({
    data,
    run,
    prices,
    fitted,
    plan,
    verdict,
    seed,
    createdBy: options.createdBy,
    objectives: finished,
    defaultObjective: advice.objective,
  });
  const { text, digest } = await encodePolicy(policy, scoreProbes(policy));
  await loadPolicy(text);
  return {
    policy,
    text,
    digest,
    evaluation,
    warnings: [
      ...leftOut,
      ...findWarnings(data, evaluation, policy, { cells: options.cells, limits }),
    ],
    family: fitted.family,
    familyScores: fitted.familyScores,
  };
}
