import type { PolicyModel } from '../../policy/file/policy.js';
import type { Decision, DecideOptions, ModelState } from '../../policy/decide/decision.js';
import type { Decide } from '../../policy/decide/decide.js';
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
  const states = models.map(({ id }) => [id, describeState(endpoints.get(id), request)] as const);
  return decide(request, { ...options, models: Object.fromEntries(states) });
}

function describeState(endpoint: Endpoint | undefined, request: RouterRequest): ModelState {
  if (endpoint === undefined) return { unavailable: 'the pool has no endpoint for it' };
  const unavailable = findWire(endpoint).findInexpressible(request);
  const { capabilities } = endpoint;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(capabilities !== undefined && { capabilities }),
  };
}
