import { selectUniformData } from '../train/uniform-data.js';
import type { AddedModel } from '../adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../adaptive/adaptive-record.js';
import { findOverkill } from '../evaluate/diagnose/overkill.js';
import type { Objective, Policy } from '../../policy/file/policy.js';
import { listObjectiveFigures, listUnbeaten } from '../evaluate/verdict/compare-objectives.js';
import { computeAdvice, type Advice } from '../evaluate/verdict/compute-advice.js';
import type { PolicyEvaluation } from '../evaluate/compare/evaluate-policy.js';
import type { Robustness } from '../evaluate/diagnose/robustness.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { OutcomeTable } from '../../measure/outcomes/outcome-table.js';
import type { RunHealth } from '../../measure/outcomes/run-health.js';
import type { Run } from '../../measure/outcomes/run.js';
import { collectPrices, computePricesDigest } from '../../measure/outcomes/run-prices.js';
import { computeMoney } from './compute-money.js';
import { computeOverkillReport } from './compute-overkill-report.js';
import { findPlannedOtherwise, type PlannedOtherwise } from './find-planned-otherwise.js';
import { computePoints } from './compute-points.js';
import type {
  EvaluationOrigin,
  ModelCoverage,
  ReportProvenance,
  ReportedPolicy,
  ReportedReplay,
  Report,
  ReportedEvaluation,
  Volume,
} from './report.js';

/** A policy file with what was measured for it on the run. */
export interface MeasuredPolicy {
  readonly file: string;
  readonly loaded: LoadedPolicy;
  readonly isTrainingData: boolean;
  /** Whether it was trained on exactly the outcomes that are evaluated, with the same models and weights. */
  readonly isPolicyOfRun: boolean;
  /** Absent if the policy was trained on the run. */
  readonly applied?: PolicyEvaluation;
  readonly robustness: Robustness;
}

export interface ReportInput {
  readonly run: Pick<Run, 'info' | 'table' | 'leftOut'>;
  /** Task index and group of near-duplicates of each prompt. */
  readonly taskOf: Int32Array;
  readonly groups: ArrayLike<number>;
  readonly evaluation: ReportedEvaluation;
  readonly health?: RunHealth;
  readonly warnings: readonly string[];
  readonly policy?: MeasuredPolicy;
  readonly replay?: ReportedReplay;
  readonly adaptive?: AdaptiveRecord;
  readonly added?: readonly AddedModel[];
  readonly outcomesDigest: string;
}

export interface ReportSettings {
  /** The model in use now. @default the best single model */
  readonly baseline?: string;
  readonly objective?: string;
  readonly volume: Volume;
  /** See `findOverkill`. */
  readonly margin?: number;
  /** Whether prompts of the run may be in the report. */
  readonly showPrompts: boolean;
  /** Of what is measured for the report; an evaluation from a file has its own. */
  readonly seed: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly version: string;
  /** The command line that made the report. */
  readonly command: string;
  /** Where the evaluation comes from, in words. */
  readonly evaluatedBy: string;
  readonly evaluationOrigin: EvaluationOrigin;
}

/** Computes the content of a report. Pure: same input, same report. */
export function assembleReport(input: ReportInput, settings: ReportSettings): Report {
  const { run, evaluation, policy } = input;
  const { table, info } = run;
  const uniform = selectUniformData({ table, taskOf: input.taskOf, groups: input.groups });
  const { taskOf, groups } = uniform;
  const { volume, margin } = settings;
  const baseline = settings.baseline ?? evaluation.baseline;
  const plannedOtherwise = findPlannedOtherwise(findPolicy(input), evaluation);
  const advice = adviseFor(input, plannedOtherwise);
  const overkill = findOverkill(uniform.table, {
    baseline,
    groups,
    taskOf,
    ...(margin !== undefined && { margin }),
  });
  return {
    name: info.name,
    simulated: table.simulated || evaluation.simulated || policy?.loaded.policy.simulated === true,
    models: table.models,
    prompts: table.prompts.length,
    evaluation,
    advice,
    money: computeMoney(evaluation, {
      volume,
      baseline,
      policy: {
        objectives: findPolicy(input)?.objectives ?? evaluation.objectives,
        defaultObjective: advice.objective,
        plannedOtherwise,
      },
      ...(settings.objective !== undefined && { objective: settings.objective }),
    }),
    overkill: computeOverkillReport(overkill, uniform.table, {
      volume,
      groups,
      taskOf,
      showPrompts: settings.showPrompts,
    }),
    points: computePoints(evaluation, baseline, policy?.applied ?? null),
    tasks: evaluation.slices.tasks,
    policy: policy === undefined ? null : describePolicy(policy),
    replay: input.replay ?? null,
    coverage: computeCoverage(table),
    leftOut: Array.from(run.leftOut, ([reason, count]) => ({ reason, count })),
    health: input.health ?? null,
    adaptive: input.adaptive ?? null,
    added: input.added ?? [],
    warnings: input.warnings,
    provenance: describeProvenance(input, settings),
  };
}

/** The policy that the evaluation is of, if one was given. */
function findPolicy({ policy }: ReportInput): Policy | undefined {
  return policy?.isPolicyOfRun === true ? policy.loaded.policy : undefined;
}

/** Advice by what the policy file does, where it differs from that of the evaluation. */
function adviseFor(input: ReportInput, plannedOtherwise: PlannedOtherwise): Advice {
  const { evaluation, run } = input;
  const policy = findPolicy(input);
  if (policy === undefined) return evaluation.advice;
  const list = (objectives: readonly Objective[]): string =>
    JSON.stringify(objectives.map(({ name, constantModel }) => [name, constantModel]));
  const isSame =
    list(policy.objectives) === list(evaluation.objectives) &&
    policy.defaultObjective === evaluation.advice.objective;
  if (isSame && plannedOtherwise.size === 0) return evaluation.advice;
  const { verdict, detection } = evaluation;
  const { promptsForSwitching } = detection ?? { promptsForSwitching: Infinity };
  const evidence = verdict.evidence.map((one) => plannedOtherwise.get(one.objective) ?? one);
  const names = new Set(policy.objectives.map(({ name }) => name));
  const isAnyEvaluated = verdict.evidence.some(({ objective }) => names.has(objective));
  // What holds for an objective that the policy lacks is no advice about the policy.
  const isOwn = ({ objective }: { readonly objective: string }): boolean =>
    !isAnyEvaluated || names.has(objective);
  const figures = listObjectiveFigures(evaluation.delivery, verdict);
  const evaluated = policy.objectives.filter(({ name }) =>
    verdict.evidence.some(({ objective }) => objective === name),
  );
  const own = computeAdvice({
    verdict: { ...verdict, evidence: evidence.filter(isOwn) },
    ...(detection !== undefined &&
      plannedOtherwise.size === 0 && { gains: detection.gains.filter(isOwn) }),
    objectives: policy.objectives,
    defaultObjective: policy.defaultObjective,
    advisable: listUnbeaten(evaluated, undefined, { figures, baseline: policy.baseline }),
    prompts: run.table.prompts.length,
    delivered: evaluation.delivery?.objectives,
    ...(promptsForSwitching !== null && { promptsForSwitching }),
    ...(detection?.isUnpaired === true && { isUnpaired: true }),
    effectivePrompts: evaluation.effectivePrompts,
  });
  return own.kind === 'route' ? own : adjustAdvice(own, evaluation, plannedOtherwise);
}

/** Advice not to route, without what the evaluation knows of another plan than that of the policy file. */
function adjustAdvice(
  own: Advice,
  { advice, detection }: ReportedEvaluation,
  plannedOtherwise: PlannedOtherwise,
): Advice {
  const { enough: _, ...shared } = own;
  if (advice.kind === 'route') return { ...shared, routedOtherwise: advice.routed };
  // What the prompts could have shown, an evaluation of an earlier version says in its advice alone.
  const found = detection === undefined ? advice : own;
  const isOwnPlan = plannedOtherwise.size === 0;
  return {
    ...shared,
    kind: found.kind,
    ...(isOwnPlan && found.enough !== undefined && { enough: found.enough }),
  };
}

function describeProvenance(
  { run: { info }, evaluation, outcomesDigest }: ReportInput,
  { command, createdAt, version, evaluatedBy, evaluationOrigin }: ReportSettings,
): ReportProvenance {
  const { name, kind, sources, costBasis, models } = info;
  return {
    command,
    createdAt,
    version,
    run: { name, kind, createdAt: info.createdAt, sources },
    outcomesDigest,
    pricesDigest: computePricesDigest(collectPrices(info)),
    costBasis,
    prices: models.map(({ id, price }) => ({ model: id, price: price ?? null })),
    seed: evaluation.source?.seed ?? null,
    evaluatedBy,
    evaluationOrigin,
  };
}

function describePolicy({
  file,
  loaded: { policy, digest },
  isTrainingData,
  isPolicyOfRun,
  applied,
  robustness,
}: MeasuredPolicy): ReportedPolicy {
  const { createdBy, baseline, defaultObjective, objectives, noveltyLimit } = policy;
  return {
    file,
    digest,
    createdBy,
    baseline,
    defaultObjective,
    objectives,
    noveltyLimit,
    isTrainingData,
    isPolicyOfRun,
    applied: applied ?? null,
    robustness,
  };
}

function computeCoverage(table: OutcomeTable): ModelCoverage[] {
  const width = table.models.length;
  return table.models.map((model, column) => {
    const count = (matrix: Float32Array): number =>
      table.prompts.filter((_, row) => !Number.isNaN(matrix[row * width + column])).length;
    return {
      model,
      quality: count(table.quality),
      costUsd: count(table.costUsd),
      latencyMs: count(table.latencyMs),
    };
  });
}
