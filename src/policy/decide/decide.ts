import { splitPromptFields } from '../features/prompt-fields.js';
import { estimateCostUsd, estimateLatencyMs } from '../file/estimates.js';
import type { Objective, Policy, PolicyModel } from '../file/policy.js';
import type { ChatMessage, Prompt } from '../../llm/chat.js';
import { nullIfUnknown } from '../../util/json.js';
import { chooseModel, computeUtility, type ModelEstimates } from './choose-model.js';
import type {
  CurrentModel,
  DecideOptions,
  Decision,
  DecisionReason,
  ExcludedModel,
  SessionDecision,
} from './decision.js';
import { createNotes, quote, type DecisionNotes } from './decision-notes.js';
import { explore } from './draw-model.js';
import { estimateCache } from './estimate-cache.js';
import { explainChoice, isLeftToBaseline } from './explain-choice.js';
import { findConstraintProblem, findExclusion } from './find-excluded.js';
import { rankModels } from './rank-models.js';
import { rankTasks } from './rank-tasks.js';
import { findNeeds, type RequestNeeds } from './request-needs.js';
import { findObjective, resolveObjective } from './resolve-objective.js';
import { createPromptScorer, type PromptScorer, type PromptScores } from './score-prompt.js';

/** Decides on a prompt or conversation by the policy alone, without any call. */
export type Decide = (prompt: Prompt | readonly ChatMessage[], options?: DecideOptions) => Decision;

const noOptions: DecideOptions = {};
const noConstraints = {};

/** A model, and why it is the one. */
interface Choice {
  readonly model: number;
  readonly reason: DecisionReason;
}

/**
 * Prepares the decision function of a policy. The function never throws for any prompt. Options that
 * it cannot follow are named in the decision's notes and its explanation.
 *
 * @param unavailable models that cannot be used, each with the reason that decisions then give
 * @param score and `readNeeds`: to replay a decision from what a log says of its prompt
 */
export function createDecide(
  policy: Policy,
  digest: string,
  unavailable: ReadonlyMap<string, string> = new Map(),
  score: PromptScorer = createPromptScorer(policy.scorer),
  readNeeds: typeof findNeeds = findNeeds,
): Decide {
  const { models } = policy;
  const size = models.length;
  const ids = models.map(({ id }) => id);
  const indexOf = (id: unknown): number => models.findIndex((model) => model.id === id);
  const idOf = (model: number): string => (models[model] as PolicyModel).id;
  const baseline = indexOf(policy.baseline);
  const fallbacks = policy.fallbackOrder.map(indexOf);
  // Of the request at hand, reused.
  const costUsd = new Float64Array(size);
  const latencyMs = new Float64Array(size);
  const cacheWriteUsd = new Float64Array(size);
  const utilities = new Float64Array(size);
  const feasible = new Uint8Array(size);
  const isFeasible = (model: number): boolean => feasible[model] === 1;

  const estimate = (scores: PromptScores, needs: RequestNeeds): ModelEstimates => {
    const { characters, attachmentTokens } = needs;
    const { quality, taskPosterior } = scores;
    for (let model = 0; model < size; model++) {
      const { cost, latency } = models[model] as PolicyModel;
      costUsd[model] = estimateCostUsd(cost, characters, taskPosterior, attachmentTokens);
      latencyMs[model] = estimateLatencyMs(latency, taskPosterior);
    }
    return { quality, costUsd, latencyMs };
  };

  /** Marks the feasible models and lists the others. */
  const exclude = (
    estimates: ModelEstimates,
    { taskPosterior }: PromptScores,
    needs: RequestNeeds,
    { constraints = noConstraints, models: states }: DecideOptions,
  ): ExcludedModel[] => {
    const problem = constraints === noConstraints ? undefined : findConstraintProblem(constraints);
    const excluded: ExcludedModel[] = [];
    for (let index = 0; index < size; index++) {
      const model = models[index] as PolicyModel;
      const { id } = model;
      const state = states !== undefined && Object.hasOwn(states, id) ? states[id] : undefined;
      const reason =
        unavailable.get(id) ??
        problem ??
        findExclusion(model, index, estimates, taskPosterior, needs, constraints, state);
      feasible[index] = reason === undefined ? 1 : 0;
      if (reason !== undefined) excluded.push({ model: id, reason });
    }
    return excluded;
  };

  /** What the policy would choose if nothing were excluded. */
  const findWanted = (
    objective: Objective,
    { novelty, confidence }: PromptScores,
    estimates: ModelEstimates,
    isTaskKnown: boolean,
  ): Choice => {
    if (objective.constantModel !== undefined) {
      return { model: indexOf(objective.constantModel), reason: 'routing_does_not_pay' };
    }
    if (!isTaskKnown) {
      if (novelty > policy.noveltyLimit) return { model: baseline, reason: 'novel_prompt' };
      if (confidence < (objective.confidenceLimit ?? 0)) {
        return { model: baseline, reason: 'uncertain_task' };
      }
    }
    const model = chooseModel(estimates, objective, baseline, () => true);
    return { model, reason: model === baseline ? 'baseline_holds' : 'best_utility' };
  };

  /** The next best model where the wanted one is excluded; -1 where all are. */
  const findNextBest = (
    { reason }: Choice,
    objective: Objective,
    estimates: ModelEstimates,
  ): Choice => ({
    // A prompt that is left to the baseline has estimates that are not to be trusted: means decide.
    model: isLeftToBaseline(reason)
      ? (fallbacks.find(isFeasible) ?? -1)
      : chooseModel(estimates, objective, baseline, isFeasible),
    reason: 'next_best',
  });

  const readObjective = (asked: unknown, notes: DecisionNotes): Objective => {
    const found = resolveObjective(policy, asked);
    if (found !== undefined) return found;
    const objective = findObjective(policy, policy.defaultObjective) as Objective;
    notes.add(
      'unknown_objective',
      `Unknown objective ${quote(asked)}, "${objective.name}" used instead. `,
    );
    return objective;
  };

  /** Index of the model that the caller named, if it is known and feasible; else -1. */
  const readNamedModel = (asked: unknown, notes: DecisionNotes): number => {
    if (asked === undefined) return -1;
    const named = indexOf(asked);
    if (named >= 0 && isFeasible(named)) return named;
    notes.add(
      named < 0 ? 'unknown_model' : 'model_excluded',
      `The policy does not know or may not use ${quote(asked)}. `,
    );
    return -1;
  };

  /**
   * Counts the value of a conversation's prompt cache as a saving of its model, and what it takes to
   * fill a new one as a cost of the others; returns the value.
   */
  const weighCache = (currentIndex: number, current: CurrentModel, needs: RequestNeeds): number => {
    let savedUsd = 0;
    models.forEach((model, index) => {
      const { valueUsd, writeUsd } = estimateCache(model, current, needs);
      const isCurrent = index === currentIndex;
      if (isCurrent) savedUsd = valueUsd;
      cacheWriteUsd[index] = isCurrent ? 0 : writeUsd;
      costUsd[index] = Math.max(0, (costUsd[index] as number) + (isCurrent ? -valueUsd : writeUsd));
    });
    return savedUsd;
  };

  /** Stays with the conversation's model unless another one gains more than the margin. */
  const weighSession = (choice: Choice, current: number, gain: number, margin: number): Choice => {
    const isOpen = choice.reason !== 'named_model' && !isLeftToBaseline(choice.reason);
    return isOpen && gain <= margin && choice.model !== current && isFeasible(current)
      ? { model: current, reason: 'session_kept' }
      : choice;
  };

  return (prompt, given) => {
    const options = given ?? noOptions;
    const fields = splitPromptFields(prompt);
    const notes = createNotes();
    const objective = readObjective(options.objective, notes);
    const task = policy.tasks.indexOf(options.task as string);
    if (options.task !== undefined && task < 0) notes.add('unknown_task');
    if (fields.userText.trim() === '') notes.add('no_text');

    const scores = score(fields, task);
    const needs = readNeeds(prompt);
    if (needs.hasFiles) notes.add('unknown_files');
    const estimates = estimate(scores, needs);
    const current = indexOf(options.current?.model);
    if (options.current !== undefined && current < 0) notes.add('unknown_current_model');
    const cacheValueUsd =
      current < 0 ? 0 : weighCache(current, options.current as CurrentModel, needs);
    for (let model = 0; model < size; model++) {
      utilities[model] = computeUtility(estimates, model, objective);
    }
    const excluded = exclude(estimates, scores, needs, options);

    const named = readNamedModel(options.model, notes);
    let choice: Choice =
      named < 0
        ? findWanted(objective, scores, estimates, task >= 0)
        : { model: named, reason: 'named_model' };
    if (!isFeasible(choice.model)) choice = findNextBest(choice, objective, estimates);
    const base = {
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
      notes: notes.codes,
      excluded,
    };
    let instead = choice.model;
    if (instead < 0) {
      options.observe?.(scores, needs, estimates, instead);
      return {
        kind: 'no_feasible_model',
        model: null,
        reason: 'no_feasible_model',
        explanation: `${notes.text()}No model meets the constraints; see "excluded" for each reason.`,
        ...base,
        session: null,
        propensity: 1,
        exploration: null,
        ranked: [],
      };
    }

    let session: SessionDecision | null = null;
    if (current >= 0) {
      const gain = (utilities[instead] as number) - (utilities[current] as number);
      session = {
        currentModel: idOf(current),
        cacheValueUsd,
        cacheWriteUsd: cacheWriteUsd[instead] as number,
        gain: nullIfUnknown(gain),
      };
      choice = weighSession(choice, current, gain, objective.margin);
    }
    const draw =
      named < 0
        ? explore(options.explore, fields.userText, choice.model, { ids, isFeasible }, notes)
        : undefined;
    if (draw?.isExplored === true) {
      instead = choice.model;
      choice = { model: draw.model, reason: 'explored' };
    }

    options.observe?.(scores, needs, estimates, instead);
    const { reason } = choice;
    const model = idOf(choice.model);
    const compared = !Number.isNaN(utilities[baseline]) && policy.baseline;
    const why = explainChoice(reason, compared, objective.name, idOf(instead));
    return {
      kind: 'chosen',
      model,
      reason,
      explanation: `${notes.text()}${model} ${why}.`,
      ...base,
      session,
      propensity: draw?.propensity ?? 1,
      exploration: draw?.record ?? null,
      ranked: rankModels(models, estimates, utilities, isFeasible, choice.model),
    };
  };
}
