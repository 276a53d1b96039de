export { readTaskSet, type ReadTaskSetOptions } from './measure/tasks/read-task-set.js';
export type { GraderSpec, Example as Task, TaskSet } from './measure/tasks/example.js';
export { checkGrader } from './measure/graders/check-grader.js';
export { checkTaskSet, type TaskSetCheck } from './measure/graders/check-task-set.js';
export { gradeAnswer } from './measure/graders/grade-answer.js';
export type { Grade, GraderPool, GradingTools } from './measure/graders/grade.js';
export type { Judge } from './measure/graders/judge-model.js';
export { createGraderPool, type GraderPoolSettings } from './measure/graders/pool/grader-pool.js';
export { createSandbox, type SandboxSettings } from './measure/graders/sandbox/create-sandbox.js';
export type { Sandbox } from './measure/graders/sandbox/sandbox.js';
export { readPool } from './measure/models/read-pool.js';
export type { Capabilities, Pool, PoolModel, Price } from './measure/models/model.js';
export {
  startPracticeServer,
  type PracticeServer,
  type PracticeSettings,
} from './measure/practice/practice-server.js';
export { priceSweep, type PricedSweep } from './measure/outcomes/price-sweep.js';
export { estimateSweep, type SweepEstimate } from './measure/sweep/estimate-sweep.js';
export { runSweep, type SweepSettings } from './measure/sweep/run-sweep.js';
export type { SweepEvent } from './measure/sweep/sweep-event.js';
export type { SweepProgress } from './measure/sweep/sweep-progress.js';
export {
  gradeRun,
  type GradeRunSettings,
  type GradeRunSummary,
} from './measure/sweep/grade-run.js';
export type { SweepSummary } from './measure/sweep/sweep-summary.js';
export {
  importOutcomes,
  type ImportedOutcomes,
  type ImportOptions,
  type OutcomeFormat,
} from './measure/outcomes/importers/import-outcomes.js';
export { readRun, writeImportedRun } from './measure/outcomes/run-folder.js';
export {
  computeOutcomeTable,
  type OutcomeArrays,
  type OutcomeMatrix,
} from './measure/outcomes/compute-outcome-table.js';
export type { OutcomeTable, PromptRecord } from './measure/outcomes/outcome-table.js';
export type { ModelInfo, Run, RunInfo } from './measure/outcomes/run.js';
export {
  createTensorFlowEngine,
  type TensorFlowEngine,
} from './learn/train/solver/tensorflow-backend.js';
export {
  trainPolicy,
  type TrainedPolicy,
  type TrainPolicyOptions,
} from './learn/train/train-policy.js';
export type { Hyperparameters } from './learn/train/hyperparameters.js';
export { computeTrainingData, type TrainingData } from './learn/train/training-data.js';
export { computeHeldOut, type HoldOutOptions } from './learn/train/hold-out.js';
export { computeOutcomesDigest } from './learn/train/training-data.js';
export { computeEvaluation, type Evaluation } from './learn/evaluate/compute-evaluation.js';
export type { DeliveredObjective, Delivery } from './learn/evaluate/delivery/compute-delivery.js';
export type { StrategyResult } from './learn/evaluate/strategies/compare-strategies.js';
export {
  standardObjectives,
  usePointEstimates,
  type Guarantee,
  type ObjectiveRequest,
} from './learn/evaluate/plan/objective-request.js';
export {
  evaluatePolicy,
  type EvaluatePolicyOptions,
  type PolicyEvaluation,
} from './learn/evaluate/compare/evaluate-policy.js';
export type { HeldOut } from './learn/evaluate/verdict/held-out.js';
export type { PolicyOnTable } from './learn/evaluate/compare/evaluate-policy.js';
export {
  comparePolicies,
  type ObjectiveDifference,
  type PolicyComparison,
} from './learn/evaluate/compare/compare-policies.js';
export { computeOverkill, type TableOverkill } from './learn/library/compute-overkill.js';
export type { OverkillOptions } from './learn/report/measure-overkill.js';
export type { CheaperModel, Overkill, OverkillTask } from './learn/evaluate/diagnose/overkill.js';
export type { Advice } from './learn/evaluate/verdict/compute-advice.js';
export type { FamilyName } from './learn/train/heads/families.js';
export { computeReport, type ReportOptions } from './learn/library/compute-report.js';
export { trainTable, type TrainTableOptions } from './learn/library/train-table.js';
export type { TrainingEvent } from './learn/library/training-event.js';
export { trainRun, type TrainRunOptions } from './learn/train/train-run.js';
export { renderReport } from './learn/report/render-report.js';
export type { Report, ReportedEvaluation } from './learn/report/report.js';
export { loadPolicy, type LoadedPolicy } from './policy/decide/load-policy.js';
export type { Constraints, DecideOptions, Decision } from './policy/decide/decision.js';
export type { Interval, Objective, Policy, Verdict } from './policy/file/policy.js';
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './llm/chat.js';
export { RoutesmithError, type ErrorCode, type ErrorDetails } from './util/errors.js';
