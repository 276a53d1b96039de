import type { Objective, Policy } from '../file/policy.js';
import { chooseModel } from './choose-model.js';
import type { Decision } from './decision.js';
import type { ModelTable } from './model-table.js';
import type { PromptScores } from './score-prompt.js';

/** A model, and why it is the one. */
export interface Choice {
  /** Its index; -1 if there is none. */
  readonly model: number;
  readonly reason: Decision['reason'];
  /** The rest of a sentence that begins with the model's name, or with "No model". */
  readonly why: string;
  /** Why the estimates for the prompt are not to be trusted; undefined where they are. */
  readonly distrust?: string;
}

/**
 * What the policy would choose if nothing were excluded.
 *
 * @param guess the scores, where the task is recognized by them; undefined where it is known
 */
export function findWanted(
  { noveltyLimit }: Policy,
  { ids, estimates, utilities, baseline }: ModelTable,
  objective: Objective,
  guess: PromptScores | undefined,
): Choice {
  const { constantModel, confidenceLimit = 0 } = objective;
  const forObjective = `for "${objective.name}"`;
  if (constantModel !== undefined) {
    const why = `takes all prompts: routing did not pay ${forObjective}`;
    return { model: ids.indexOf(constantModel), reason: 'routing_does_not_pay', why };
  }
  const leave = (reason: Decision['reason'], distrust: string): Choice => ({
    model: baseline,
    reason,
    why: `is the baseline: ${distrust}`,
    distrust,
  });
  if (guess !== undefined) {
    if (guess.novelty > noveltyLimit) {
      return leave('novel_prompt', 'the prompt is out of distribution');
    }
    if (guess.confidence < confidenceLimit) {
      return leave('uncertain_task', 'no task is certain enough');
    }
  }
  const model = chooseModel(estimates, objective, baseline, () => true);
  if (model === baseline) {
    const why = `is the baseline, and no model is known to beat it ${forObjective}`;
    return { model, reason: 'baseline_holds', why };
  }
  const why = Number.isNaN(utilities[baseline])
    ? 'is the best whose utility is known'
    : `is expected to beat the baseline ${ids[baseline]}`;
  return { model, reason: 'best_utility', why: `${why} ${forObjective}` };
}

/** The next best model where the wanted one is excluded. */
export function findNextBest(
  { estimates, fallbacks, baseline, isFeasible }: ModelTable,
  objective: Objective,
  { distrust }: Choice,
): Choice {
  const model =
    distrust === undefined
      ? chooseModel(estimates, objective, baseline, isFeasible)
      : (fallbacks.find(isFeasible) ?? -1);
  if (model < 0) {
    const why = 'meets the constraints; see "excluded" for each reason';
    return { model, reason: 'no_feasible_model', why };
  }
  let why = 'is the best eligible model';
  if (distrust !== undefined) why += ` by mean quality: ${distrust}`;
  else if (model === baseline) why = 'is the baseline, and no eligible model is known to beat it';
  return { model, reason: 'next_best', why };
}
