import type { Capabilities } from '../../llm/price.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { FailoverSettings, RouteOptions } from '../../serve/router/failover-settings.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';

/** How a call is to be routed, where only JSON can be passed. */
export type RouteControls = Pick<
  RouteOptions,
  | 'objective'
  | 'constraints'
  | 'task'
  | 'model'
  | 'current'
  | 'explore'
  | 'failover'
  | 'timeouts'
  | 'loggedAs'
>;

const types: Readonly<Record<keyof RouteControls, readonly string[]>> = {
  objective: ['string', 'object'],
  constraints: ['object'],
  task: ['string'],
  model: ['string'],
  current: ['object'],
  explore: ['object'],
  failover: ['boolean'],
  timeouts: ['object'],
  loggedAs: ['object'],
};

/**
 * Reads the controls of a call. Undefined members are those that are not there.
 *
 * @param where names the value in errors
 * @throws RoutesmithError `usage` for an unknown member, and for one of another type
 */
export function readControls(value: unknown, where: string): RouteControls {
  if (value === undefined) return {};
  const refuse = (what: string): never => {
    throw new RoutesmithError('usage', what, { where });
  };
  if (!isJsonObject(value)) return refuse('must be an object');
  const known = Object.entries(value).filter(([, member]) => (member as unknown) !== undefined);
  for (const [name, member] of known) {
    if (!Object.hasOwn(types, name)) refuse(describeUnknownName(name, Object.keys(types)));
    const allowed = types[name as keyof RouteControls];
    const type = Array.isArray(member) || member === null ? 'none' : typeof member;
    if (!allowed.includes(type)) refuse(`${name} must be of type ${allowed.join(' or ')}`);
  }
  return Object.fromEntries(known) as RouteControls;
}

/**
 * Reads the controls of all calls.
 *
 * @throws RoutesmithError `usage`, also for an id in the log, which no two calls may share
 */
export function readSharedControls(value: unknown): RouteControls {
  const controls = readControls(value, 'controls');
  if (controls.loggedAs?.id === undefined) return controls;
  throw new RoutesmithError('usage', 'an id in the log belongs to one call only', {
    where: 'controls, loggedAs, id',
    fix: 'Leave it out, or set it in the options of each call. To name a conversation, set loggedAs.conversation.',
  });
}

/** The settings of both adapters besides their models. */
export interface AdapterSettings extends FailoverSettings {
  /** For each call, unless it says otherwise itself. */
  readonly controls?: RouteControls;
  /** What models can do, by the policy's names of them; it overrides what the policy says. */
  readonly capabilities?: Readonly<Record<string, Partial<Capabilities>>>;
}

/** What a name of a model stands for: a model, or a choice by an objective. */
export type ModelName = Pick<RouteControls, 'model' | 'objective'>;

/**
 * Reads `auto`, `auto:<objective>`, or the id of a model.
 *
 * @throws RoutesmithError `usage` for any other name
 */
export function readModelName(
  name: string,
  policy: FailoverSettings['policy'],
  models: readonly string[],
): ModelName {
  if (models.includes(name)) return { model: name };
  if (name === 'auto') return {};
  const { objectives } = readPolicy(policy).policy;
  const known = objectives.map((objective) => `auto:${objective.name}`);
  if (known.includes(name)) return { objective: name.slice('auto:'.length) };
  throw new RoutesmithError('usage', describeUnknownName(name, ['auto', ...known, ...models]), {
    where: 'model',
  });
}

/**
 * Checks that there are models, that the policy knows them, unless it may be replaced, and that other
 * settings are of models that are there.
 *
 * @param byModel settings by model, by their names
 * @throws RoutesmithError `usage`
 */
export function checkModels(
  policy: FailoverSettings['policy'],
  models: readonly string[],
  byModel: Readonly<Record<string, object | undefined>>,
): void {
  const where = 'models';
  for (const [setting, values] of Object.entries(byModel)) {
    const unknown = Object.keys(values ?? {}).find((model) => !models.includes(model));
    if (unknown === undefined) continue;
    throw new RoutesmithError('usage', describeUnknownName(unknown, models), { where: setting });
  }
  if (models.length === 0) {
    const fix = 'Add at least one model of the policy.';
    throw new RoutesmithError('usage', 'there is no model', { where, fix });
  }
  if (typeof policy === 'function') return;
  const known = policy.policy.models.map(({ id }) => id);
  for (const model of models) {
    if (known.includes(model)) continue;
    const what = `the policy has no such model: ${describeUnknownName(model, known)}`;
    throw new RoutesmithError('usage', what, { where });
  }
}

export function readPolicy(policy: FailoverSettings['policy']): LoadedPolicy {
  return typeof policy === 'function' ? policy() : policy;
}
