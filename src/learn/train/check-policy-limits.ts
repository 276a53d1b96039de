import { policyLimits } from '../../policy/file/policy-limits.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatWhole } from '../../util/format-number.js';
import type { TrainingData } from './training-data.js';

/**
 * Checks, before anything is fitted, that a policy file may have as many tasks and models.
 *
 * @throws RoutesmithError `invalid_input` where no runtime would load the file
 */
export function checkPolicyLimits({
  tasks,
  table,
}: {
  readonly tasks: TrainingData['tasks'];
  readonly table: Pick<TrainingData['table'], 'models'>;
}): void {
  const { maxTasks, maxModels, maxEstimates } = policyLimits;
  const { length: taskCount } = tasks;
  const { length: modelCount } = table.models;
  if (modelCount > maxModels) {
    refuse(`${formatWhole(modelCount)} models`, maxModels, 'Train on fewer models.');
  }
  if (taskCount > maxTasks) refuse(`${formatWhole(taskCount)} task labels`, maxTasks, fewerTasks);
  if (taskCount * modelCount > maxEstimates) {
    const what = `${formatWhole(taskCount)} task labels times ${formatWhole(modelCount)} models`;
    refuse(what, maxEstimates, `${fewerTasks} Or train on fewer models.`);
  }
}

const fewerTasks =
  'Use broader labels, shared by many prompts, or none: then tasks are found in the prompts.';

function refuse(what: string, maximum: number, fix: string): never {
  throw new RoutesmithError(
    'invalid_input',
    `${what} are too many: a policy file has at most ${formatWhole(maximum)}`,
    { fix },
  );
}
