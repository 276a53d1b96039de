import { createDecide } from '../../policy/decide/decide.js';
import type { DecideOptions, Decision, ModelState } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { RequestNeeds } from '../../policy/decide/request-needs.js';
import type { PromptScores } from '../../policy/decide/score-prompt.js';
import type { Prompt } from '../../llm/chat.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { DecisionRecord, LoggedNeeds } from '../../serve/log/record.js';

/** What a policy would have chosen for a logged request, with its own estimates of each model. */
export interface Replayed {
  readonly kind: 'replayed';
  /** Index of the model among the policy's; -1 where none is feasible. */
  readonly choice: number;
  readonly decision: Decision;
  /** Per model of the policy; NaN where unknown. Reused: valid until the next request. */
  readonly quality: ArrayLike<number>;
  readonly costUsd: ArrayLike<number>;
  readonly latencyMs: ArrayLike<number>;
}

/** Why a request cannot be replayed. */
export type UnreplayableReason =
  /** At level `scores`, only the policy that made them can be replayed. */
  | 'scores_of_another_policy'
  /** The policy has no objective of this name: choose one of its own. */
  | 'unknown_objective';

export interface Unreplayable {
  readonly kind: 'unreplayable';
  readonly reason: UnreplayableReason;
}

export interface ReplayOptions {
  /** An objective of the policy. @default the one of each logged request */
  readonly objective?: string;
  /** Models that the policy may not choose, besides those that were not available. */
  readonly unavailable?: readonly string[];
}

/** Replays one request after another; not re-entrant. */
export type Replay = (request: LoggedRequest) => Replayed | Unreplayable;

/**
 * Prepares to decide on logged requests with a policy, by the code that decides in production.
 * Constraints, a named model, the conversation's model and what was unavailable are as they were
 * logged; nothing is explored.
 *
 * @param target with the prices that are to hold
 */
export function createReplay(target: LoadedPolicy, options: ReplayOptions = {}): Replay {
  const { policy, digest } = target;
  const indexOf = new Map(policy.models.map(({ id }, index) => [id, index]));
  const objectives = new Set(policy.objectives.map(({ name }) => name));
  const barred = (options.unavailable ?? []).map((id) => [id, notAvailable] as const);

  const scores = { quality: none, taskPosterior: none, novelty: 0, confidence: 0 };
  let needs = emptyNeeds;
  // Only what the scorer and the needs are read from differs from production.
  const decideByScores = createDecide(
    policy,
    digest,
    undefined,
    () => scores as unknown as PromptScores,
    () => needs,
  );

  /** Sets what the decision rests on, and gives the function that decides. */
  function prepare({ decision }: LoggedRequest): (options: DecideOptions) => Decision {
    scores.quality = decision.quality;
    scores.taskPosterior = decision.tasks;
    scores.novelty = decision.novelty;
    scores.confidence = decision.confidence;
    needs = readNeeds(decision.needs);
    return (asked) => decideByScores('', asked);
  }

  function findDecide(request: LoggedRequest): ((options: DecideOptions) => Decision) | undefined {
    if (request.policy.policyDigest === digest) return prepare(request);
    const prompt = request.decision.request;
    return prompt === undefined
      ? undefined
      : (asked) => target.decide(prompt as unknown as Prompt, asked);
  }

  function listStates({ decision, policy: logged }: LoggedRequest): Record<string, ModelState> {
    const states: Record<string, ModelState> = Object.fromEntries(barred);
    decision.exclusions.forEach((code, index) => {
      if (code !== null && facts.has(code)) states[logged.models[index]?.id ?? ''] = notAvailable;
    });
    return states;
  }

  return (request) => {
    const { decision } = request;
    const objective = options.objective ?? findObjective(decision);
    if (typeof objective === 'string' && !objectives.has(objective)) {
      return { kind: 'unreplayable', reason: 'unknown_objective' };
    }
    const decide = findDecide(request);
    if (decide === undefined) return { kind: 'unreplayable', reason: 'scores_of_another_policy' };
    const seen: { estimates?: Pick<Replayed, 'quality' | 'costUsd' | 'latencyMs'> } = {};
    const { task, named, current, constraints } = decision;
    const decided = decide({
      objective,
      constraints,
      models: listStates(request),
      ...(task === null || !policy.tasks.includes(task) ? {} : { task }),
      ...(named === null ? {} : { model: named }),
      ...(current === null ? {} : { current: readCurrent(current) }),
      observe: (_, __, estimates) => void (seen.estimates = estimates),
    });
    const choice = decided.model === null ? -1 : (indexOf.get(decided.model) ?? -1);
    const { quality = none, costUsd = none, latencyMs = none } = seen.estimates ?? {};
    return { kind: 'replayed', choice, decision: decided, quality, costUsd, latencyMs };
  };
}

const none: ArrayLike<number> = [];

const notAvailable: ModelState = { unavailable: 'was not available' };

/** Exclusions that are facts about a model, or hold for any policy. */
const facts: ReadonlySet<string> = new Set(['unavailable', 'capability', 'unreadable_constraints']);

const emptyNeeds: RequestNeeds = {
  capabilities: [],
  characters: 0,
  earlierCharacters: 0,
  attachmentTokens: 0,
  hasFiles: false,
  maxOutputTokens: undefined,
};

function readNeeds({ maxOutputTokens, ...needs }: LoggedNeeds): RequestNeeds {
  return { ...needs, maxOutputTokens: maxOutputTokens ?? undefined };
}

function findObjective({ objective }: DecisionRecord): NonNullable<DecideOptions['objective']> {
  const { name, ...weights } = objective;
  return name === 'custom' ? weights : name;
}

function readCurrent({
  model,
  cachedTokens,
}: NonNullable<DecisionRecord['current']>): NonNullable<DecideOptions['current']> {
  return { model, ...(cachedTokens === null ? {} : { cachedTokens }) };
}
