import type { RouteOptions } from '../router/router.js';
import type { CallerSettings } from './access.js';
import type { Controls } from './controls.js';
import type { Conversation } from './conversations.js';
import { listNames, type Current } from './current.js';

/** The options of a decision: what the caller wants, within what its key allows. */
export function buildDecideOptions(
  controls: Controls,
  caller: CallerSettings | undefined,
  current: Current,
  conversation: Conversation | undefined,
): Pick<RouteOptions, 'objective' | 'constraints' | 'model' | 'failover' | 'current' | 'task'> {
  const { model, task } = controls;
  const allowed = caller?.models;
  const allow = controls.constraints.allow ?? allowed;
  const objective = controls.objective ?? findOwnObjective(current, caller);
  const { cachedTokens } = conversation ?? {};
  return {
    constraints: { ...controls.constraints, ...(allow === undefined ? {} : { allow }) },
    ...(objective === undefined ? {} : { objective }),
    // A named model is honored: no other one answers in its place.
    ...(model === undefined ? {} : { model, failover: false }),
    ...(task === undefined ? {} : { task }),
    ...(conversation === undefined
      ? {}
      : {
          current: {
            model: conversation.model,
            ...(cachedTokens === undefined ? {} : { cachedTokens }),
          },
        }),
  };
}

/** The objective of a request that names none, if it is not the policy's own. */
function findOwnObjective(
  current: Current,
  caller: CallerSettings | undefined,
): string | undefined {
  if (caller?.objectives === undefined) return undefined;
  const { objectives } = listNames(current, caller);
  const { defaultObjective } = current.policy.policy;
  return objectives.includes(defaultObjective) ? undefined : objectives[0];
}
