import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import type { CallerSettings } from './access.js';
import type { GatewayConfig } from './settings.js';

/**
 * Checks that the names in the settings of keys exist. Of models, one is enough: a pool may have lost
 * another for a while (see `listUnknownModels`).
 *
 * @throws RoutesmithError `usage` for an unknown objective, or a key without any known model
 */
export function checkCallers(config: GatewayConfig): void {
  const { access, policy } = config;
  if (access.kind !== 'keys') return;
  const objectives = policy.policy.objectives.map(({ name }) => name);
  const models = listServedModels(config);
  for (const { name, objectives: asked = [], models: allowed } of access.callers) {
    for (const one of asked) {
      if (objectives.includes(one)) continue;
      throw new RoutesmithError('usage', describeUnknownName(one, objectives), {
        where: `keys, ${name}, objectives`,
        fix: 'Name objectives of the policy.',
      });
    }
    if (allowed === undefined || allowed.some((id) => models.includes(id))) continue;
    const unknown = allowed.map((id) => describeUnknownName(id, models));
    throw new RoutesmithError('usage', unknown.join('; '), {
      where: `keys, ${name}, models`,
      fix: 'Name models that are in the pool and in the policy, by their ids.',
    });
  }
}

/** Names of models in the settings of keys that are not served, a sentence for each key. */
export function listUnknownModels(config: GatewayConfig): string[] {
  if (config.access.kind !== 'keys') return [];
  const models = listServedModels(config);
  return config.access.callers.flatMap(({ name, models: allowed = [] }: CallerSettings) => {
    const unknown = allowed.filter((id) => !models.includes(id));
    if (unknown.length === 0) return [];
    return [`keys, ${name}, models: not in both pool and policy: ${unknown.join(', ')}`];
  });
}

/** The models of the policy that have an endpoint. */
export function listServedModels({
  policy,
  pool,
}: {
  readonly policy: LoadedPolicy;
  readonly pool: GatewayConfig['pool'];
}): string[] {
  return policy.policy.models.map(({ id }) => id).filter((id) => Object.hasOwn(pool, id));
}
