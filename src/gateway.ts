export { createGateway, type Gateway } from './serve/gateway/gateway.js';
export type { Access, CallerSettings } from './serve/gateway/access.js';
export type { Feedback, FeedbackSink } from './serve/gateway/feedback.js';
export type { GatewayErrorCode } from './serve/gateway/gateway-error.js';
export type {
  AnswerPart,
  AnswerStream,
  CallHeaders,
  HttpAnswer,
  HttpCall,
} from './serve/gateway/http-call.js';
export type { RequestAttempt, RequestLog } from './serve/gateway/request-log.js';
export type { GatewayConfig, GatewayLimits, GatewaySettings } from './serve/gateway/settings.js';
export type { SpendingEntry, SpendingStore } from './serve/gateway/spending.js';
export type { RouterClock } from './serve/router/call.js';
export type { Endpoint, Supplied } from './serve/router/endpoint.js';
export type { BreakerSettings } from './serve/router/breaker-settings.js';
export type { StopSignal } from './serve/router/cutoff.js';
export type {
  Fetch,
  FetchedBody,
  FetchedPiece,
  FetchedResponse,
  FetchInit,
} from './serve/router/send-request.js';
export type { MaxShares } from './serve/router/share-caps.js';
export type { RouterTimeouts } from './serve/router/timeouts.js';
export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
export type { ProtocolName } from './llm/protocol.js';
