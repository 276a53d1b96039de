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

/** Also of the options when a policy is loaded. */
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

function createObjectiveDecoder(modelId: Decoder<string>): Decoder<Objective> {
  return object<Objective>({
    name: text,
    description: text,
    costWeightPerUsd: amount,
    latencyWeightPerSecond: amount,
    margin: amount,
    confidenceLimit: optional(amount),
    constantModel: optional(modelId),
    promise: optional(oneOf('shown', 'not_shown')),
  });
}

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

/** Reads one of the names of a list. None may be there twice: the second would never be meant. */
function createNameDecoder(list: string, names: readonly string[], minimum = 1): Decoder<string> {
  const distinct = new Set(names);
  if (distinct.size < Math.max(names.length, minimum)) {
    refusePolicy(list, `must have at least ${minimum}, each once`);
  }
  return (name, path) =>
    distinct.has(text(name, path))
      ? (name as string)
      : refusePolicy(path, `is none of the ${list}`);
}

/**
 * Validates a parsed policy file member by member. The digest is not checked here.
 *
 * @throws RoutesmithError `invalid_policy`, naming the member that is wrong
 */
export function decodePolicy(value: unknown): DecodedPolicy {
  checkPolicyVersion(value);
  const { tasks } = object({ tasks: listOf(text) })(value, '');
  createNameDecoder('tasks', tasks);
  refuseMore('tasks', tasks.length, policyLimits.maxTasks);
  const { models } = object({ models: listOf(createModelDecoder(tasks.length)) })(value, '');
  refuseMore('models', models.length, policyLimits.maxModels);
  refuseMore('tasks times models', tasks.length * models.length, policyLimits.maxEstimates);
  const modelId = createNameDecoder(
    'models',
    models.map(({ id }) => id),
    2,
  );
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
    objectives: listOf(createObjectiveDecoder(modelId)),
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
  const { objectives, fallbackOrder, verdict } = policy;
  const contradicts = ({ name, constantModel }: Objective): boolean =>
    constantModel === undefined &&
    (verdict.decision !== 'ROUTE' ||
      !verdict.evidence.find(({ objective }) => objective === name)?.routes);
  if (objectives.some(contradicts))
    refusePolicy('objectives', 'must not route against the verdict');
  createNameDecoder(
    'objectives',
    objectives.map(({ name }) => name),
  )(policy.defaultObjective, 'defaultObjective');
  createNameDecoder('fallbackOrder', fallbackOrder, models.length);
  return { digest, signature, golden, policy: { ...policy, models, tasks } };
}
