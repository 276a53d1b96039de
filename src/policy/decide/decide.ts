import { splitPromptFields } from '../features/prompt-fields.js';
import type { Objective, Policy } from '../file/policy.js';
import type { ChatMessage, Prompt } from '../../llm/chat.js';
import { nullIfUnknown } from '../../util/json.js';
import { chooseModel } from './choose-model.js';
import type { CurrentModel, DecideOptions, Decision, SessionDecision } from './decision.js';
import { createNotes, quote, type DecisionNotes } from './decision-notes.js';
import { explore } from './draw-model.js';
import { explainChoice, isLeftToBaseline } from './explain-choice.js';
import { createModelTable, type ModelTable } from './model-table.js';
import { rankModels } from './rank-models.js';
import { rankTasks } from './rank-tasks.js';
import { findNeeds } from './request-needs.js';
import { findObjective, resolveObjective } from './resolve-objective.js';
import { createPromptScorer, type PromptScorer, type PromptScores } from './score-prompt.js';

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

/** A model, and why it is the one. */
interface Choice {
  readonly model: number;
  readonly reason: Decision['reason'];
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
  const { ids, baseline, estimates, utilities, cacheWriteUsd, isFeasible } = table;
  return (prompt, given) => {
    const options: DecideOptions = given ?? {};
    const fields = splitPromptFields(prompt);
    const notes = createNotes();
    const objective = readObjective(policy, options.objective, notes);
    const task = policy.tasks.indexOf(options.task as string);
    if (options.task !== undefined && task < 0) notes.add('unknown_task');
    if (fields.userText.trim() === '') notes.add('no_text');

    const scores = score(fields, task);
    const needs = readNeeds(prompt);
    if (needs.hasFiles) notes.add('unknown_files');
    table.estimate(scores, needs);
    const current = ids.indexOf(options.current?.model as string);
    if (options.current !== undefined && current < 0) notes.add('unknown_current_model');
    const cacheValueUsd =
      current < 0 ? 0 : table.weighCache(current, options.current as CurrentModel, needs);
    const excluded = table.assess(objective, scores, needs, options);

    const named = readNamedModel(table, options.model, notes);
    let choice: Choice =
      named < 0
        ? findWanted(policy, table, objective, task < 0 ? scores : undefined)
        : { model: named, reason: 'named_model' };
    if (!isFeasible(choice.model)) choice = findNextBest(table, objective, choice);

    let instead = choice.model;
    let session: SessionDecision | null = null;
    if (instead >= 0 && current >= 0) {
      const gain = (utilities[instead] as number) - (utilities[current] as number);
      session = {
        currentModel: ids[current] as string,
        cacheValueUsd,
        cacheWriteUsd: cacheWriteUsd[instead] as number,
        gain: nullIfUnknown(gain),
      };
      // Another model must gain more than the margin.
      if (
        mayStay(choice) &&
        gain <= objective.margin &&
        instead !== current &&
        isFeasible(current)
      ) {
        choice = { model: current, reason: 'session_kept' };
      }
    }
    const draw =
      instead >= 0 && named < 0
        ? explore(options.explore, fields.userText, choice.model, table, notes)
        : undefined;
    if (draw?.isExplored === true) {
      instead = choice.model;
      choice = { model: draw.model, reason: 'explored' };
    }
    options.observe?.(scores, needs, estimates, instead);
    const { reason } = choice;
    const model = ids[choice.model] ?? null;
    const compared = !Number.isNaN(utilities[baseline]) && policy.baseline;
    const why = explainChoice(reason, compared, objective.name, ids[instead]);
    return {
      kind: model === null ? 'no_feasible_model' : 'chosen',
      model,
      reason,
      explanation: `${notes.text()}${model ?? 'No model'} ${why}.`,
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
  const objective = findObjective(policy, policy.defaultObjective) as Objective;
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

/**
 * What the policy would choose if nothing were excluded.
 *
 * @param guess the scores, where the task is recognized by them; undefined where it is known
 */
function findWanted(
  { noveltyLimit }: Policy,
  { ids, estimates, baseline }: ModelTable,
  objective: Objective,
  guess: PromptScores | undefined,
): Choice {
  if (objective.constantModel !== undefined) {
    return { model: ids.indexOf(objective.constantModel), reason: 'routing_does_not_pay' };
  }
  if (guess !== undefined) {
    if (guess.novelty > noveltyLimit) return { model: baseline, reason: 'novel_prompt' };
    if (guess.confidence < (objective.confidenceLimit ?? 0)) {
      return { model: baseline, reason: 'uncertain_task' };
    }
  }
  const model = chooseModel(estimates, objective, baseline, () => true);
  return { model, reason: model === baseline ? 'baseline_holds' : 'best_utility' };
}

/** The next best model where the wanted one is excluded; -1 where all are. */
function findNextBest(
  { estimates, fallbacks, baseline, isFeasible }: ModelTable,
  objective: Objective,
  { reason }: Choice,
): Choice {
  // A prompt that is left to the baseline has estimates that are not to be trusted: means decide.
  const model = isLeftToBaseline(reason)
    ? (fallbacks.find(isFeasible) ?? -1)
    : chooseModel(estimates, objective, baseline, isFeasible);
  return { model, reason: model < 0 ? 'no_feasible_model' : 'next_best' };
}

/** Whether the conversation's model may be used in place of the choice. */
function mayStay({ reason }: Choice): boolean {
  return reason !== 'named_model' && !isLeftToBaseline(reason);
}
