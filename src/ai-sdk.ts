export {
  createRoutesmith,
  type RoutesmithProvider,
  type RoutesmithSettings,
} from './adapters/ai-sdk/create-routesmith.js';
export {
  createRoutesmithMiddleware,
  type MiddlewareSettings,
  type RoutesmithMiddleware,
} from './adapters/ai-sdk/middleware.js';
export type {
  AsJson,
  JsonRouteControls as RouteControls,
} from './adapters/calls/route-controls.js';
export type { RoutingMetadata } from './adapters/calls/routing-metadata.js';
export type { LoadedPolicy } from './policy/decide/load-policy.js';
export { RouterError, type RouterErrorDetails } from './serve/router/router-error.js';
export type { EndpointHealth } from './serve/router/endpoint-health.js';
export { RoutesmithError, type ErrorCode, type RouterErrorCode } from './util/errors.js';
