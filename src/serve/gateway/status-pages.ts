import type { JsonObject } from '../../util/json.js';
import type { Current } from './current.js';
import { listNames } from './current.js';
import type { Exchange } from './exchange.js';
import type { GatewayParts } from './gateway-parts.js';

/**
 * The models of the pool, `auto`, and `auto:<objective>`, as the caller's protocol lists models. When a
 * model was released is not known, for which Anthropic's clients expect the epoch.
 */
export function listOfferedModels({ current, caller, protocol }: Exchange): JsonObject {
  const { models, objectives } = listNames(current, caller);
  const ids = ['auto', ...objectives.map((name) => `auto:${name}`), ...models];
  if (protocol === 'anthropic') {
    const data = ids.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '1970-01-01T00:00:00Z',
    }));
    return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
  }
  const data = ids.map((id) => ({ id, object: 'model', created: 0, owned_by: 'routesmith' }));
  return { object: 'list', data };
}

/** Whether a gateway can answer, and what is wrong with it. */
export interface Readiness extends JsonObject {
  readonly ready: boolean;
}

export function describeReadiness(
  { policy, router, models }: Current,
  { drain, listProblems }: GatewayParts,
): Readiness {
  const health = router.health();
  const states = models.map((model) => ({
    model,
    state: health[model]?.state ?? 'closed',
    unavailable: health[model]?.unavailable?.reason ?? null,
  }));
  return {
    ready: !drain.isDraining && states.some(({ unavailable }) => unavailable === null),
    draining: drain.isDraining,
    policy: policy.digest,
    models: states,
    problems: listProblems(),
  };
}
