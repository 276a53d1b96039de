export {
  ChatRoutesmith,
  type ChatRoutesmithSettings,
} from './adapters/langchain/chat-routesmith.js';
export type { RoutesmithCallOptions } from './adapters/langchain/read-messages.js';
export type { RouteControls } from './adapters/calls/route-controls.js';
export type { RoutingMetadata } from './adapters/calls/routing-metadata.js';
export type { LoadedPolicy } from './policy/decide/load-policy.js';
export { RouterError, type RouterErrorDetails } from './serve/router/router-error.js';
export type { EndpointHealth } from './serve/router/endpoint-health.js';
export { RoutesmithError, type ErrorCode, type RouterErrorCode } from './util/errors.js';
