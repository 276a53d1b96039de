import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
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
  for (const { name, objectives: asked = objectives, models: allowed = models } of access.callers) {
    const refuse = (member: string, what: string, fix: string): never => {
      throw new RoutesmithError('usage', what, { where: `keys, ${name}, ${member}`, fix });
    };
    const fixObjectives = 'Name objectives of the policy, or leave "objectives" out for all.';
    if (asked.length === 0) refuse('objectives', 'the list is empty', fixObjectives);
    for (const one of asked) {
      if (objectives.includes(one)) continue;
      refuse('objectives', describeUnknownName(one, objectives), fixObjectives);
    }
    if (allowed.some((id) => models.includes(id))) continue;
    const unknown = allowed.map((id) => describeUnknownName(id, models)).join('; ');
    refuse(
      'models',
      unknown === '' ? 'the list is empty' : unknown,
      'Name models that are in both the pool and the policy by their ids, or leave "models" out for all.',
    );
  }
}

/** Names of models in the settings of keys that are not served, a sentence for each key. */
export function listUnknownModels(config: GatewayConfig): string[] {
  if (config.access.kind !== 'keys') return [];
  const models = listServedModels(config);
  return config.access.callers.flatMap(({ name, models: allowed = [] }) => {
    const unknown = allowed.filter((id) => !models.includes(id));
    if (unknown.length === 0) return [];
    return [`keys, ${name}, models: not in both pool and policy: ${unknown.join(', ')}`];
  });
}

/** The models of the policy that have an endpoint. */
export function listServedModels({ policy, pool }: GatewayConfig): string[] {
  return policy.policy.models.map(({ id }) => id).filter((id) => Object.hasOwn(pool, id));
}
