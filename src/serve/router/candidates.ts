import { getMember } from '../../util/json.js';
import type { PolicyModel } from '../../policy/file/policy.js';
import type { Decision, DecideOptions, ModelState } from '../../policy/decide/decision.js';
import type { Decide } from '../../policy/decide/decide.js';
import type { LoadedPolicy } from '../../policy/decide/load-policy.js';
import type { CallerRequest } from '../../llm/caller-request.js';
import type { RouteOptions } from './failover-settings.js';
import type { ShareCaps } from './share-caps.js';

/** A model as one request finds it. */
export interface CandidateState extends ModelState {
  /** The effort of reasoning that the request asks this model for. @default that of the request */
  readonly effort?: string;
}

/** What a router decides with. */
interface DecisionSetting {
  readonly loaded: Pick<LoadedPolicy, 'policy' | 'decide'>;
  /** Decides as the loaded policy does, and may log it. */
  readonly decide: Decide;
  /** Whether a model of the policy can take the request, and what it can do. */
  readonly describeModel: (model: PolicyModel) => CandidateState;
  /** They do not hold for a model that the caller names, only for those that take over. */
  readonly caps: ShareCaps | undefined;
}

/** A decision, and what caps on shares did to it. */
export interface AbleDecision {
  readonly decision: Decision;
  /** Whether the chosen model is beyond its share, because no other is left. */
  readonly exceedsShare: boolean;
  /** The models beyond their share that may take over, best first: failover asks them after the others. */
  readonly beyondShare: readonly string[];
}

/**
 * Decides among the models that can handle the request: they can be called, with this request, and
 * they have the required capabilities. The others are in `excluded`, each with its reason, and are
 * never called by failover.
 * A model that is beyond its share is excluded, too, unless no other is left. Where a named model is
 * excluded and no other may answer in its place, all others are excluded, too.
 */
export function decideAmongAble(
  requestFor: (model: string) => CallerRequest,
  options: DecideOptions & Pick<RouteOptions, 'failover'>,
  { loaded, decide, describeModel, caps }: DecisionSetting,
): AbleDecision {
  const { messages, tools, members } = requestFor('').words;
  const request = { ...members, messages, tools };
  const asked = members['reasoning_effort'] ?? getMember(members['reasoning'], 'effort');
  const isOther = ({ effort }: PolicyModel, wanted: unknown): boolean =>
    effort !== undefined && typeof wanted === 'string' && wanted !== effort.level;
  const states = loaded.policy.models.map((model) => {
    const { effort = asked, ...state } = describeModel(model);
    const other = isOther(model, effort) ? 'the request asks for another effort' : undefined;
    const unavailable = state.unavailable ?? other;
    return [model.id, unavailable === undefined ? state : { ...state, unavailable }] as const;
  });
  const uncapped = withModels(options, Object.fromEntries(states));
  // Only a decision that counts is logged.
  const first =
    caps !== undefined && (caps.isFull || options.model !== undefined)
      ? loaded.decide(request, uncapped)
      : undefined;
  // A named model that cannot take the request leaves the choice to the policy.
  const isNamed = first?.reason === 'named_model';
  const bound = isNamed ? undefined : caps;
  const ranked = first?.ranked.map(({ model }) => model) ?? [];
  const beyond = ranked.flatMap((model) => {
    const unavailable = isNamed && model === options.model ? undefined : caps?.findExcess(model);
    return unavailable === undefined ? [] : [[model, { unavailable }] as const];
  });
  const exceedsShare = beyond.length > 0 && beyond.length === ranked.length;
  const within = exceedsShare || isNamed ? states : [...states, ...beyond];
  const able = withModels(options, Object.fromEntries(within));
  const isBarred = isNamedAlone(options) && !isUsed(options.model, loaded.decide(request, able));
  const decision = decide(request, isBarred ? allowNamed(able) : able);
  const { model } = decision;
  if (model !== null) bound?.count(model);
  const beyondShare = exceedsShare ? [] : beyond.map(([id]) => id);
  return { decision, exceedsShare, beyondShare };
}

/** Whether a model is named that no other may replace. */
function isNamedAlone({ model, failover }: Pick<RouteOptions, 'model' | 'failover'>): boolean {
  return model !== undefined && failover === false;
}

/** Whether a decision uses the named model, or has no other one either. */
function isUsed(named: string | undefined, { model }: Decision): boolean {
  return model === named || model === null;
}

/** Allows no model but the named one, so that the decision names no other in its place. */
function allowNamed(options: DecideOptions): DecideOptions {
  const { model, constraints } = options;
  const allow = [model as string].filter((id) => constraints?.allow?.includes(id) ?? true);
  return { ...options, constraints: { ...constraints, allow } };
}

/** Only what a decision needs of options that may hold more. */
function withModels(
  { objective, constraints, task, model, current, explore }: DecideOptions,
  models: Readonly<Record<string, ModelState>>,
): DecideOptions {
  const options: { -readonly [Name in keyof DecideOptions]: DecideOptions[Name] } = { models };
  if (objective !== undefined) options.objective = objective;
  if (constraints !== undefined) options.constraints = constraints;
  if (task !== undefined) options.task = task;
  if (model !== undefined) options.model = model;
  if (current !== undefined) options.current = current;
  if (explore !== undefined) options.explore = explore;
  return options;
}
