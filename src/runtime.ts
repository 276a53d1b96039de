export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
export type { Decide } from './policy/decide/decide.js';
export type { PolicyReport } from './policy/decide/apply-roster.js';
export type { ModelEstimates } from './policy/decide/choose-model.js';
export type { RequestNeeds } from './policy/decide/request-needs.js';
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
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './llm/chat.js';
export { RoutesmithError, type ErrorCode } from './util/errors.js';
