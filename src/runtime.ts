export { loadPolicy, type LoadedPolicy } from './runtime/load-policy.js';
export type { Decide } from './runtime/decide.js';
export type {
  Constraints,
  DecideOptions,
  Decision,
  DecisionReason,
  ExcludedModel,
  RankedModel,
} from './runtime/decision.js';
export type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
  Provenance,
  Verdict,
} from './policy/policy.js';
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './util/chat.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
