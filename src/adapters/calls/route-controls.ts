import type { Capabilities } from '../../llm/price.js';
import {
  capabilityTypes,
  failoverSettingTypes,
  type FailoverSettings,
  type RouteOptions,
} from '../../serve/router/failover-settings.js';
import { readPolicy } from '../../serve/router/read-policy.js';
import {
  checkMembers,
  checkKnownName,
  checkSetting,
  type MemberTypes,
} from '../../util/check-members.js';

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

/** Members that JSON can hold, without interfaces, which TypeScript takes for no JSON. */
export type AsJson<T> = T extends readonly (infer Item)[]
  ? AsJson<Item>[]
  : T extends object
    ? { [Name in keyof T]: AsJson<T[Name]> }
    : T;

/** `RouteControls` as a type of JSON, for the AI SDK's `providerOptions`. */
export type JsonRouteControls = AsJson<RouteControls>;

const types: MemberTypes<keyof RouteControls> = {
  objective: 'string or object',
  constraints: 'object',
  task: 'string',
  model: 'string',
  current: 'object',
  explore: 'object',
  failover: 'boolean',
  timeouts: 'object',
  loggedAs: 'object',
};

/**
 * Reads the controls of a call. Undefined members are those that are not there.
 *
 * @param where names the value in errors
 * @throws RoutesmithError `usage` for an unknown member, and for one of another type
 */
export function readRouteControls(value: unknown, where: string): RouteControls {
  checkMembers(value, types, where);
  const known = Object.entries(value ?? {}).filter(([, member]) => member !== undefined);
  return Object.fromEntries(known) as RouteControls;
}

/**
 * Reads the controls of all calls.
 *
 * @throws RoutesmithError `usage`, also for an id in the log, which no two calls may share
 */
export function readSharedControls(value: unknown): RouteControls {
  const controls = readRouteControls(value, 'controls');
  const isShared = controls.loggedAs?.id === undefined;
  const what = 'belongs to one call only: set conversation for several';
  checkSetting(isShared, what, 'controls, loggedAs, id');
  return controls;
}

/** The settings of both adapters besides their models. */
export interface AdapterSettings extends FailoverSettings {
  /** For each call, unless it says otherwise itself. */
  readonly controls?: RouteControls;
  /** What models can do, by the policy's names of them; it overrides what the policy says. */
  readonly capabilities?: Readonly<Record<string, Partial<Capabilities>>>;
}

const settingTypes: MemberTypes<keyof AdapterSettings | 'models'> = {
  ...failoverSettingTypes,
  controls: 'object',
  capabilities: 'object',
  models: 'object',
};

/**
 * Checks the names and types of settings, in which null stands for one that is not given.
 *
 * @param own the types of those that only one adapter has
 * @param isOpen whether there may be other settings, of a subclass
 * @returns the settings without those that are null
 * @throws RoutesmithError `usage`
 */
export function checkSettings<Settings extends object>(
  settings: Settings,
  own: MemberTypes,
  isOpen = false,
): Settings {
  const known = { ...settingTypes, ...own };
  const given = Object.entries(settings).filter(([, value]) => (value ?? null) !== null);
  const checked = given.filter(([name]) => !isOpen || name in known);
  checkMembers(Object.fromEntries(checked), known, 'settings');
  // Where none are given, the check of the models says so.
  return { models: {}, ...Object.fromEntries(given) } as Settings;
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
  checkKnownName(name, ['auto', ...known, ...models], 'model');
  return { objective: name.slice('auto:'.length) };
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
  for (const [setting, values] of Object.entries(byModel)) {
    for (const [model, given] of Object.entries(values ?? {})) {
      checkKnownName(model, models, setting);
      if (setting === 'capabilities') checkMembers(given, capabilityTypes, `${setting}, ${model}`);
    }
  }
  checkSetting(models.length > 0, 'there is no model', 'models');
  if (typeof policy === 'function') return;
  const known = readPolicy(policy).policy.models.map(({ id }) => id);
  for (const model of models) checkKnownName(model, known, 'policy, models');
}
