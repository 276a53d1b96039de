import type { DecideOptions, Decision, ModelState } from '../../policy/decide/decision.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { LoggedRequest } from '../../serve/log/join-lines.js';
import type { DecisionRecord, ExclusionCode, LoggedPolicy } from '../../serve/log/record.js';
import { createDecideLogged } from './decide-logged.js';

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
  /** From scores alone, only the policy that made them can be replayed. */
  | 'scores_of_another_policy'
  /** The policy counts features in another way. */
  | 'features_of_another_spec'
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
export type ReplayRequest = (request: LoggedRequest) => Replayed | Unreplayable;

/**
 * Prepares to decide on logged requests with a policy, by the code that decides in production.
 * Constraints, a named model, the conversation's model, abilities and what was unavailable are as
 * they were logged; nothing is explored.
 *
 * @param target with the prices that are to hold
 */
export function createReplay(target: LoadedPolicy, options: ReplayOptions = {}): ReplayRequest {
  const { policy } = target;
  const indexOf = new Map(policy.models.map(({ id }, index) => [id, index]));
  const objectives = new Set(policy.objectives.map(({ name }) => name));
  const decideLogged = createDecideLogged(target);
  const listStates = createStates(listUnavailable(target, options.unavailable));
  return (request) => {
    const { decision } = request;
    const objective = options.objective ?? findObjective(decision);
    if (typeof objective === 'string' && !objectives.has(objective)) {
      return { kind: 'unreplayable', reason: 'unknown_objective' };
    }
    const decide = decideLogged(request);
    if (decide === undefined) {
      const hasFeatures = decision.features !== undefined;
      const reason = hasFeatures ? 'features_of_another_spec' : 'scores_of_another_policy';
      return { kind: 'unreplayable', reason };
    }
    const seen: { estimates?: Pick<Replayed, 'quality' | 'costUsd' | 'latencyMs'> } = {};
    const { task, named, current, constraints } = decision;
    const decided = decide({
      objective,
      constraints,
      models: listStates(request),
      ...(task === null || !policy.tasks.includes(task) ? {} : { task }),
      ...(named === null ? {} : { model: named }),
      ...(current === null ? {} : { current: readCurrent(current) }),
      observe(_scores, _needs, estimates) {
        seen.estimates = estimates;
      },
    });
    const choice = decided.model === null ? -1 : (indexOf.get(decided.model) ?? -1);
    const { quality = none, costUsd = none, latencyMs = none } = seen.estimates ?? {};
    return { kind: 'replayed', choice, decision: decided, quality, costUsd, latencyMs };
  };
}

/** Models that a replay may not choose, and those that the policy was loaded without, in the policy's order. */
export function listUnavailable(
  { policy, reports }: LoadedPolicy,
  barred: readonly string[] = [],
): string[] {
  const missing = reports.filter(({ kind }) => kind === 'unavailable_model');
  const ids = new Set([...barred, ...missing.map(({ model }) => model)]);
  return policy.models.map(({ id }) => id).filter((id) => ids.has(id));
}

const none: ArrayLike<number> = [];

type States = Readonly<Record<string, ModelState>>;

const notAvailable: ModelState = { unavailable: 'was not available' };

/** A model that could take the request can take it again, whatever the policy says of its abilities. */
const able: ModelState = {
  capabilities: { vision: true, tools: true, json: true, reasoning: true },
};

/** Exclusions that are facts about a model, or hold for any policy. */
const facts: ReadonlySet<ExclusionCode> = new Set<ExclusionCode>([
  'unavailable',
  'capability',
  'unreadable_constraints',
]);

/** Prepares to list how models were, those of most requests once. */
function createStates(barred: readonly string[]): (request: LoggedRequest) => States {
  const always = barred.map((id) => [id, notAvailable] as const);
  const whereAllWere = new WeakMap<LoggedPolicy, States>();
  const list = ({ decision, policy }: LoggedRequest): States =>
    Object.fromEntries([
      ...policy.models.map(({ id }, index) => {
        const code = decision.exclusions[index];
        return [id, code !== null && code !== undefined && facts.has(code) ? notAvailable : able];
      }),
      ...always,
    ]) as States;
  return (request) => {
    const { policy, decision } = request;
    if (decision.exclusions.some((code) => code !== null)) return list(request);
    const states = whereAllWere.get(policy) ?? list(request);
    whereAllWere.set(policy, states);
    return states;
  };
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
