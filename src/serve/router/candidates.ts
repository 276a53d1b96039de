import type { PolicyModel } from '../../policy/file/policy.js';
import type { Decision, DecideOptions, ModelState } from '../../policy/decide/decision.js';
import type { Decide } from '../../policy/decide/decide.js';
import { protocols } from '../../llm/protocol.js';
import type { Endpoint } from './endpoint.js';
import { splitRequest, type RouterRequest } from './router-request.js';

/**
 * Decides among the models that can handle the request: they have an endpoint, its protocol supports
 * the request, and they have the required capabilities. The others are in `excluded`, each with its
 * reason, and are never called by failover.
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
  const unavailable = protocols[endpoint.kind].findInexpressible(splitRequest(request));
  const { capabilities } = endpoint;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(capabilities !== undefined && { capabilities }),
  };
}
