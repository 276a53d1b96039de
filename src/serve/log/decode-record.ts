import { parseJson } from '../../util/parse-json.js';
import {
  findWrong,
  isAmount,
  isCount,
  isFlag,
  isNumber,
  isProbabilityAboveZero,
  isShare,
  isText,
  list,
  object,
  oneOf,
  orAbsent,
  orNull,
  type Check,
  type Checks,
} from '../../util/checks.js';
import { isJsonObject } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';
import { maxTokensOfCall, type Usage } from '../../llm/usage.js';
import { maxChargeUsd } from '../../llm/cost.js';
import { capabilityNames } from '../../llm/price.js';
import { constraintKinds, type ConstraintKind } from '../../policy/decide/constraints.js';
import { isLogId } from './log-words.js';
import {
  exclusionCodes,
  feedbackSources,
  logLevels,
  type LogLine,
  type LoggedPolicy,
} from './record.js';

/** What a line of a log may consist of. */
export const logLimits = {
  maxLineCharacters: 64 * 1024 * 1024,
  maxDepth: 200,
  maxMembers: 1_000_000,
  maxModels: 1000,
  maxTasks: 10_000,
  /** Policies name models, tasks and objectives as they like. */
  maxNameLength: 65_536,
  maxAttempts: 2000,
  maxFeatures: 200_000,
  maxStructuralFeatures: 100,
};

const lineJson = {
  maxDepth: logLimits.maxDepth,
  maxMembers: logLimits.maxMembers,
  maxCharacters: logLimits.maxLineCharacters,
};

/** Shorter lines than this hold little, whatever their depth: only a request is walked through. */
const maxPlainCharacters = 65_536;

/** @throws SyntaxError, or another Error where a limit is exceeded */
function parseLine(text: string): unknown {
  if (text.length > maxPlainCharacters) return parseJson(text, lineJson);
  const value: unknown = JSON.parse(text);
  const holdsRequest = isJsonObject(value) && value['request'] !== undefined;
  return holdsRequest ? parseJson(text, lineJson) : value;
}

const isName: Check = (value) =>
  typeof value === 'string' && value.length <= logLimits.maxNameLength;
const isId: Check = (value) => typeof value === 'string' && isLogId(value);
const isTime: Check = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value);
const isCharge: Check = (value) => isAmount(value) && (value as number) <= maxChargeUsd;

const { maxModels, maxTasks, maxFeatures, maxStructuralFeatures } = logLimits;
const capabilities = list(oneOf(capabilityNames), capabilityNames.length);

const isPrice = object({
  inputPerMillionUsd: isAmount,
  outputPerMillionUsd: isAmount,
  cachedInputPerMillionUsd: orAbsent(isAmount),
  cacheWritePerMillionUsd: orAbsent(isAmount),
  date: isName,
});

const isTokenCount: Check = (value) => isCount(value) && (value as number) <= maxTokensOfCall;

const isUsage = object({
  inputTokens: isTokenCount,
  cachedInputTokens: isTokenCount,
  cacheWriteTokens: isTokenCount,
  outputTokens: isTokenCount,
  reasoningTokens: isTokenCount,
} satisfies Checks<Usage>);

const constraintChecks: Readonly<Record<ConstraintKind, Check>> = {
  number: isNumber,
  models: list(isName, maxModels),
  capabilities,
};

const isConstraints = object(
  Object.fromEntries(
    Object.entries(constraintKinds).map(([name, kind]) => [name, orAbsent(constraintChecks[kind])]),
  ),
);

const isFeatures = object({
  words: list(Number.isSafeInteger, maxFeatures),
  pairs: list(isCount, maxFeatures),
  context: list(isCount, maxFeatures),
  structural: list(isNumber, maxStructuralFeatures),
});

const figures = { usage: orNull(isUsage), costUsd: orNull(isCharge), costIsGuess: isFlag };

const isAttempt = object({
  model: isName,
  outcome: oneOf(['answered', 'failed', 'skipped']),
  why: orNull(isName),
  latencyMs: orNull(isAmount),
  charge: orAbsent(object(figures)),
});

const record = { n: isCount, id: isId, at: isTime };

const kinds: Readonly<Record<LogLine['kind'], readonly (readonly [string, Check])[]>> = {
  segment: Object.entries({
    version: (value: unknown) => value === 1,
    level: oneOf(logLevels),
    writer: isName,
    segment: isCount,
    after: isCount,
    at: isTime,
    createdBy: isName,
  }),
  policy: Object.entries({
    policy: isCount,
    policyDigest: isName,
    featureSpecDigest: isName,
    countsDigest: orNull(isName),
    featureSpecVersion: orNull(isCount),
    simulated: isFlag,
    baseline: isName,
    defaultObjective: isName,
    models: list(
      object({
        id: isName,
        price: orNull(isPrice),
        contextWindow: orNull(isAmount),
        capabilities: orNull(
          object(Object.fromEntries(capabilityNames.map((name) => [name, isFlag]))),
        ),
      }),
      maxModels,
    ),
    tasks: list(isName, maxTasks),
  }),
  decision: Object.entries({
    ...record,
    policy: isCount,
    conversation: orNull(isName),
    keep: isProbabilityAboveZero,
    objective: object({
      name: isName,
      costWeightPerUsd: isAmount,
      latencyWeightPerSecond: isAmount,
      margin: isAmount,
    }),
    constraints: isConstraints,
    named: orNull(isName),
    task: orNull(isName),
    current: orNull(object({ model: isName, cachedTokens: orNull(isAmount) })),
    exploreShare: isShare,
    exploreCandidate: orAbsent(isName),
    needs: object({
      capabilities,
      characters: isCount,
      earlierCharacters: isNumber,
      attachmentTokens: isAmount,
      hasFiles: isFlag,
      maxOutputTokens: orNull(isAmount),
    }),
    novelty: isShare,
    confidence: isShare,
    tasks: list(isShare, maxTasks),
    quality: list(isShare, maxModels),
    costUsd: list(orNull(isAmount), maxModels),
    latencyMs: list(orNull(isAmount), maxModels),
    exclusions: list(orNull(oneOf(exclusionCodes)), maxModels),
    policyChoice: orNull(isName),
    choice: orNull(isName),
    reason: isName,
    propensity: isProbabilityAboveZero,
    awaitsServed: isFlag,
    features: orAbsent(isFeatures),
  }),
  served: Object.entries({
    ...record,
    decision: orAbsent(isCount),
    model: orNull(isName),
    propensity: orNull(isProbabilityAboveZero),
    outcome: oneOf(['answered', 'failed', 'aborted', 'broken']),
    attempts: list(isAttempt, logLimits.maxAttempts),
    finishReason: orNull(isName),
    ...figures,
    ttftMs: orNull(isAmount),
    latencyMs: isAmount,
    answer: orAbsent(isText),
  }),
  feedback: Object.entries({
    ...record,
    quality: isShare,
    source: oneOf(feedbackSources),
    by: orNull(isName),
  }),
  dropped: Object.entries({ at: isTime, sampled: isCount, overflow: isCount }),
  lost: Object.entries({ at: isTime, records: isCount }),
};

/**
 * Decodes one line of a segment. Members that this version does not know stay as they are.
 *
 * @returns what is wrong with the line, as a phrase that names the member
 */
export function decodeLogLine(text: string): Result<LogLine> {
  let value: unknown;
  try {
    value = parseLine(text);
  } catch (error) {
    return failure(error instanceof SyntaxError ? 'the line is not JSON' : String(error));
  }
  if (!isJsonObject(value)) return failure('the line is not an object');
  const kind = value['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return failure('kind: unknown');
  const wrong = findWrong(value, kinds[kind as LogLine['kind']]);
  return wrong === undefined
    ? success(value as unknown as LogLine)
    : failure(`${kind}, ${wrong}: must be as the schema says`);
}

/**
 * The member of a record that its reader would refuse; undefined if there is none. For records that
 * others have a part in, before they are written.
 *
 * @param record without `kind` and `n`
 */
export function findWrongMember(
  kind: LogLine['kind'],
  record: Readonly<Record<string, unknown>>,
): string | undefined {
  const wrong = kinds[kind].find(([name, check]) => name !== 'n' && !check(record[name]));
  return wrong?.[0];
}

/** Why a decision does not fit the policy that it refers to; undefined if it does. */
export function findMisfit(
  decision: {
    readonly tasks: readonly unknown[];
    readonly quality: readonly unknown[];
    readonly costUsd: readonly unknown[];
    readonly latencyMs: readonly unknown[];
    readonly exclusions: readonly unknown[];
  },
  { models, tasks }: LoggedPolicy,
): string | undefined {
  const size = models.length;
  const { quality, costUsd, latencyMs, exclusions } = decision;
  const areModels = [quality, costUsd, latencyMs, exclusions].every((one) => one.length === size);
  if (!areModels) return 'its lists do not have one value per model of its policy';
  return decision.tasks.length === tasks.length
    ? undefined
    : 'it does not have one probability per task of its policy';
}
