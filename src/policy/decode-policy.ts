import { checkObject, refusePolicy, type CheckedObject } from './checked-json.js';
import { decodeScorer } from './decode-scorer.js';
import { policyFormat, policySchemaVersion } from './encode-policy.js';
import type { CostEstimate, LatencyEstimate } from './estimates.js';
import type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
  Verdict,
} from './policy.js';
import type { Capabilities, Price } from '../util/price.js';

/** A decoded policy file, besides the policy itself. */
export interface DecodedPolicy {
  readonly policy: Policy;
  readonly digest: string;
  /** Per probe prompt the quality of each model that the scorer must give. */
  readonly golden: readonly (readonly number[])[];
}

/**
 * Validates a parsed policy file member by member. The digest is not checked here.
 *
 * @throws RoutesmithError `invalid_policy`, naming the member that is wrong
 */
export function decodePolicy(value: unknown): DecodedPolicy {
  const file = checkObject(value, '');
  if (file.string('format') !== policyFormat) {
    refusePolicy('format', `must be "${policyFormat}"`);
  }
  const version = file.count('schemaVersion');
  if (version !== policySchemaVersion) {
    refusePolicy(
      'schemaVersion',
      `version ${version} is not known here; this runtime reads version ${policySchemaVersion}`,
    );
  }
  const tasks = file.strings('tasks');
  if (tasks.length === 0) refusePolicy('tasks', 'must not be empty');
  const models = file.objects('models').map((model) => decodeModel(model, tasks.length));
  const ids = new Set(models.map((model) => model.id));
  if (ids.size !== models.length || ids.size < 2) {
    refusePolicy('models', 'must list at least two models, each once');
  }
  const checkModel = (id: string, path: string): string =>
    ids.has(id) ? id : refusePolicy(path, 'names a model that the policy does not list');
  const objectives = file.objects('objectives').map((item) => decodeObjective(item, checkModel));
  const defaultObjective = file.string('defaultObjective');
  if (!objectives.some(({ name }) => name === defaultObjective)) {
    refusePolicy('defaultObjective', 'names an objective that the policy does not list');
  }
  const fallbackOrder = file.strings('fallbackOrder');
  for (const id of fallbackOrder) checkModel(id, 'fallbackOrder');
  if (new Set(fallbackOrder).size !== ids.size || fallbackOrder.length !== ids.size) {
    refusePolicy('fallbackOrder', 'must list every model once');
  }
  return {
    digest: file.string('digest'),
    golden: decodeGolden(value as { golden?: unknown }, models.length),
    policy: {
      createdBy: file.string('createdBy'),
      simulated: file.boolean('simulated'),
      models,
      tasks,
      scorer: decodeScorer(file.object('scorer'), tasks, models.length),
      baseline: checkModel(file.string('baseline'), 'baseline'),
      fallbackOrder,
      objectives,
      defaultObjective,
      noveltyLimit: file.number('noveltyLimit', 0),
      verdict: decodeVerdict(file.object('verdict')),
      provenance: decodeProvenance(file.object('provenance')),
    },
  };
}

function decodeModel(model: CheckedObject, taskCount: number): PolicyModel {
  return {
    id: model.string('id'),
    price: decodePrice(model.optionalObject('price')),
    contextWindow: model.optionalNumber('contextWindow', 1),
    capabilities: decodeCapabilities(model.optionalObject('capabilities')),
    cost: decodeCost(model.object('cost'), taskCount),
    latency: decodeLatency(model.object('latency'), taskCount),
  };
}

function decodePrice(price: CheckedObject | undefined): Price | undefined {
  if (price === undefined) return undefined;
  const cachedInput = price.optionalNumber('cachedInputPerMillionUsd', 0);
  const cacheWrite = price.optionalNumber('cacheWritePerMillionUsd', 0);
  return {
    inputPerMillionUsd: price.number('inputPerMillionUsd', 0),
    outputPerMillionUsd: price.number('outputPerMillionUsd', 0),
    ...(cachedInput !== undefined && { cachedInputPerMillionUsd: cachedInput }),
    ...(cacheWrite !== undefined && { cacheWritePerMillionUsd: cacheWrite }),
    date: price.string('date'),
  };
}

function decodeCapabilities(capabilities: CheckedObject | undefined): Capabilities | undefined {
  return (
    capabilities && {
      vision: capabilities.boolean('vision'),
      tools: capabilities.boolean('tools'),
      json: capabilities.boolean('json'),
      reasoning: capabilities.boolean('reasoning'),
    }
  );
}

function decodeCost(cost: CheckedObject, taskCount: number): CostEstimate {
  const kind = cost.string('kind');
  if (kind === 'unknown') return { kind };
  if (kind === 'recorded') return { kind, costUsd: cost.numbers('costUsd', taskCount) };
  const price = decodePrice(cost.optionalObject('price'));
  if (kind !== 'tokens' || price === undefined) {
    return refusePolicy(cost.path, 'must be of kind tokens (with a price), recorded or unknown');
  }
  return {
    kind,
    price,
    fixedInputTokens: cost.number('fixedInputTokens', 0),
    inputTokensPerCharacter: cost.number('inputTokensPerCharacter', 0),
    outputTokens: cost.numbers('outputTokens', taskCount),
  };
}

function decodeLatency(latency: CheckedObject, taskCount: number): LatencyEstimate {
  const kind = latency.string('kind');
  if (kind === 'unknown') return { kind };
  if (kind !== 'recorded') return refusePolicy(latency.path, 'must be recorded or unknown');
  return {
    kind,
    medianMs: latency.numbers('medianMs', taskCount),
    p95Ms: latency.numbers('p95Ms', taskCount),
  };
}

function decodeObjective(
  objective: CheckedObject,
  checkModel: (id: string, path: string) => string,
): Objective {
  const constantModel = objective.optionalString('constantModel');
  const confidenceLimit = objective.optionalNumber('confidenceLimit', 0);
  const promise = objective.optionalString('promise');
  if (promise !== undefined && promise !== 'shown' && promise !== 'not_shown') {
    return refusePolicy(`${objective.path}.promise`, 'must be shown or not_shown');
  }
  return {
    name: objective.string('name'),
    description: objective.string('description'),
    costWeightPerUsd: objective.number('costWeightPerUsd', 0),
    latencyWeightPerSecond: objective.number('latencyWeightPerSecond', 0),
    margin: objective.number('margin', 0),
    ...(confidenceLimit !== undefined && { confidenceLimit }),
    constantModel:
      constantModel === undefined
        ? undefined
        : checkModel(constantModel, `${objective.path}.constantModel`),
    ...(promise !== undefined && { promise }),
  };
}

function decodeVerdict(verdict: CheckedObject): Verdict {
  const decision = verdict.string('decision');
  if (decision !== 'ROUTE' && decision !== "DON'T ROUTE") {
    return refusePolicy('verdict.decision', "must be ROUTE or DON'T ROUTE");
  }
  const bestConstant = verdict.optionalString('bestConstant');
  const promptsNeeded = verdict.optionalNumber('promptsNeeded', 0);
  return {
    decision,
    reason: verdict.string('reason'),
    heldOutPrompts: verdict.count('heldOutPrompts'),
    ...(bestConstant !== undefined && { bestConstant }),
    ...(promptsNeeded !== undefined && { promptsNeeded }),
    evidence: verdict.objects('evidence').map(decodeEvidence),
  };
}

function decodeEvidence(evidence: CheckedObject): ObjectiveEvidence {
  const latencyMs = evidence.optionalNumber('latencyMs', 0);
  const constantLatencyMs = evidence.optionalNumber('constantLatencyMs', 0);
  const promptsNeeded = evidence.optionalNumber('promptsNeeded', 0);
  return {
    objective: evidence.string('objective'),
    routes: evidence.boolean('routes'),
    bestConstant: evidence.string('bestConstant'),
    quality: evidence.number('quality'),
    constantQuality: evidence.number('constantQuality'),
    qualityDifference: decodeInterval(evidence.object('qualityDifference')),
    costUsd: evidence.nullableNumber('costUsd'),
    constantCostUsd: evidence.nullableNumber('constantCostUsd'),
    ...(latencyMs !== undefined && { latencyMs }),
    ...(constantLatencyMs !== undefined && { constantLatencyMs }),
    utilityDifference: decodeInterval(evidence.object('utilityDifference')),
    ...(promptsNeeded !== undefined && { promptsNeeded }),
  };
}

function decodeInterval(interval: CheckedObject): Interval {
  return {
    mean: interval.number('mean'),
    low: interval.number('low'),
    high: interval.number('high'),
  };
}

function decodeProvenance(provenance: CheckedObject): Policy['provenance'] {
  return {
    outcomesDigest: provenance.string('outcomesDigest'),
    featureSpecDigest: provenance.string('featureSpecDigest'),
    pricesDigest: provenance.string('pricesDigest'),
    seed: provenance.number('seed'),
    prompts: provenance.count('prompts'),
  };
}

function decodeGolden(file: { golden?: unknown }, modelCount: number): number[][] {
  if (!Array.isArray(file.golden)) return refusePolicy('golden', 'must be a list');
  return file.golden.map((scores: unknown, index) =>
    Array.isArray(scores) &&
    scores.length === modelCount &&
    scores.every((score) => typeof score === 'number' && score >= 0 && score <= 1)
      ? (scores as number[])
      : refusePolicy(`golden[${index}]`, `must hold ${modelCount} qualities`),
  );
}
