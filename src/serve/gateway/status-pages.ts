import type { JsonObject } from '../../util/json.js';
import type { Current } from './current.js';
import { listNames } from './current.js';
import type { Exchange } from './exchange.js';

/** The models of the pool, `auto`, and `auto:<objective>`, as the caller's protocol lists models. */
export function listModels({ current, caller, protocol }: Exchange, createdAt: Date): JsonObject {
  const { models, objectives } = listNames(current, caller);
  const ids = ['auto', ...objectives.map((name) => `auto:${name}`), ...models];
  if (protocol === 'anthropic') {
    const data = ids.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: createdAt.toISOString(),
    }));
    return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
  }
  const created = Math.floor(createdAt.getTime() / 1000);
  const data = ids.map((id) => ({ id, object: 'model', created, owned_by: 'routesmith' }));
  return { object: 'list', data };
}

/** Whether a gateway can answer, and what is wrong with it. */
export interface Readiness extends JsonObject {
  readonly ready: boolean;
}

/** @param problems of the host, such as a file that could not be reloaded */
export function describeReadiness(
  { policy, router, models }: Current,
  isDraining: boolean,
  problems: readonly string[],
): Readiness {
  const health = router.health();
  const states = models.map((model) => ({
    model,
    state: health[model]?.state ?? 'closed',
    unavailable: health[model]?.unavailable?.reason ?? null,
  }));
  return {
    ready: !isDraining && states.some(({ unavailable }) => unavailable === null),
    draining: isDraining,
    policy: policy.digest,
    models: states,
    problems,
  };
}
