export {
  createDecisionLog,
  type DecisionLog,
  type LogStatistics,
} from './serve/log/decision-log.js';
export type { GivenOutcome } from './serve/log/served-outcome.js';
export type { LogEntry } from './serve/log/log-entry.js';
export type { GivenFeedback } from './serve/log/log-feedback.js';
export type { DecisionLogLimits, DecisionLogSettings } from './serve/log/log-settings.js';
export type { LogRepair } from './serve/log/repair-log.js';
export type { CallLog, CallLogEntry, LoggedAs } from './serve/router/call-log.js';
export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
export { readLog, type LogReading } from './serve/log/read-log.js';
export type { LoggedRequest } from './serve/log/join-lines.js';
export type { LogTotals } from './serve/log/log-totals.js';
export type { Retention } from './serve/log/retention.js';
export type { Usage } from './llm/usage.js';
export type { Random } from './util/random.js';
export type {
  DecisionRecord,
  DroppedRecord,
  ExclusionCode,
  FeedbackRecord,
  FeedbackSource,
  LoggedAttempt,
  LoggedCharge,
  LoggedFeatures,
  LoggedModel,
  LoggedNeeds,
  LoggedPolicy,
  LogLevel,
  LogLine,
  LostRecord,
  OutcomeRecord,
  SegmentHead,
  ServedRecord,
} from './serve/log/record.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
