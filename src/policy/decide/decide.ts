import { splitPromptFields } from '../features/prompt-fields.js';
import type { Objective, Policy } from '../file/policy.js';
import type { ChatMessage, Prompt } from '../../llm/chat.js';
import { nullIfUnknown } from '../../util/json.js';
import type { CurrentModel, DecideOptions, Decision, SessionDecision } from './decision.js';
import { createNotes, quote, type DecisionNotes } from './decision-notes.js';
import { explore } from './draw-model.js';
import { readCachedTokens } from './estimate-cache.js';
import { findNextBest, findWanted, type Choice } from './find-choice.js';
import { createModelTable, type ModelTable } from './model-table.js';
import { rankModels } from './rank-models.js';
import { rankTasks } from './rank-tasks.js';
import { findNeeds } from './request-needs.js';
import { findPolicyObjective, resolveObjective } from './resolve-objective.js';
import { createPromptScorer, type PromptScorer } from './score-prompt.js';

/** Decides on a prompt or conversation by the policy alone, without any call. */
export type Decide = (prompt: Prompt | readonly ChatMessage[], options?: DecideOptions) => Decision;

/** What a decision follows besides the policy. */
export interface DecideSources {
  /** Models that cannot be used, each with the reason that decisions then give. @default none */
  readonly unavailable?: ReadonlyMap<string, string>;
  /** @default scores the prompt by the policy; replay gives what a log says of it */
  readonly score?: PromptScorer;
  /** @default reads the prompt; replay gives what a log says of it */
  readonly readNeeds?: typeof findNeeds;
}

/**
 * Prepares the decision function of a policy. The function never throws for any prompt. Options that
 * it cannot follow are named in the decision's notes and its explanation.
 */
export function createDecide(
  policy: Policy,
  digest: string,
  {
    unavailable,
    score = createPromptScorer(policy.scorer),
    readNeeds = findNeeds,
  }: DecideSources = {},
): Decide {
  const table = createModelTable(policy, unavailable);
  const { ids, estimates, utilities, cacheUsd, isFeasible } = table;
  return (prompt, given) => {
    const options: DecideOptions = given ?? {};
    const fields = splitPromptFields(prompt);
    const notes = createNotes();
    const objective = readObjective(policy, options.objective, notes);
    const { name, costWeightPerUsd, latencyWeightPerSecond, margin } = objective;
    const task = policy.tasks.indexOf(options.task as string);
    if (options.task !== undefined && task < 0) notes.add('unknown_task');
    if (fields.userText.trim() === '') notes.add('no_text');

    const scores = score(fields, task);
    const current = ids.indexOf(options.current?.model as string);
    const cachedTokens =
      current < 0 ? undefined : readCachedTokens(options.current as CurrentModel);
    const needs = { ...readNeeds(prompt), cachedTokens };
    if (needs.hasFiles) notes.add('unknown_files');
    if (options.current !== undefined && current < 0) notes.add('unknown_current_model');
    table.estimate(scores, needs, current);
    const excluded = table.assess(objective, scores, needs, options);

    const named = readNamedModel(table, options.model, notes);
    let choice: Choice =
      named < 0
        ? findWanted(policy, table, objective, task < 0 ? scores : undefined)
        : { model: named, reason: 'named_model', why: 'was named in the request' };
    if (!isFeasible(choice.model)) choice = findNextBest(table, objective, choice);

    let instead = choice.model;
    let session: SessionDecision | null = null;
    if (instead >= 0 && current >= 0) {
      const gain = (utilities[instead] as number) - (utilities[current] as number);
      session = {
        currentModel: ids[current] as string,
        cacheValueUsd: -(cacheUsd[current] as number),
        cacheWriteUsd: Math.max(0, cacheUsd[instead] as number),
        gain: nullIfUnknown(gain),
      };
      // Another model must gain more than the margin.
      if (named < 0 && gain <= margin && instead !== current && isFeasible(current)) {
        const why = `is kept: the gain of ${ids[instead]} is too small to switch`;
        choice = { model: current, reason: 'session_kept', why };
      }
    }
    const draw =
      instead >= 0 && named < 0
        ? explore(options.explore, fields.userText, choice.model, table, notes)
        : undefined;
    if (draw?.isExplored === true) {
      instead = choice.model;
      const why = `was sampled for exploration, not ${ids[instead]}`;
      choice = { model: draw.model, reason: 'explored', why };
    }
    options.observe?.(scores, needs, estimates, instead);
    const model = ids[choice.model] ?? null;
    return {
      kind: model === null ? 'no_feasible_model' : 'chosen',
      model,
      reason: choice.reason,
      explanation: `${notes.text()}${model ?? 'No model'} ${choice.why}.`,
      objective: name,
      weights: { costWeightPerUsd, latencyWeightPerSecond, margin },
      task: rankTasks(policy, scores),
      novelty: scores.novelty,
      confidence: scores.confidence,
      policyDigest: digest,
      simulated: policy.simulated,
      notes: notes.codes,
      excluded,
      session,
      propensity: draw?.propensity ?? 1,
      exploration: draw?.record ?? null,
      ranked: model === null ? [] : rankModels(table, choice.model),
    } satisfies Omit<Decision, never> as Decision;
  };
}

function readObjective(policy: Policy, asked: unknown, notes: DecisionNotes): Objective {
  const found = resolveObjective(policy, asked);
  if (found !== undefined) return found;
  const objective = findPolicyObjective(policy, policy.defaultObjective) as Objective;
  notes.add(
    'unknown_objective',
    `Unknown objective ${quote(asked)}, "${objective.name}" used instead. `,
  );
  return objective;
}

/** Index of the model that the caller named, if it is known and feasible; else -1. */
function readNamedModel(table: ModelTable, asked: unknown, notes: DecisionNotes): number {
  if (asked === undefined) return -1;
  const named = table.ids.indexOf(asked as string);
  if (named >= 0 && table.isFeasible(named)) return named;
  notes.add(
    named < 0 ? 'unknown_model' : 'model_excluded',
    `The policy does not know or may not use ${quote(asked)}. `,
  );
  return -1;
}
