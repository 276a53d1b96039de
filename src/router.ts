export {
  createRouter,
  type RouteOptions,
  type Router,
  type RouterSettings,
} from './serve/router/router.js';
export type { RoutedAnswer, RoutedStream } from './serve/router/routed.js';
export type { CallLog, CallLogEntry, LoggedAs } from './serve/router/call-log.js';
export type { AnswerBatches, AnswerEvent } from './serve/router/answer-events.js';
export type { Attempt } from './serve/router/attempt-record.js';
export type { RouterClock } from './serve/router/call.js';
export type { OmittableMember, RequestForm, TokenLimitName } from './llm/request-form.js';
export type { StreamEvent, ToolCallPiece } from './llm/types.js';
export type { Usage } from './llm/usage.js';
export type { ProtocolName } from './llm/protocol.js';
export type { Failure } from './llm/failure.js';
export type { FailureClass } from './llm/failure-table.js';
export type { RefusedMember } from './llm/refused-member.js';
export type { Endpoint, Supplied } from './serve/router/endpoint.js';
export type { BreakerSettings } from './serve/router/breaker-settings.js';
export type { BreakerState } from './serve/router/endpoint-breaker.js';
export type {
  EndpointHealth,
  Unavailable,
  UnavailableReason,
} from './serve/router/endpoint-health.js';
export type { AttemptFailure, AttemptFailureClass } from './serve/router/failure.js';
export { RouterError, type RouterErrorDetails } from './serve/router/router-error.js';
export type { RouterEvent } from './serve/router/router-event.js';
export type { RouterRequest } from './serve/router/router-request.js';
export type { StopSignal } from './serve/router/cutoff.js';
export type {
  Fetch,
  FetchedBody,
  FetchedPiece,
  FetchedResponse,
  FetchInit,
} from './serve/router/send-request.js';
export type { StreamChunk } from './serve/router/open-stream.js';
export type { MaxShares } from './serve/router/share-caps.js';
export type { RouterTimeouts } from './serve/router/timeouts.js';
export type { AnswerCharge, AnswerFigures } from './serve/router/answer-charge.js';
export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
export { RoutesmithError, type ErrorCode, type RouterErrorCode } from './util/errors.js';
