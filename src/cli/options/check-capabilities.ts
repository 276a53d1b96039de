import type { PoolModel } from '../../measure/models/model.js';
import type { TaskSet } from '../../measure/tasks/example.js';
import { findNeeds, type Capability } from '../../policy/decide/request-needs.js';
import { splitPromptFields } from '../../policy/features/prompt-fields.js';
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
  const lacking = new Set<Capability>();
  let excluded = 0;
  for (const { prompt } of examples) {
    const needed = findNeeds(prompt, splitPromptFields(prompt)).capabilities;
    const lacks = ({ capabilities }: Pick<PoolModel, 'capabilities'>): Capability[] =>
      needed.filter((one) => capabilities?.[one] === false);
    if (models.some((model) => lacks(model).length === 0)) continue;
    excluded += 1;
    for (const one of models.flatMap(lacks)) lacking.add(one);
  }
  if (excluded === 0) return;
  const names = [...lacking];
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
