import type { PolicyModel } from '../../policy/file/policy.js';
import type { Decision, DecideOptions, ModelState } from '../../policy/decide/decision.js';
import type { Decide } from '../../policy/decide/decide.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import type { Endpoint } from './endpoint.js';
import { findUnsupported } from './router-request.js';

/**
 * Decides among the models that can handle the request: they have an endpoint, its protocol supports
 * the request, and they have the required capabilities. The others are in `excluded`, each with its
 * reason, and are never called by failover.
 */
export function decideAmongAble(
  decide: Decide,
  models: readonly PolicyModel[],
  endpoints: ReadonlyMap<string, Endpoint>,
  requestFor: (model: string) => CallerRequest,
  options: DecideOptions,
): Decision {
  const states = models.map(
    ({ id }) => [id, describeState(endpoints.get(id), requestFor(id))] as const,
  );
  const { messages, tools, members } = requestFor('').words;
  const request = { ...members, messages, tools };
  return decide(request, withModels(options, Object.fromEntries(states)));
}

/** Only what a decision needs of options that may hold more. */
function withModels(
  { objective, constraints, task, model, current, explore }: DecideOptions,
  models: Readonly<Record<string, ModelState>>,
): DecideOptions {
  const options: { -readonly [Name in keyof DecideOptions]: DecideOptions[Name] } = { models };
  if (objective !== undefined) options.objective = objective;
  if (constraints !== undefined) options.constraints = constraints;
  if (task !== undefined) options.task = task;
  if (model !== undefined) options.model = model;
  if (current !== undefined) options.current = current;
  if (explore !== undefined) options.explore = explore;
  return options;
}

function describeState(endpoint: Endpoint | undefined, request: CallerRequest): ModelState {
  if (endpoint === undefined) return { unavailable: 'the pool has no endpoint for it' };
  const unavailable = findUnsupported(request, endpoint);
  const { capabilities } = endpoint;
  return {
    ...(unavailable !== undefined && { unavailable }),
    ...(capabilities !== undefined && { capabilities }),
  };
}
