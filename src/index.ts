export { readTaskSet, type ReadTaskSetOptions } from './tasks/read-task-set.js';
export type { GraderSpec, Task, TaskSet } from './tasks/task.js';
export { checkGrader } from './graders/check-grader.js';
export { checkTaskSet, type TaskSetCheck } from './graders/check-task-set.js';
export { gradeAnswer } from './graders/grade-answer.js';
export type { Grade, GradingTools } from './graders/grade.js';
export type { Judge } from './graders/judge-model.js';
export { createSandbox, type SandboxSettings } from './sandbox/create-sandbox.js';
export type { Sandbox } from './sandbox/sandbox.js';
export { readPool } from './pool/read-pool.js';
export type { Capabilities, Pool, PoolModel, Price } from './pool/model.js';
export {
  startPracticeServer,
  type PracticeServer,
  type PracticeSettings,
} from './practice/practice-server.js';
export { priceSweep, type PricedSweep } from './records/price-sweep.js';
export { estimateSweep, type SweepEstimate } from './sweep/estimate-sweep.js';
export { runSweep, type SweepSettings } from './sweep/run-sweep.js';
export type { SweepEvent } from './sweep/sweep-event.js';
export type { SweepProgress } from './sweep/sweep-progress.js';
export { gradeRun, type GradeRunSettings, type GradeRunSummary } from './sweep/grade-run.js';
export type { SweepSummary } from './sweep/sweep-summary.js';
export {
  importOutcomes,
  type ImportedOutcomes,
  type ImportOptions,
  type OutcomeFormat,
} from './records/importers/import-outcomes.js';
export { readRun, writeImportedRun } from './records/run-folder.js';
export type { OutcomeTable, PromptRecord } from './records/outcome-table.js';
export type { ModelInfo, Run, RunInfo } from './records/run.js';
export { createTensorFlowEngine, type TensorFlowEngine } from './train/tensorflow-backend.js';
export { trainPolicy, type TrainedPolicy, type TrainPolicyOptions } from './train/train-policy.js';
export { computeTrainingData, type TrainingData } from './train/training-data.js';
export { computeHeldOut, type HoldOutOptions } from './train/hold-out.js';
export { computeOutcomesDigest } from './train/outcomes-digest.js';
export {
  computeEvaluation,
  type Evaluation,
  type StrategyResult,
} from './evaluate/compute-evaluation.js';
export {
  standardObjectives,
  usePointEstimates,
  type Guarantee,
  type ObjectiveRequest,
} from './evaluate/objective-request.js';
export {
  evaluatePolicy,
  type EvaluatePolicyOptions,
  type PolicyEvaluation,
} from './evaluate/evaluate-policy.js';
export type { HeldOut } from './evaluate/held-out.js';
export { loadPolicy, type LoadedPolicy } from './runtime/load-policy.js';
export type { Constraints, DecideOptions, Decision } from './runtime/decision.js';
export type { Interval, Objective, Policy, Verdict } from './policy/policy.js';
export type { ChatMessage, ChatRequest, ContentPart, Prompt } from './util/chat.js';
export { RoutesmithError, type ErrorCode, type ErrorDetails } from './util/errors.js';
