export { loadPolicy, type LoadedPolicy } from './policy/decide/load-policy.js';
export type { Decide } from './policy/decide/decide.js';
export type {
  Constraints,
  DecideOptions,
  Decision,
  DecisionReason,
  ExcludedModel,
  RankedModel,
} from './policy/decide/decision.js';
export type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
  Provenance,
  Verdict,
} from './policy/file/policy.js';
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './llm/chat.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
