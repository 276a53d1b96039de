import type { Constraints, DecideOptions, Decision } from '../../policy/decide/decision.js';
import type { ModelEstimates } from '../../policy/decide/choose-model.js';
import { constraintKinds, type ConstraintKind } from '../../policy/decide/constraints.js';
import { findConstraintProblem } from '../../policy/decide/find-excluded.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import { readCachedTokens } from '../../policy/decide/estimate-cache.js';
import type { RequestNeeds } from '../../policy/decide/request-needs.js';
import type { PromptScores } from '../../policy/decide/score-prompt.js';
import { findPrice } from '../../policy/file/estimates.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import { nullIfUnknown } from '../../util/json.js';
import { textHash } from '../../util/text-hash.js';
import { classifyExclusion } from './classify-exclusion.js';
import { computeCountsDigest, findCounting } from './count-features.js';
import { logLimits } from './decode-record.js';
import type {
  DecisionRecord,
  ExclusionCode,
  LoggedNeeds,
  LoggedPolicy,
  LogLevel,
} from './record.js';

/** What a decision rested on, copied: see `DecisionObserver`. */
export interface DecisionBasis {
  readonly tasks: Float32Array;
  readonly quality: Float32Array;
  readonly costUsd: readonly (number | null)[];
  readonly latencyMs: readonly (number | null)[];
  readonly needs: LoggedNeeds;
  /** See `DecisionObserver`. */
  readonly instead: number;
}

export function copyBasis(
  scores: PromptScores,
  needs: RequestNeeds,
  estimates: ModelEstimates,
  instead: number,
): DecisionBasis {
  return {
    tasks: scores.taskPosterior.slice(),
    quality: scores.quality.slice(),
    costUsd: copyNumbers(estimates.costUsd),
    latencyMs: copyNumbers(estimates.latencyMs),
    needs: {
      capabilities: needs.capabilities,
      characters: needs.characters,
      earlierCharacters: needs.earlierCharacters,
      attachmentTokens: needs.attachmentTokens,
      hasFiles: needs.hasFiles,
      maxOutputTokens: needs.maxOutputTokens ?? null,
    },
    instead,
  };
}

function copyNumbers(values: ArrayLike<number>): (number | null)[] {
  const copied: (number | null)[] = [];
  for (let index = 0; index < values.length; index++) {
    copied.push(nullIfUnknown(values[index] as number));
  }
  return copied;
}

/** What a decision is recorded as, except for its number and for what its level adds. */
export type BuiltDecision = Omit<
  DecisionRecord,
  'kind' | 'n' | 'at' | 'tasks' | 'quality' | 'features' | 'request'
> &
  Pick<DecisionBasis, 'tasks' | 'quality'> &
  Pick<RecordedAs, 'at'>;

/** How a request is named in a log. */
export interface RecordedAs {
  readonly id: string;
  readonly at: Date;
  /** The number of the policy. */
  readonly policy: number;
  /** The conversation's name, or null. */
  readonly conversation: string | null;
  readonly keep: number;
  readonly awaitsServed: boolean;
  readonly level: LogLevel;
}

/** A decision, and what it was made from. */
export interface MadeDecision {
  readonly options: DecideOptions;
  readonly decision: Decision;
  readonly basis: DecisionBasis;
}

/** Builds the record of a decision. Below level `prompts`, it holds no text that a caller wrote. */
export function buildDecision(
  { policy: { models, tasks } }: LoadedPolicy,
  { options, decision, basis }: MadeDecision,
  as: RecordedAs,
): BuiltDecision {
  const { instead, ...copied } = basis;
  const { excluded, exploration, reason, model: choice } = decision;
  const candidate = exploration?.candidate ?? null;
  const { model: named, task, current, constraints } = options;
  const knows = (id: unknown): id is string => models.some((one) => one.id === id);
  return {
    id: as.id,
    at: as.at,
    policy: as.policy,
    conversation: as.conversation === null ? null : hashName(as.conversation),
    keep: as.keep,
    objective: { name: decision.objective, ...decision.weights },
    constraints: copyConstraints(constraints, knows),
    named: knows(named) ? named : null,
    task: isTaskKept(task, tasks, as.level) ? task : null,
    current: current !== undefined && knows(current.model) ? copyCurrent(current) : null,
    exploreShare: exploration?.share ?? 0,
    ...(candidate !== null && { exploreCandidate: candidate }),
    novelty: decision.novelty,
    confidence: decision.confidence,
    ...copied,
    exclusions: listExclusions(models, excluded, options),
    policyChoice: reason === 'explored' ? (models[instead] as PolicyModel).id : choice,
    choice,
    reason,
    propensity: decision.propensity,
    awaitsServed: as.awaitsServed,
  };
}

/** A task that the policy does not know is the caller's text, and what the next policy is to learn. */
function isTaskKept(task: unknown, known: readonly string[], level: LogLevel): task is string {
  if (typeof task !== 'string') return false;
  if (known.includes(task)) return true;
  return level === 'prompts' && task !== '' && task.length <= logLimits.maxNameLength;
}

/** Models are excluded in the order of the policy. */
function listExclusions(
  models: readonly PolicyModel[],
  excluded: Decision['excluded'],
  options: DecideOptions,
): (ExclusionCode | null)[] {
  let next = 0;
  return models.map(({ id }) => {
    const one = excluded[next];
    if (one === undefined || one.model !== id) return null;
    next += 1;
    return classifyExclusion(one, options);
  });
}

function copyCurrent(current: NonNullable<DecideOptions['current']>): DecisionRecord['current'] {
  const cachedTokens = readCachedTokens(current);
  const { model } = current;
  return { model, cachedTokens: cachedTokens === undefined ? null : clampNumber(cachedTokens) };
}

const constraintEntries = Object.entries(constraintKinds);

/** The constraints as they were followed; those that cannot be read excluded every model. */
function copyConstraints(given: unknown, knows: (id: unknown) => id is string): Constraints {
  if (given === undefined || findConstraintProblem(given) !== undefined) return {};
  const copied: Record<string, unknown> = {};
  for (const [name, kind] of constraintEntries) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) copied[name] = copyConstraint(kind, value, knows);
  }
  return copied;
}

function copyConstraint(
  kind: ConstraintKind,
  value: unknown,
  knows: (id: unknown) => id is string,
): unknown {
  if (kind === 'number') return clampNumber(value as number);
  const names = value as readonly string[];
  return kind === 'models' ? names.filter(knows) : [...names];
}

/** JSON has no infinities; nothing is compared with a number of this size. */
function clampNumber(value: number): number {
  return Math.max(-1e300, Math.min(1e300, value));
}

/**
 * Names a conversation by 64 bits of hash: the same one is told from others, and its name is not
 * in the log. Who guesses the name can check the guess.
 */
function hashName(name: string): string {
  const half = (seed: number): string => textHash(name, seed).toString(16).padStart(8, '0');
  return `${half(0)}${half(1)}`;
}

/** What decisions of a policy have in common. */
export function buildPolicyLine({ policy, digest }: LoadedPolicy, number: number): LoggedPolicy {
  const { scorer, provenance } = policy;
  return {
    kind: 'policy',
    policy: number,
    policyDigest: digest,
    featureSpecDigest: provenance.featureSpecDigest,
    countsDigest: computeCountsDigest(findCounting(scorer)),
    featureSpecVersion: scorer.kind === 'constant' ? null : scorer.features.spec.version,
    simulated: policy.simulated,
    baseline: policy.baseline,
    defaultObjective: policy.defaultObjective,
    models: policy.models.map((model) => ({
      id: model.id,
      price: findPrice(model) ?? null,
      contextWindow: model.contextWindow ?? null,
      capabilities: model.capabilities ?? null,
    })),
    tasks: policy.tasks,
  };
}
