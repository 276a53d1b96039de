export { readTaskSet, type ReadTaskSetOptions } from './measure/tasks/read-task-set.js';
export type { GraderSpec, Example as Task, TaskSet } from './measure/tasks/example.js';
export { checkGrader } from './measure/graders/check-grader.js';
export {
  checkTaskSet,
  type TaskSetCheck,
  type TaskFinding,
} from './measure/graders/check-task-set.js';
export { gradeAnswer } from './measure/graders/grade-answer.js';
export type {
  AmbiguousRule,
  ExtractedCode,
  Grade,
  GradeInput,
  GraderPool,
  GraderTool,
  GradingTools,
} from './measure/graders/grade.js';
export type {
  Judge,
  JudgeBudget,
  JudgeRecord,
  JudgeReply,
  JudgeReservation,
  NoteJudgeCall,
} from './measure/graders/judge/judge-model.js';
export { createGraderPool, type GraderPoolSettings } from './measure/graders/pool/grader-pool.js';
export { createSandbox, type SandboxSettings } from './measure/graders/sandbox/create-sandbox.js';
export type {
  Sandbox,
  SandboxCall,
  SandboxCallResult,
  SandboxLimits,
  SandboxProgram,
  SandboxResult,
} from './measure/graders/sandbox/sandbox.js';
export { readPool } from './measure/models/read-pool.js';
export type { Environment } from './measure/models/read-api-key.js';
export type {
  Capabilities,
  GenerationParameters,
  ModelTimeouts,
  Pool,
  PoolModel,
  Price,
} from './measure/models/model.js';
export {
  startPracticeServer,
  type PracticeServer,
  type PracticeSettings,
} from './measure/practice/practice-server.js';
export type { PracticeSlip } from './measure/practice/practice-brain.js';
export { priceSweep, type PricedSweep, type PricedModel } from './measure/outcomes/price-sweep.js';
export {
  estimateSweep,
  type ModelEstimate,
  type SweepEstimate,
} from './measure/sweep/estimate-sweep.js';
export { runSweep, type SweepSettings } from './measure/sweep/run-sweep.js';
export type { BatchSettings } from './measure/sweep/batches/call-batches.js';
export type { CallTimeouts } from './measure/sweep/calls/call-timeouts.js';
export type { Clock } from './measure/sweep/calls/clock.js';
export type { RetryLimits } from './measure/sweep/calls/retry.js';
export type { CellAnswer } from './measure/sweep/cell-answers.js';
export type { CellSource, CreateCellSource, SourcedCell } from './measure/sweep/cell-source.js';
export type { Cell, PlannedPrompt, SweepPlan } from './measure/sweep/plan-sweep.js';
export type { GradeChange } from './measure/sweep/grade-cells.js';
export type { JudgeOvercharged, NewForm, SweepEvent } from './measure/sweep/sweep-event.js';
export type {
  ModelFlow,
  ModelProgress,
  ProgressTotals,
  SweepProgress,
} from './measure/sweep/sweep-progress.js';
export {
  gradeRun,
  type GradeRunSettings,
  type GradeRunSummary,
} from './measure/sweep/grade-run.js';
export type { BudgetSummary, SweepSummary } from './measure/sweep/sweep-summary.js';
export type { JudgeEstimate } from './measure/sweep/judge-estimate.js';
export type { ServedFinding } from './measure/sweep/served-models.js';
export type { KeptLabels } from './measure/sweep/grade-entry.js';
export type {
  CellOutcome,
  CellPurchase,
  FailedAttempt,
  LedgerEntry,
} from './measure/ledger/ledger-entry.js';
export {
  importOutcomes,
  type ImportedOutcomes,
  type ImportOptions,
  type OutcomeFormat,
} from './measure/outcomes/importers/import-outcomes.js';
export type { ImportReport, RowProblem } from './measure/outcomes/importers/import-reporter.js';
export { readRun, writeImportedRun } from './measure/outcomes/run-folder.js';
export {
  computeOutcomeTable,
  type OutcomeArrays,
  type OutcomeMatrix,
} from './measure/outcomes/compute-outcome-table.js';
export type {
  CostBasis,
  OutcomeColumn,
  OutcomeTable,
  PromptRecord,
} from './measure/outcomes/outcome-table.js';
export type { ModelInfo, Run, RunInfo } from './measure/outcomes/run.js';
export type {
  CellCounts,
  ModelHealth,
  RepeatNoise,
  ServedModel,
} from './measure/outcomes/run-health.js';
export type { UngradedAnswers } from './measure/outcomes/ungraded-answers.js';
export {
  createTensorFlowEngine,
  type TensorFlowEngine,
} from './learn/train/solver/tensorflow-backend.js';
export {
  trainPolicy,
  type TrainedPolicy,
  type TrainPolicyOptions,
} from './learn/train/train-policy.js';
export type { TrainingRun } from './learn/train/assemble-policy.js';
export type { Hyperparameters } from './learn/train/hyperparameters.js';
export { computeTrainingData, type TrainingData } from './learn/train/training-data.js';
export { computeHeldOut, type HoldOutOptions } from './learn/train/hold-out.js';
export type { ModelLimits } from './learn/train/model-limits.js';
export { computeOutcomesDigest } from './learn/train/outcomes-digest.js';
export {
  computeEvaluation,
  type Evaluation,
  type EvaluationOptions,
} from './learn/evaluate/compute-evaluation.js';
export type { FrontierResult } from './learn/evaluate/frontier-result.js';
export type { PlannedObjective, TrainedPlan } from './learn/evaluate/plan/trained-plan.js';
export type { DeliveredObjective, Delivery } from './learn/evaluate/delivery/compute-delivery.js';
export type { SingleModelResult } from './learn/evaluate/delivery/single-models.js';
export type {
  MeanIntervals,
  ModelShare,
  StrategyResult,
} from './learn/evaluate/strategies/compare-strategies.js';
export type { StrategyRole } from './learn/evaluate/strategies/strategy-id.js';
export type { FrontierPoint } from './learn/evaluate/strategies/frontier.js';
export {
  standardObjectives,
  usePointEstimates,
  type Guarantee,
  type ObjectiveRequest,
  type PromisingRequest,
} from './learn/evaluate/plan/objective-request.js';
export {
  evaluatePolicy,
  type EvaluatePolicyOptions,
  type PolicyEvaluation,
} from './learn/evaluate/compare/evaluate-policy.js';
export type { FamilyCount, HeldOut } from './learn/evaluate/verdict/held-out.js';
export type { PolicyOnTable } from './learn/evaluate/compare/evaluate-policy.js';
export {
  comparePolicies,
  type ObjectiveDifference,
  type PolicyComparison,
  type ComparedSide,
  type TaskDifference,
} from './learn/evaluate/compare/compare-policies.js';
export { computeOverkill, type TableOverkill } from './learn/library/compute-overkill.js';
export type { OverkillOptions } from './learn/report/measure-overkill.js';
export type {
  CheaperModel,
  Saving,
  UndecidedModel,
} from './learn/evaluate/diagnose/cheaper-model.js';
export type {
  Overkill,
  OverkillFinding,
  OverkillTask,
} from './learn/evaluate/diagnose/overkill.js';
export type { Advice, Detection, EnoughEvidence } from './learn/evaluate/verdict/compute-advice.js';
export type { ObjectiveGain } from './learn/evaluate/verdict/compute-verdict.js';
export type { FamilyName } from './learn/train/heads/families.js';
export type { FamilyScore } from './learn/train/heads/choose-family.js';
export { computeReport, type ReportOptions } from './learn/library/compute-report.js';
export { trainTable, type TrainTableOptions } from './learn/library/train-table.js';
export type { TrainingEvent } from './learn/library/training-event.js';
export { trainRun, type TrainRunOptions } from './learn/train/train-run.js';
export type { LeftOutModel } from './learn/train/comparable-models.js';
export { renderReport } from './learn/report/render-report.js';
export type { Report, ReportedEvaluation } from './learn/report/report.js';
export {
  loadPolicy,
  type LoadedPolicy,
  type LoadOptions,
  type PolicySource,
} from './policy/decide/load-policy.js';
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
export type { PolicyReport } from './policy/decide/apply-roster.js';
export type { ModelEstimates } from './policy/decide/choose-model.js';
export type { Capability, RequestNeeds } from './policy/decide/request-needs.js';
export type { PromptScores } from './policy/decide/score-prompt.js';
export type { FeatureSpec } from './policy/features/feature-spec.js';
export type { Interval, Objective, Policy, PromiseState, Verdict } from './policy/file/policy.js';
export type {
  ChatMessage,
  ChatRequest,
  ContentPart,
  Prompt,
  PromptWithMembers,
  RequestWithMembers,
} from './llm/chat.js';
export type { Usage } from './llm/usage.js';
export type { ModelEffort } from './llm/price.js';
export type { JsonObject, JsonValue } from './util/json.js';
export { RoutesmithError, type ErrorCode, type ErrorDetails } from './util/errors.js';
