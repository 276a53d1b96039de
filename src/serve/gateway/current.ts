import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { createCallerRouter, type CallerRouter } from '../router/caller-router.js';
import type { Endpoint } from '../router/endpoint.js';
import type { RouterEvent } from '../router/router-event.js';
import { createGatekeeper, type CallerSettings, type Gatekeeper } from './access.js';
import { checkCallers, listServedModels, listUnknownModels } from './check-callers.js';
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
  /** What is wrong with the configuration, but does not prevent it from being used. */
  readonly problems: readonly string[];
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
  // Passed on as a whole, so that no setting of the router gets lost. The gateway's own `log` is of requests.
  const { log: _, decisionLog, ...passed } = settings;
  const own = { policy, pool, onEvent, ...(decisionLog === undefined ? {} : { log: decisionLog }) };
  const router = createCallerRouter({ ...passed, ...own }, before?.router.failover);
  const gatekeeper = createGatekeeper(access);
  // After the router and the gatekeeper, which check the pool and the callers themselves.
  checkCallers(config);
  return {
    config,
    policy,
    router,
    gatekeeper,
    models: listServedModels(config),
    problems: listUnknownModels(config),
  };
}

/** The names that a caller may use. */
export function listNames(
  { policy, models }: Current,
  caller: CallerSettings | undefined,
): KnownNames {
  const { policy: content } = policy;
  const objectives = content.objectives.map(({ name }) => name);
  const { models: allowed = models, objectives: asked = objectives } = caller ?? {};
  return {
    models: models.filter((id) => allowed.includes(id)),
    objectives: objectives.filter((one) => asked.includes(one)),
    tasks: content.tasks,
    closed: [
      ...models.filter((id) => !allowed.includes(id)),
      ...objectives.filter((one) => !asked.includes(one)),
    ],
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
