import { collectPrices } from '../../measure/outcomes/run-prices.js';
import type { Price } from '../../llm/price.js';
import { RoutesmithError } from '../../util/errors.js';
import { checkDefaultObjective, checkRequests } from '../evaluate/plan/check-requests.js';
import { standardObjectives, type ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import type { TrainingRun } from './assemble-policy.js';
import { checkPolicyLimits } from './check-policy-limits.js';
import { defaultFoldCount, offerObjectives } from './hold-out.js';
import { checkCapable, collectLimits, type ModelLimits } from './model-limits.js';
import { checkComparable, computeTrainingData, type TrainingData } from './training-data.js';

export interface PrepareTrainingOptions {
  readonly seed: number;
  /** @default 5 */
  readonly folds?: number | undefined;
  /** The model to use without routing. @default the best single model */
  readonly baseline?: string | undefined;
  /** Objectives besides the standard ones. @default none */
  readonly objectives?: readonly ObjectiveRequest[] | undefined;
  /** An objective that must be offered. @default none */
  readonly defaultObjective?: string | undefined;
}

/** What a run can be trained on, before anything is fitted. */
export interface PreparedTraining {
  readonly data: TrainingData;
  readonly limits: ReadonlyMap<string, ModelLimits>;
  readonly prices: ReadonlyMap<string, Price>;
  /** The objectives that can be offered. */
  readonly requests: readonly ObjectiveRequest[];
  /** Sentences about those that cannot. */
  readonly leftOut: readonly string[];
}

/**
 * Decides what can be trained and which objectives are offered. Training and cross-validation both
 * begin with it, so that neither takes what the other refuses.
 *
 * @throws RoutesmithError `insufficient_data` with too few models, prompts or grades; `invalid_input`
 * with more tasks or models than a policy file can have; `usage` for an unknown baseline or objective
 */
export function prepareTraining(
  run: TrainingRun,
  {
    seed,
    folds = defaultFoldCount,
    baseline,
    objectives = [],
    defaultObjective,
  }: PrepareTrainingOptions,
): PreparedTraining {
  const data = computeTrainingData(run.table);
  checkComparable(data, baseline);
  checkPolicyLimits(data);
  const limits = collectLimits(run.info);
  checkCapable(data, limits);
  const { table, taskOf } = data;
  checkRequests(table, objectives, taskOf);
  const wanted = [...standardObjectives, ...objectives];
  if (defaultObjective !== undefined) {
    checkDefaultObjective(table, wanted, defaultObjective, taskOf);
  }
  const { offered: requests, leftOut } = offerObjectives(data, wanted, { folds, seed });
  if (defaultObjective !== undefined) checkOffered(requests, defaultObjective, leftOut);
  return { data, limits, prices: collectPrices(run.info), requests, leftOut };
}

function checkOffered(
  requests: readonly ObjectiveRequest[],
  name: string,
  leftOut: readonly string[],
): void {
  if (requests.some((request) => request.name === name)) return;
  throw new RoutesmithError('insufficient_data', leftOut.join(' '), {
    fix: 'Name another default objective, or record what is missing.',
  });
}
