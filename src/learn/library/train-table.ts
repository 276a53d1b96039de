import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import { findModelInfoProblem, type ModelInfo } from '../../measure/outcomes/run.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { checkMembers, checkSetting, type MemberTypes } from '../../util/check-members.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { version } from '../../version.js';
import { sharedTensorFlowEngine } from '../train/solver/tensorflow-backend.js';
import {
  checkTrainingOptions,
  trainingOptionTypes,
  trainPolicy,
  type TrainedPolicy,
  type TrainPolicyOptions,
} from '../train/train-policy.js';
import type { TrainingEvent } from './training-event.js';

/** How a policy is trained on a table. Every option has a default. */
export interface TrainTableOptions extends Omit<
  TrainPolicyOptions,
  'createdBy' | 'cells' | 'onProgress'
> {
  /**
   * Prices, context windows and abilities of the table's models. Where tokens are recorded too, the
   * policy keeps the price, so that it can change later. @default nothing is known but outcomes
   */
  readonly models?: readonly ModelInfo[];
  /** Called for each event, as it happens. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

const {
  createdBy: _,
  cells: _cells,
  onProgress: _onProgress,
  ...passedTypes
} = trainingOptionTypes;

const optionTypes: MemberTypes<keyof TrainTableOptions> = {
  ...passedTypes,
  models: 'list',
  onEvent: 'function',
};

/**
 * Trains a policy on a table of outcomes with the fastest installed backend. The same table, options
 * and backend give the same bytes.
 *
 * @throws RoutesmithError `insufficient_data` with too few models, prompts or grades; `usage` for an
 * unknown option, model, baseline or objective
 */
export async function trainTable(
  table: OutcomeTable,
  given: TrainTableOptions = {},
): Promise<TrainedPolicy> {
  checkMembers(given, optionTypes, 'options');
  const { models = [], onEvent, ...options } = given;
  checkTrainingOptions(options);
  checkKnown(models, table);
  const engine = await sharedTensorFlowEngine();
  onEvent?.({
    kind: 'started',
    backend: engine.backend,
    description: engine.description,
    prompts: table.prompts.length,
    models: table.models,
  });
  const trained = await trainPolicy(
    engine,
    { table, info: { models } },
    {
      ...options,
      createdBy: `routesmith ${version}`,
      ...(onEvent && { onProgress: (done, total) => onEvent({ kind: 'fit_done', done, total }) }),
    },
  );
  const { warnings, policy, digest, text } = trained;
  for (const message of warnings) onEvent?.({ kind: 'warning', message });
  const bytes = Buffer.byteLength(text);
  onEvent?.({ kind: 'finished', decision: policy.verdict.decision, digest, bytes });
  return trained;
}

/**
 * Checks that a table has every model that something is said about, and that it can be read.
 *
 * @throws RoutesmithError `usage` for a model that the table does not have, a wrong description, or
 * what is no table
 */
export function checkKnown(models: readonly ModelInfo[], table: OutcomeTable): void {
  const { models: names, prompts } = (table as Partial<OutcomeTable> | null) ?? {};
  const isTable = Array.isArray(names) && Array.isArray(prompts);
  checkSetting(isTable, 'must be an outcome table, as computeOutcomeTable returns it', 'table');
  for (const model of models) {
    checkSetting(isJsonObject(model as unknown), 'must be objects with an id', 'models');
    const { id } = model;
    if (!table.models.includes(id)) {
      throw new RoutesmithError('usage', describeUnknownName(id, table.models), {
        where: 'models',
        fix: 'Describe only models of the table.',
      });
    }
    const problem = findModelInfoProblem(model);
    if (problem === undefined) continue;
    throw new RoutesmithError('usage', problem, {
      where: `models, ${id}`,
      fix:
        'A price is { inputPerMillionUsd: 1, outputPerMillionUsd: 4, date: "2026-11-30" }; ' +
        'capabilities are vision, tools, json and reasoning, each true or false.',
    });
  }
}
