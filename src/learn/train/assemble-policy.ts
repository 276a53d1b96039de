import type { ModelInfo, Run, RunInfo } from '../../measure/outcomes/run.js';
import { quantizeMatrix } from '../../policy/file/packed-numbers.js';
import type { Objective, Policy, PolicyModel, Verdict } from '../../policy/file/policy.js';
import type {
  LinearMap,
  RoundedLinearMap,
  RoundedTaskMixtureModel,
  TaskMixtureModel,
} from '../../policy/file/routing-model.js';
import type { Price } from '../../llm/price.js';
import type { TrainedPlan } from '../evaluate/plan/trained-plan.js';
import { computePricesDigest } from '../../measure/outcomes/run-prices.js';
import { sha256OfJson } from '../../util/sha256.js';
import type { FittedEstimates } from './fit-estimates.js';
import type { FittedPart } from './fit-part.js';
import { fitPooled } from './pool-estimates.js';
import { computeOutcomesDigest } from './outcomes-digest.js';
import type { TrainingData } from './training-data.js';

/** Outcomes, and what is known of their models. */
export interface TrainingRun extends Pick<Run, 'table'> {
  readonly info: Pick<RunInfo, 'models'>;
}

export interface PolicyParts {
  readonly data: TrainingData;
  readonly run: TrainingRun;
  readonly prices: ReadonlyMap<string, Price>;
  /** Fitted to all rows of the data. */
  readonly fitted: FittedPart;
  /** The plan that the held-out results are of. */
  readonly plan: TrainedPlan;
  /** As the evaluation has them. */
  readonly objectives: readonly Objective[];
  readonly verdict: Verdict;
  readonly seed: number;
  /** Name and version of the program, for the policy file. */
  readonly createdBy: string;
  readonly defaultObjective: string;
}

/** Puts a policy together: a constant one where routing does not pay for any objective. */
export function assemblePolicy(parts: PolicyParts): Policy {
  const { data, plan, objectives, prices, verdict, seed, createdBy, defaultObjective } = parts;
  const { table } = data;
  return {
    createdBy,
    simulated: table.simulated,
    ...(verdict.decision === 'ROUTE' ? routeByPrompt(parts) : useConstant(parts)),
    baseline: table.models[plan.baseline] as string,
    fallbackOrder: plan.fallbackOrder.map((model) => table.models[model] as string),
    objectives,
    defaultObjective,
    noveltyLimit: plan.noveltyLimit,
    verdict,
    provenance: {
      outcomesDigest: computeOutcomesDigest(parts.run.table),
      featureSpecDigest: sha256OfJson(data.counts.spec),
      pricesDigest: computePricesDigest(prices),
      seed,
      prompts: table.prompts.length,
    },
  };
}

type ScoringParts = Pick<Policy, 'models' | 'tasks' | 'scorer'>;

function routeByPrompt({ data, run, fitted }: PolicyParts): ScoringParts {
  return {
    models: describeModels(data.table.models, run, fitted.estimates),
    tasks: data.tasks,
    scorer: roundWeights(fitted.model),
  };
}

/** A constant policy has a single task, so the estimates are fitted again to all rows together. */
function useConstant({ data, run, prices }: PolicyParts): ScoringParts {
  const { tasks, quality, estimates } = fitPooled(data, prices);
  return {
    models: describeModels(data.table.models, run, estimates),
    tasks,
    scorer: { kind: 'constant', quality },
  };
}

function describeModels(
  ids: readonly string[],
  { info }: Pick<TrainingRun, 'info'>,
  estimates: readonly FittedEstimates[],
): PolicyModel[] {
  const informationOf = new Map<string, ModelInfo>(info.models.map((model) => [model.id, model]));
  return ids.map((id, model) => {
    const { cost, latency } = estimates[model] as FittedEstimates;
    const { price, contextWindow, capabilities, effort } = informationOf.get(id) ?? {};
    return { id, price, contextWindow, capabilities, effort, cost, latency };
  });
}

/**
 * The model with its weights rounded as a policy file rounds them, so that the checks before export
 * see what the runtime computes.
 */
export function roundWeights(model: TaskMixtureModel): RoundedTaskMixtureModel {
  return {
    ...model,
    taskClassifier: roundLinearMap(model.taskClassifier),
    heads: roundLinearMap(model.heads),
  };
}

function roundLinearMap({ outputCount, weights, bias }: LinearMap): RoundedLinearMap {
  const { bytes, shifts, scales } = quantizeMatrix(weights, outputCount);
  return { outputCount, weights: bytes, shifts, scales, bias };
}
