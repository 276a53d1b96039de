import { splitPromptFields, type PromptFields } from '../features/prompt-fields.js';
import { estimateCostUsd, estimateInputTokens, estimateLatencyMs } from '../file/estimates.js';
import type { Objective, Policy, PolicyModel } from '../file/policy.js';
import type { ChatMessage, Prompt } from '../../llm/chat.js';
import { nullIfUnknown } from '../../util/json.js';
import { chooseModel, computeUtility, type ModelEstimates } from './choose-model.js';
import type {
  CurrentModel,
  DecideOptions,
  Decision,
  DecisionNote,
  DecisionReason,
  ExcludedModel,
  SessionDecision,
} from './decision.js';
import { drawModel, isReadableExploration } from './draw-model.js';
import { explainChoice } from './explain-choice.js';
import { findConstraintProblem, findExclusion } from './find-excluded.js';
import { rankModels } from './rank-models.js';
import { rankTasks } from './rank-tasks.js';
import { findNeeds, type RequestNeeds } from './request-needs.js';
import { findObjective, resolveObjective } from './resolve-objective.js';
import { createPromptScorer, type PromptScorer, type PromptScores } from './score-prompt.js';

export type Decide = (prompt: Prompt | readonly ChatMessage[], options?: DecideOptions) => Decision;

const noOptions: DecideOptions = {};
const noConstraints = {};

/**
 * Prepares the decision function of a policy. The function never throws for any prompt. What it
 * cannot follow of the options is in the decision's notes and its explanation.
 *
 * @param unavailable models that cannot be used, each with the reason that decisions then give
 */
export function createDecide(
  policy: Policy,
  digest: string,
  unavailable: ReadonlyMap<string, string> = new Map(),
  score: PromptScorer = createPromptScorer(policy.scorer),
): Decide {
  const { models } = policy;
  const size = models.length;
  const indexOf = (id: unknown): number => models.findIndex((model) => model.id === id);
  const baseline = indexOf(policy.baseline);
  const fallbacks = policy.fallbackOrder.map(indexOf);
  const idOf = (model: number): string => (models[model] as PolicyModel).id;
  // Of the request at hand, reused.
  const costUsd = new Float64Array(size);
  const latencyMs = new Float64Array(size);
  const utilities = new Float64Array(size);
  const feasible = new Uint8Array(size);
  const isFeasible = (model: number): boolean => feasible[model] === 1;

  const estimate = (scores: PromptScores, fields: PromptFields): ModelEstimates => {
    const characters = countCharacters(fields);
    const { quality, taskPosterior } = scores;
    for (let model = 0; model < size; model++) {
      const { cost, latency } = models[model] as PolicyModel;
      costUsd[model] = estimateCostUsd(cost, characters, taskPosterior);
      latencyMs[model] = estimateLatencyMs(latency, taskPosterior);
    }
    return { quality, costUsd, latencyMs };
  };

  const exclude = (
    estimates: ModelEstimates,
    scores: PromptScores,
    needs: RequestNeeds,
    options: DecideOptions,
  ): ExcludedModel[] => {
    const { constraints = noConstraints, models: states } = options;
    const problem = constraints === noConstraints ? undefined : findConstraintProblem(constraints);
    const excluded: ExcludedModel[] = [];
    for (let index = 0; index < size; index++) {
      const model = models[index] as PolicyModel;
      const { id } = model;
      const state = states !== undefined && Object.hasOwn(states, id) ? states[id] : undefined;
      const reason =
        unavailable.get(id) ??
        problem ??
        findExclusion(model, index, estimates, scores.taskPosterior, needs, constraints, state);
      feasible[index] = reason === undefined ? 1 : 0;
      if (reason !== undefined) excluded.push({ model: id, reason });
    }
    return excluded;
  };

  /** The model that the policy would use if nothing were excluded, and why. */
  const findWanted = (
    objective: Objective,
    scores: PromptScores,
    estimates: ModelEstimates,
  ): { model: number; reason: DecisionReason } => {
    if (objective.constantModel !== undefined) {
      return { model: indexOf(objective.constantModel), reason: 'routing_does_not_pay' };
    }
    if (scores.novelty > policy.noveltyLimit) return { model: baseline, reason: 'novel_prompt' };
    if (scores.confidence < (objective.confidenceLimit ?? 0)) {
      return { model: baseline, reason: 'uncertain_task' };
    }
    const model = chooseModel(estimates, objective, baseline, () => true);
    return { model, reason: model === baseline ? 'baseline_holds' : 'best_utility' };
  };

  /** What decisions say whether or not there is a model. */
  const describe = (objective: Objective, scores: PromptScores) => ({
    objective: objective.name,
    weights: {
      costWeightPerUsd: objective.costWeightPerUsd,
      latencyWeightPerSecond: objective.latencyWeightPerSecond,
      margin: objective.margin,
    },
    task: rankTasks(policy, scores),
    novelty: scores.novelty,
    confidence: scores.confidence,
    policyDigest: digest,
    simulated: policy.simulated,
  });

  return (prompt, given) => {
    const options = given ?? noOptions;
    const fields = splitPromptFields(prompt);
    const scores = score(fields);
    const notes: DecisionNote[] = [];
    let sentences = '';
    const addNote = (code: DecisionNote, text = `Note: ${code.replaceAll('_', ' ')}. `): void => {
      notes.push(code);
      sentences += text;
    };
    const found = resolveObjective(policy, options.objective);
    const objective = found ?? (findObjective(policy, policy.defaultObjective) as Objective);
    if (found === undefined) {
      addNote(
        'unknown_objective',
        `Unknown objective ${name(options.objective)}, "${objective.name}" used instead. `,
      );
    }
    if (fields.userText.trim() === '') addNote('no_text');

    const needs = findNeeds(prompt, fields);
    const estimates = estimate(scores, fields);
    const current = options.current === undefined ? -1 : indexOf(options.current?.model);
    let cacheValueUsd = 0;
    if (current >= 0) {
      const model = models[current] as PolicyModel;
      cacheValueUsd = estimateCacheValueUsd(model, options.current as CurrentModel, needs);
      costUsd[current] = Math.max(0, (costUsd[current] as number) - cacheValueUsd);
    } else if (options.current !== undefined) {
      addNote('unknown_current_model');
    }
    for (let model = 0; model < size; model++) {
      utilities[model] = computeUtility(estimates, model, objective);
    }
    const excluded = exclude(estimates, scores, needs, options);

    const named = options.model === undefined ? -1 : indexOf(options.model);
    const isNamed = named >= 0 && isFeasible(named);
    if (options.model !== undefined && !isNamed) {
      addNote(
        named < 0 ? 'unknown_model' : 'model_excluded',
        `The policy does not know or may not use ${name(options.model)}. `,
      );
    }
    let { model: chosen, reason } = isNamed
      ? { model: named, reason: 'named_model' as const }
      : findWanted(objective, scores, estimates);
    if (!isFeasible(chosen)) {
      // What is left to the baseline has estimates that are not to be trusted: means decide then.
      chosen =
        reason === 'novel_prompt' || reason === 'uncertain_task'
          ? (fallbacks.find(isFeasible) ?? -1)
          : chooseModel(estimates, objective, baseline, isFeasible);
      reason = 'next_best';
    }

    if (chosen < 0) {
      return {
        kind: 'no_feasible_model',
        model: null,
        reason: 'no_feasible_model',
        explanation: `${sentences}No model meets the constraints; see "excluded" for each reason.`,
        ...describe(objective, scores),
        notes,
        excluded,
        session: null,
        propensity: 1,
        ranked: [],
      };
    }

    let instead = chosen;
    let session: SessionDecision | null = null;
    if (current >= 0) {
      const gain = (utilities[chosen] as number) - (utilities[current] as number);
      const currentModel = idOf(current);
      session = { currentModel, cacheValueUsd, gain: nullIfUnknown(gain) };
      const isChoice = reason !== 'named_model' && reason !== 'novel_prompt';
      const isKept = isChoice && reason !== 'uncertain_task' && gain <= objective.margin;
      if (isKept && chosen !== current && isFeasible(current)) {
        chosen = current;
        reason = 'session_kept';
      }
    }

    let propensity = 1;
    if (options.explore !== undefined && !isReadableExploration(options.explore)) {
      addNote('unreadable_exploration');
    } else if (options.explore !== undefined && !isNamed) {
      const candidates = [...models.keys()].filter(isFeasible);
      const draw = drawModel(options.explore, fields.userText, chosen, candidates);
      propensity = draw.propensity;
      if (draw.isExplored) {
        instead = chosen;
        chosen = draw.model;
        reason = 'explored';
      }
    }

    const model = idOf(chosen);
    const why = explainChoice(reason, policy.baseline, objective.name, idOf(instead));
    return {
      kind: 'chosen',
      model,
      reason,
      explanation: `${sentences}${model} ${why}.`,
      ...describe(objective, scores),
      notes,
      excluded,
      session,
      propensity,
      ranked: rankModels(models, estimates, utilities, isFeasible, chosen),
    };
  };
}

/** Length of everything that is sent, as the cost estimates count it: UTF-16 code units. */
export function countCharacters(fields: PromptFields): number {
  return fields.userText.length + fields.system.length + fields.tools.length;
}

/** What the cache of a conversation saves on its next request, in USD. */
function estimateCacheValueUsd(
  { price, cost }: PolicyModel,
  { cachedTokens }: CurrentModel,
  { earlierCharacters }: RequestNeeds,
): number {
  const known = cost.kind === 'tokens' ? cost.price : price;
  const cachedPrice = known?.cachedInputPerMillionUsd;
  if (known === undefined || cachedPrice === undefined) return 0;
  const tokens =
    typeof cachedTokens === 'number' && cachedTokens >= 0
      ? cachedTokens
      : estimateInputTokens(cost, earlierCharacters);
  return Math.max(0, (tokens * (known.inputPerMillionUsd - cachedPrice)) / 1e6);
}

/** What the caller wrote, for a sentence; it may be anything. */
function name(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : typeof value;
}
