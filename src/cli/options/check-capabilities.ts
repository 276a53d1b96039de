import { findUncovered } from '../../learn/train/model-limits.js';
import { promptRequest } from '../../llm/chat.js';
import type { PoolModel } from '../../measure/models/model.js';
import type { TaskSet } from '../../measure/tasks/example.js';
import { findNeeds } from '../../policy/decide/request-needs.js';
import { RoutesmithError } from '../../util/errors.js';
import { formatWhole } from '../../util/format-number.js';
import { joinNames } from '../../util/join-names.js';
import { printWarning } from '../print/print.js';

/**
 * Warns of examples that a policy of these models would find no model for, because the pool's lists
 * of capabilities exclude all of them. Models without a list exclude nothing.
 *
 * @throws RoutesmithError `invalid_pool` where that is so for every example: nothing could be routed
 */
export function checkCapabilities(
  models: readonly Pick<PoolModel, 'capabilities'>[],
  { examples }: TaskSet,
  poolFile: string,
): void {
  const needs = examples.map(({ prompt }) => findNeeds(promptRequest(prompt)));
  const { count: excluded, lacking: names } = findUncovered(needs, models);
  if (excluded === 0) return;
  const fix = `List what the models can do, such as capabilities: [${names.join(', ')}], or leave the list out.`;
  const which =
    excluded === examples.length
      ? 'every example'
      : `${formatWhole(excluded)} of ${formatWhole(examples.length)} examples`;
  const what = `by the pool's capabilities, no model can take ${which} (${joinNames(names)})`;
  if (excluded === examples.length) {
    throw new RoutesmithError('invalid_pool', what, { where: poolFile, fix });
  }
  printWarning(`${what}, so a policy would refuse such requests. ${fix}`);
}
