export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
export type { Decide } from './policy/decide/decide.js';
export type { PolicyReport } from './policy/decide/apply-roster.js';
export type { ModelEstimates } from './policy/decide/choose-model.js';
export type { Capability, RequestNeeds } from './policy/decide/request-needs.js';
export type { PromptScores } from './policy/decide/score-prompt.js';
export type {
  Constraints,
  CurrentModel,
  DecideOptions,
  Decision,
  DecisionNote,
  DecisionObserver,
  DecisionReason,
  ExcludedModel,
  Exploration,
  ExplorationRecord,
  ModelState,
  ObjectiveWeights,
  RankedModel,
  SessionDecision,
} from './policy/decide/decision.js';
export type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
  PromiseState,
  Provenance,
  Verdict,
} from './policy/file/policy.js';
export type { CostEstimate, LatencyEstimate } from './policy/file/estimates.js';
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './llm/chat.js';
export type { ModelEffort } from './llm/price.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
