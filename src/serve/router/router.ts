import { checkMembers } from '../../util/check-members.js';
import {
  createCallerRouter,
  endpointSettingTypes,
  type EndpointSettings,
} from './caller-router.js';
import type { Endpoint } from './endpoint.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Failover } from './failover.js';
import type { RouteOptions } from './failover-settings.js';
import type { RoutedAnswer, RoutedStream } from './routed.js';
import { readRouterRequest, type RouterRequest } from './router-request.js';

export type { RouteOptions } from './failover-settings.js';

/** The endpoints that a router calls, and how it fails over. */
export interface RouterSettings extends EndpointSettings {
  /** A router that this one replaces: endpoints that are the same keep their state, under these settings. */
  readonly continues?: Router;
}

/** Decides with a policy and calls the models, with failover. */
export interface Router {
  /**
   * Decides, and requests a complete answer from the model, or from the next feasible one if it
   * fails.
   *
   * @throws RouterError if no model answers; RoutesmithError `invalid_input` and `usage` for an
   * invalid request or options
   */
  complete(request: RouterRequest, options?: RouteOptions): Promise<RoutedAnswer>;
  /**
   * The same, streamed. Resolves with the first content; until then another model can take over.
   *
   * @throws as `complete`; `events` throw a RouterError `stream_truncated` if the answer breaks off
   */
  stream(request: RouterRequest, options?: RouteOptions): Promise<RoutedStream>;
  /** The state of each endpoint, by model. */
  health(): Readonly<Record<string, EndpointHealth>>;
}

/**
 * Creates a router, which decides with a policy and calls the models of a pool, with failover. It
 * keeps the state of each endpoint, so create one and share it.
 *
 * @throws RoutesmithError `usage` for invalid settings
 */
export function createRouter(settings: RouterSettings): Router {
  checkMembers(settings, settingTypes, 'settings');
  // Passed on without the router that this one replaces, which would stay in memory.
  const { continues, ...own } = settings;
  const { failover, ...inner } = createCallerRouter(own, continues && failovers.get(continues));
  const router: Router = {
    // Async, so that an invalid request is a rejection, too.
    complete: async (request, options) => inner.complete(readRouterRequest(request), options),
    stream: async (request, options) => inner.stream(readRouterRequest(request), options),
    health: inner.health,
  };
  failovers.set(router, failover);
  return router;
}

const settingTypes = { ...endpointSettingTypes, continues: 'object' };

/** What a router leaves to the one that continues it. */
const failovers = new WeakMap<Router, Failover<Endpoint>>();
