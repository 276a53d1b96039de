export {
  createRouter,
  type RoutedAnswer,
  type RoutedStream,
  type RouteOptions,
  type Router,
  type RouterSettings,
} from './client/router.js';
export type { AnswerEvent } from './client/answer-events.js';
export type { Attempt } from './client/attempt-record.js';
export type { RouterClock } from './client/call.js';
export type { Endpoint, Supplied } from './client/endpoint.js';
export type {
  BreakerSettings,
  BreakerState,
  EndpointHealth,
  Unavailable,
  UnavailableReason,
} from './client/endpoint-health.js';
export type { AttemptFailure, FailureClass } from './client/failure.js';
export { RouterError, type RouterErrorCode } from './client/router-error.js';
export type { RouterEvent } from './client/router-event.js';
export type { RouterRequest } from './client/router-request.js';
export type { Fetch } from './client/send-request.js';
export type { StreamChunk } from './client/stream-once.js';
export type { RouterTimeouts } from './client/timeouts.js';
export { loadPolicy, type LoadedPolicy } from './runtime/load-policy.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
