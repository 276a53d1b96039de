import type { Capabilities, ModelEffort, Price } from '../../llm/price.js';
import {
  count,
  flag,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  refusePolicy,
  text,
  variant,
  type Decoder,
} from './decoders.js';
import { createScorerDecoder } from './decode-scorer.js';
import { policyLimits, refuseMore } from './policy-limits.js';
import type { CostEstimate, LatencyEstimate } from './estimates.js';
import { checkPolicyVersion } from './policy-version.js';
import type {
  Interval,
  Objective,
  ObjectiveEvidence,
  Policy,
  PolicyModel,
  Provenance,
  Verdict,
} from './policy.js';

/** A decoded policy file, besides the policy itself. */
export interface DecodedPolicy {
  readonly policy: Policy;
  readonly digest: string;
  /** `ed25519:` and base64; not checked here. */
  readonly signature: string | undefined;
  /** Per probe prompt the quality of each model that the scorer must give. */
  readonly golden: readonly (readonly number[])[];
}

const amount = number(0);

const quality: Decoder<number> = (value, path) =>
  amount(value, path) <= 1 ? (value as number) : refusePolicy(path, 'must be at most 1');

/** Also of prices that are given when a policy is loaded. */
export const decodePrice: Decoder<Price> = object<Price>({
  inputPerMillionUsd: amount,
  outputPerMillionUsd: amount,
  cachedInputPerMillionUsd: optional(amount),
  cacheWritePerMillionUsd: optional(amount),
  date: text,
});

const decodeInterval = object<Interval>({ mean: number(), low: number(), high: number() });

const decodeVerdict = object<Verdict>({
  decision: oneOf('ROUTE', "DON'T ROUTE"),
  reason: text,
  heldOutPrompts: count(),
  bestConstant: optional(text),
  promptsNeeded: optional(amount),
  evidence: listOf(
    object<ObjectiveEvidence>({
      objective: text,
      routes: flag,
      bestConstant: text,
      quality: number(),
      constantQuality: number(),
      qualityDifference: decodeInterval,
      costUsd: nullable(number()),
      constantCostUsd: nullable(number()),
      latencyMs: optional(amount),
      constantLatencyMs: optional(amount),
      utilityDifference: decodeInterval,
      promptsNeeded: optional(amount),
    }),
  ),
});

const decodeObjective = object<Objective>({
  name: text,
  description: text,
  costWeightPerUsd: amount,
  latencyWeightPerSecond: amount,
  margin: amount,
  confidenceLimit: optional(amount),
  constantModel: optional(text),
  promise: optional(oneOf('shown', 'not_shown')),
});

/** @param taskCount number of tasks, of which each estimate has a value */
function createModelDecoder(taskCount: number): Decoder<PolicyModel> {
  const perTask = listOf(amount, taskCount);
  return object<PolicyModel>({
    id: text,
    price: optional(decodePrice),
    contextWindow: optional(number(1)),
    capabilities: optional(
      object<Capabilities>({ vision: flag, tools: flag, json: flag, reasoning: flag }),
    ),
    effort: optional(object<ModelEffort>({ of: text, level: text })),
    cost: variant<CostEstimate>({
      tokens: object({
        price: decodePrice,
        fixedInputTokens: amount,
        inputTokensPerCharacter: amount,
        outputTokens: perTask,
      }),
      recorded: object({ costUsd: perTask }),
      unknown: object({}),
    }),
    latency: variant<LatencyEstimate>({
      recorded: object({ medianMs: perTask, p95Ms: perTask }),
      unknown: object({}),
    }),
  });
}

/**
 * Validates a parsed policy file member by member. The digest is not checked here.
 *
 * @throws RoutesmithError `invalid_policy`, naming the member that is wrong
 */
export function decodePolicy(value: unknown): DecodedPolicy {
  checkPolicyVersion(value);
  const { tasks } = object({ tasks: listOf(text) })(value, '');
  if (tasks.length === 0) refusePolicy('tasks', 'must not be empty');
  refuseMore('tasks', tasks.length, policyLimits.maxTasks);
  const { models } = object({ models: listOf(createModelDecoder(tasks.length)) })(value, '');
  refuseMore('models', models.length, policyLimits.maxModels);
  refuseMore('tasks times models', tasks.length * models.length, policyLimits.maxEstimates);
  const ids = new Set(models.map(({ id }) => id));
  if (ids.size !== models.length || ids.size < 2) {
    refusePolicy('models', 'must list at least two models, each once');
  }
  const modelId: Decoder<string> = (id, path) =>
    ids.has(text(id, path)) ? (id as string) : refusePolicy(path, 'is no model of this policy');
  const { digest, signature, golden, ...policy } = object<
    Omit<DecodedPolicy, 'policy'> & Omit<Policy, 'models' | 'tasks'>
  >({
    digest: text,
    signature: optional(text),
    golden: listOf(listOf(quality, models.length)),
    createdBy: text,
    simulated: flag,
    scorer: createScorerDecoder(tasks, models.length),
    baseline: modelId,
    fallbackOrder: listOf(modelId),
    objectives: listOf(decodeObjective),
    defaultObjective: text,
    noveltyLimit: amount,
    verdict: decodeVerdict,
    provenance: object<Provenance>({
      outcomesDigest: text,
      featureSpecDigest: text,
      pricesDigest: text,
      seed: number(),
      prompts: count(),
    }),
  })(value, '');
  const { objectives, fallbackOrder } = policy;
  objectives.forEach(({ constantModel }, index) => {
    if (constantModel !== undefined) modelId(constantModel, `objectives[${index}].constantModel`);
  });
  if (!objectives.some(({ name }) => name === policy.defaultObjective)) {
    refusePolicy('defaultObjective', 'is no objective of this policy');
  }
  if (new Set(fallbackOrder).size !== ids.size || fallbackOrder.length !== ids.size) {
    refusePolicy('fallbackOrder', 'must list every model once');
  }
  return { digest, signature, golden, policy: { ...policy, models, tasks } };
}
