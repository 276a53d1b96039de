import { splitPromptFields } from '../features/prompt-fields.js';
import type { PolicyModel } from '../policy/policy.js';
import type { Constraints, Decision, DecideOptions } from '../runtime/decision.js';
import type { Decide } from '../runtime/decide.js';
import type { Capabilities } from '../util/price.js';
import { findWire } from './attempt.js';
import type { Endpoint } from './endpoint.js';
import type { RouterRequest } from './router-request.js';

/**
 * Decides among the models that can take the request at all: they have an endpoint, its protocol has
 * words for all that is asked, and they can do it. The others are in `excluded`, each with its reason,
 * and no failover leads to them.
 */
export function decideAmongAble(
  decide: Decide,
  models: readonly PolicyModel[],
  endpoints: ReadonlyMap<string, Endpoint>,
  request: RouterRequest,
  options: DecideOptions,
): Decision {
  const needs = findNeeds(request);
  const unable = new Map<string, string>();
  for (const model of models) {
    const reason = findInability(model, endpoints.get(model.id), request, needs);
    if (reason !== undefined) unable.set(model.id, reason);
  }
  if (unable.size === 0) return decide(request, options);
  const constraints = denyAlso(options.constraints, [...unable.keys()]);
  const decision = decide(request, { ...options, constraints });
  const given = options.constraints?.deny;
  const excluded = decision.excluded.map((item) => {
    const reason = unable.get(item.model);
    const isDeniedForIt = item.reason === 'in the denied models' && !given?.includes(item.model);
    return reason !== undefined && isDeniedForIt ? { ...item, reason } : item;
  });
  return { ...decision, excluded };
}

/** What cannot be read as constraints is left as it is: it rules out every model by itself. */
function denyAlso(constraints: Constraints | undefined, models: readonly string[]): Constraints {
  if (constraints === undefined) return { deny: models };
  if (typeof constraints !== 'object' || constraints === null) return constraints;
  const { deny } = constraints;
  if (deny !== undefined && !Array.isArray(deny)) return constraints;
  return { ...constraints, deny: [...((deny as readonly string[] | undefined) ?? []), ...models] };
}

type Need = keyof Capabilities;

function findNeeds(request: RouterRequest): Need[] {
  const needs: Need[] = [];
  if (splitPromptFields(request).imageCount > 0) needs.push('vision');
  if (Array.isArray(request.tools) && request.tools.length > 0) needs.push('tools');
  const format = request['response_format'] as { type?: unknown } | null | undefined;
  if (format?.type === 'json_object' || format?.type === 'json_schema') needs.push('json');
  return needs;
}

function findInability(
  model: PolicyModel,
  endpoint: Endpoint | undefined,
  request: RouterRequest,
  needs: readonly Need[],
): string | undefined {
  if (endpoint === undefined) return 'the pool has no endpoint for it';
  const lacked = needs.find(
    (need) => (endpoint.capabilities?.[need] ?? model.capabilities?.[need]) === false,
  );
  if (lacked !== undefined) return `the request needs ${lacked}, which it cannot do`;
  return findWire(endpoint).findInexpressible(request);
}
