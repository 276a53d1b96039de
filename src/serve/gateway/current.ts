import { RoutesmithError } from '../../util/errors.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { createCallerRouter, type CallerRouter } from '../router/caller-router.js';
import type { Endpoint } from '../router/endpoint.js';
import type { RouterEvent } from '../router/router-event.js';
import { createGatekeeper, type Access, type CallerSettings, type Gatekeeper } from './access.js';
import type { KnownNames } from './controls.js';
import type { GatewayConfig, GatewaySettings } from './settings.js';

/** What a gateway works with at one time. A request keeps what it began with. */
export interface Current {
  readonly config: GatewayConfig;
  readonly policy: LoadedPolicy;
  readonly router: CallerRouter;
  readonly gatekeeper: Gatekeeper;
  /** The models of the policy that have an endpoint. */
  readonly models: readonly string[];
}

/**
 * Prepares a configuration. Endpoints that another one had, too, keep their breakers.
 *
 * @throws RoutesmithError for a pool or callers that are invalid, or do not fit the policy
 */
export function createCurrent(
  config: GatewayConfig,
  settings: Omit<GatewaySettings, keyof GatewayConfig>,
  onEvent: (event: RouterEvent) => void,
  before: Current | undefined,
): Current {
  const { policy, pool, access } = config;
  checkObjectives(access, policy);
  // Passed on as a whole, so that no setting of the router gets lost. The gateway's own `log` is of requests.
  const { log: _, decisionLog, ...passed } = settings;
  const own = { policy, pool, onEvent, ...(decisionLog === undefined ? {} : { log: decisionLog }) };
  const router = createCallerRouter({ ...passed, ...own }, before?.router.failover);
  const models = policy.policy.models.map(({ id }) => id).filter((id) => Object.hasOwn(pool, id));
  return { config, policy, router, gatekeeper: createGatekeeper(access), models };
}

/** Without any objective of its own, a caller would be served by those that are closed to it. */
function checkObjectives(access: Access, { policy }: LoadedPolicy): void {
  if (access.kind !== 'keys') return;
  const known = policy.objectives.map(({ name }) => name);
  for (const { name, objectives } of access.callers) {
    if (objectives === undefined || objectives.some((one) => known.includes(one))) continue;
    throw new RoutesmithError('usage', `the policy has none of the objectives of the key ${name}`, {
      where: `keys, ${name}, objectives: ${objectives.join(', ')}`,
      fix: `Name at least one of ${known.join(', ')}.`,
    });
  }
}

/** The names that a caller may use. */
export function listNames(
  { policy, models }: Current,
  caller: CallerSettings | undefined,
): KnownNames {
  const { policy: content } = policy;
  const objectives = content.objectives.map(({ name }) => name);
  const { models: allowed, objectives: asked } = caller ?? {};
  return {
    models: allowed === undefined ? models : models.filter((id) => allowed.includes(id)),
    objectives: asked === undefined ? objectives : objectives.filter((one) => asked.includes(one)),
    tasks: content.tasks,
  };
}

/** The policy's entry and the endpoint of a model that the router may call. */
export function findTarget(
  { policy, config }: Current,
  model: string,
): { readonly known: PolicyModel; readonly endpoint: Endpoint } {
  return {
    known: policy.policy.models.find(({ id }) => id === model) as PolicyModel,
    endpoint: config.pool[model] as Endpoint,
  };
}
