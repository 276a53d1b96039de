export { readLog, type LogReading } from './serve/log/read-log.js';
export type { LoggedRequest } from './serve/log/join-lines.js';
export type { LogTotals } from './serve/log/log-totals.js';
export type {
  DecisionRecord,
  DroppedRecord,
  ExclusionCode,
  FeedbackRecord,
  FeedbackSource,
  LoggedAttempt,
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
