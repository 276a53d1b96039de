import { computeEvaluation, type Evaluation } from '../evaluate/verdict/compute-evaluation.js';
import { checkDefaultObjective, checkRequests } from '../evaluate/diagnose/check-requests.js';
import { computeModelMeans } from '../evaluate/verdict/model-means.js';
import { standardObjectives, type ObjectiveRequest } from '../evaluate/plan/objective-request.js';
import { encodePolicy } from '../../policy/file/encode-policy.js';
import type { Policy, PolicyModel, Verdict } from '../../policy/file/policy.js';
import type { RoutingModel } from '../../policy/file/routing-model.js';
import { collectPrices, type ModelInfo, type Run } from '../../measure/outcomes/run.js';
import { loadPolicy, scoreProbes } from '../../policy/decide/load-policy.js';
import { RoutesmithError } from '../../util/errors.js';
import type { Price } from '../../llm/price.js';
import { sha256OfJson } from '../../util/sha256.js';
import { findWarnings } from './find-warnings.js';
import { finishObjective } from './finish-objective.js';
import { fitEstimates, type FittedEstimates } from './estimates/fit-estimates.js';
import { selectProjectionProblem } from './heads/cross-fit-projection.js';
import type { FamilyScore } from './heads/choose-family.js';
import type { HeadsFamilyName } from './heads/heads-family.js';
import { fitPart, fitsPerMixture, predictFolds, type FittedPart } from './hold-out.js';
import { computeOutcomesDigest } from './outcomes-digest.js';
import { chooseThreadCount, createProjectionFitter } from './solver/projection-fitter.js';
import { roundWeights } from './solver/round-weights.js';
import type { TensorFlowEngine } from './solver/tensorflow-backend.js';
import { computeTrainingData, unlabelledTask, type TrainingData } from './training-data.js';

export interface TrainPolicyOptions {
  /** Seeds every random choice: same run and seed, same bytes. @default 1 */
  readonly seed?: number;
  /** The model to use without routing. @default the best single model */
  readonly baseline?: string;
  /** Objectives besides the standard ones. */
  readonly objectives?: readonly ObjectiveRequest[];
  /** Name of the objective for requests that name none. @default 'quality' */
  readonly defaultObjective?: string;
  /** @default 'auto': chosen by cross-validation, inside each training part for the verdict */
  readonly family?: HeadsFamilyName | 'auto';
  /** Threads that fit projections; same policy for any number. @default see `chooseThreadCount` */
  readonly threads?: number;
  /** Name and version of the program, for the policy file. */
  readonly createdBy: string;
  /** Fits done, and to do. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface TrainedPolicy {
  readonly policy: Policy;
  /** The policy file. */
  readonly text: string;
  readonly digest: string;
  /** What the held-out prompts say. */
  readonly evaluation: Evaluation;
  readonly warnings: readonly string[];
  /** What the policy is, unless it is a constant one because routing does not pay. */
  readonly family: HeadsFamilyName;
  /** What it was chosen by, on prompts of the training data; none where one was asked for. */
  readonly familyScores: readonly FamilyScore[];
}

/** Folds of which one is held out at a time. */
const foldCount = 5;

/**
 * Up to this many prompts every fold is held out in turn, so that few prompts still make an
 * interval that says something; of more, one fold is enough, and five times faster.
 */
const maxPromptsForAllFolds = 6000;

/**
 * Trains a policy: holds out fifths of the prompts for the verdict, then refits on all of them.
 * Where routing does not pay for an objective, the objective names its best constant model; where
 * it pays for none, the policy is a constant one.
 *
 * @throws RoutesmithError `insufficient_data` with too few models, prompts or grades; `usage` for an
 * unknown baseline or objective
 */
export async function trainPolicy(
  engine: TensorFlowEngine,
  run: Pick<Run, 'table' | 'info'>,
  options: TrainPolicyOptions,
): Promise<TrainedPolicy> {
  const { seed = 1, baseline, onProgress, objectives = [] } = options;
  checkBaseline(run.table.models, baseline);
  checkRequests(run.table, objectives);
  const requests = [...standardObjectives, ...objectives];
  const { defaultObjective = 'quality' } = options;
  checkDefaultObjective(run.table, requests, defaultObjective);
  const data = computeTrainingData(run.table);
  const prices = collectPrices(run.info.models);
  const heldOutFolds = run.table.prompts.length <= maxPromptsForAllFolds ? foldCount : 1;
  const total = (heldOutFolds + 1) * fitsPerMixture;
  let done = 0;
  const shared = {
    seed,
    prices,
    requests,
    ...(baseline !== undefined && { baseline }),
    ...(options.family && { family: options.family }),
  };
  const onFit = (): void => onProgress?.(++done, total);
  const rows = Int32Array.from({ length: run.table.prompts.length }, (_, row) => row);
  const { threads = chooseThreadCount(rows.length) } = options;
  const projections = createProjectionFitter(selectProjectionProblem(data), threads);
  const [heldOut, fitted] = await Promise.all([
    predictFolds(engine, projections, data, {
      ...shared,
      folds: foldCount,
      heldOutFolds,
      onProgress: onFit,
    }),
    fitPart(engine, projections, data, rows, new Int32Array(0), { ...shared, onFit }),
  ]).finally(() => projections.close());
  const evaluation = computeEvaluation(heldOut, seed);
  const policy = assemblePolicy(data, fitted, evaluation.verdict, run, prices, seed, options);
  const { text, digest } = await encodePolicy(policy, scoreProbes(policy));
  await loadPolicy(text);
  return {
    policy,
    text,
    digest,
    evaluation,
    warnings: findWarnings(data, evaluation, policy),
    family: fitted.family,
    familyScores: fitted.familyScores,
  };
}

function checkBaseline(models: readonly string[], baseline: string | undefined): void {
  if (baseline === undefined || models.includes(baseline)) return;
  throw new RoutesmithError('usage', `unknown baseline model "${baseline}"`, {
    fix: `Name one of: ${models.join(', ')}.`,
  });
}

function assemblePolicy(
  data: TrainingData,
  fitted: FittedPart,
  verdict: Verdict,
  run: Pick<Run, 'table' | 'info'>,
  prices: ReadonlyMap<string, Price>,
  seed: number,
  options: TrainPolicyOptions,
): Policy {
  const { table } = data;
  const rows = Int32Array.from({ length: table.prompts.length }, (_, row) => row);
  const means = computeModelMeans(table, rows, data.taskOf);
  const information = new Map(run.info.models.map((model) => [model.id, model]));
  const routes = verdict.decision === 'ROUTE';
  const scorer: RoutingModel = routes
    ? roundWeights(fitted.model)
    : { kind: 'constant', quality: Float32Array.from(means.quality) };
  const pooled = { ...data, tasks: [unlabelledTask], taskOf: new Int32Array(rows.length) };
  const estimates = routes
    ? fitted.estimates
    : table.models.map((id, index) => fitEstimates(pooled, rows, index, prices.get(id)));
  return {
    createdBy: options.createdBy,
    simulated: table.simulated,
    models: table.models.map((id, index) =>
      describeModel(id, information.get(id), estimates[index] as FittedEstimates),
    ),
    tasks: routes ? data.tasks : [unlabelledTask],
    scorer,
    baseline: table.models[fitted.plan.baseline] as string,
    fallbackOrder: table.models
      .map((id, index) => ({ id, quality: means.quality[index] as number }))
      .sort((a, b) => b.quality - a.quality)
      .map(({ id }) => id),
    objectives: fitted.plan.objectives.map((_, index) =>
      finishObjective(fitted.plan, index, verdict, table.models),
    ),
    defaultObjective: options.defaultObjective ?? 'quality',
    noveltyLimit: fitted.plan.noveltyLimit,
    verdict,
    provenance: {
      outcomesDigest: computeOutcomesDigest(table),
      featureSpecDigest: sha256OfJson(data.counts.spec),
      pricesDigest: sha256OfJson([...prices].sort(([a], [b]) => (a < b ? -1 : 1))),
      seed,
      prompts: table.prompts.length,
    },
  };
}

function describeModel(
  id: string,
  information: ModelInfo | undefined,
  { cost, latency }: FittedEstimates,
): PolicyModel {
  return {
    id,
    price: information?.price,
    contextWindow: information?.contextWindow,
    capabilities: information?.capabilities,
    cost,
    latency,
  };
}
