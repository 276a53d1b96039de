import { splitPromptFields, type PromptFields } from '../features/prompt-fields.js';
import { estimateCostUsd, estimateLatencyMs, estimateP95LatencyMs } from '../policy/estimates.js';
import type { Objective, Policy } from '../policy/policy.js';
import type { ChatMessage, Prompt } from '../util/chat.js';
import { chooseModel, computeUtility, type ModelEstimates } from './choose-model.js';
import type {
  DecideOptions,
  Decision,
  DecisionReason,
  ExcludedModel,
  RankedModel,
} from './decision.js';
import { findExcluded } from './find-excluded.js';
import { createPromptScorer, type PromptScores } from './score-prompt.js';
import { nullIfUnknown } from '../util/null-if-unknown.js';

export type Decide = (prompt: Prompt | readonly ChatMessage[], options?: DecideOptions) => Decision;

const noText = 'The prompt holds no readable text of a user. ';

/**
 * Prepares the decision function of a policy. The function never throws for any prompt; an unknown
 * objective falls back to the default one, and the explanation says so.
 */
export function createDecide(policy: Policy, digest: string): Decide {
  const score = createPromptScorer(policy.scorer);
  const ids = policy.models.map(({ id }) => id);
  const baseline = ids.indexOf(policy.baseline);

  return (prompt, given) => {
    const options = given ?? {};
    const fields = splitPromptFields(prompt);
    const scores = score(fields);
    const found = findObjective(policy, options.objective);
    const { objective } = found;
    const note = fields.ask.trim() === '' ? `${found.note}${noText}` : found.note;
    const { estimates, p95Ms } = estimateModels(policy, scores, fields);
    const excluded = findExcluded(ids, estimates, p95Ms, options.constraints ?? {});
    const isFeasible = (model: number): boolean => !excluded.has(ids[model] as string);
    const wanted = findWanted(policy, objective, scores, estimates, options.model, baseline);
    const base = {
      objective: objective.name,
      excluded: [...excluded].map(([model, reason]): ExcludedModel => ({ model, reason })),
      task: rankTasks(policy, scores),
      novelty: scores.novelty,
      propensity: 1,
      policyDigest: digest,
      simulated: policy.simulated,
    };
    const isWantedFeasible = wanted.model >= 0 && isFeasible(wanted.model);
    const chosen = isWantedFeasible
      ? wanted.model
      : chooseModel(estimates, objective, baseline, isFeasible);
    if (chosen < 0) {
      return {
        ...base,
        kind: 'no_feasible_model',
        model: null,
        reason: 'no_feasible_model',
        explanation: `${note}No model meets the constraints; see "excluded" for each reason.`,
        ranked: [],
      };
    }
    const reason = isWantedFeasible ? wanted.reason : 'next_best';
    const model = ids[chosen] as string;
    return {
      ...base,
      kind: 'chosen',
      model,
      reason,
      explanation: note + explain(reason, model, policy, objective, options.model),
      ranked: rankModels(ids, estimates, objective, isFeasible, chosen),
    };
  };
}

function findObjective(
  policy: Policy,
  name: string | undefined,
): { objective: Objective; note: string } {
  const fallback = policy.objectives.find((item) => item.name === policy.defaultObjective);
  const objective = policy.objectives.find((item) => item.name === name) ?? fallback;
  const isUnknown = name !== undefined && objective?.name !== name;
  return {
    objective: objective as Objective,
    note: isUnknown
      ? `Unknown objective "${name}", "${policy.defaultObjective}" used instead. `
      : '',
  };
}

function estimateModels(
  policy: Policy,
  scores: PromptScores,
  fields: PromptFields,
): { estimates: ModelEstimates; p95Ms: number[] } {
  const characters = countCharacters(fields);
  const posterior = scores.taskPosterior;
  return {
    estimates: {
      quality: scores.quality,
      costUsd: policy.models.map(({ cost }) => estimateCostUsd(cost, characters, posterior)),
      latencyMs: policy.models.map(({ latency }) => estimateLatencyMs(latency, posterior)),
    },
    p95Ms: policy.models.map(({ latency }) => estimateP95LatencyMs(latency, posterior)),
  };
}

/** Length of everything that is sent, as the cost estimates count it: UTF-16 code units. */
export function countCharacters(fields: PromptFields): number {
  return fields.ask.length + fields.system.length + fields.tools.length;
}

/** The model that the policy would use if nothing were excluded, and why. */
function findWanted(
  policy: Policy,
  objective: Objective,
  scores: PromptScores,
  estimates: ModelEstimates,
  named: string | undefined,
  baseline: number,
): { model: number; reason: DecisionReason } {
  if (named !== undefined) {
    const model = policy.models.findIndex(({ id }) => id === named);
    if (model >= 0) return { model, reason: 'named_model' };
  }
  if (objective.constantModel !== undefined) {
    const model = policy.models.findIndex(({ id }) => id === objective.constantModel);
    return { model, reason: 'routing_does_not_pay' };
  }
  if (scores.novelty > policy.noveltyLimit) return { model: baseline, reason: 'novel_prompt' };
  if (Math.max(...scores.taskPosterior) < (objective.confidenceLimit ?? 0)) {
    return { model: baseline, reason: 'uncertain_task' };
  }
  const model = chooseModel(estimates, objective, baseline, () => true);
  return { model, reason: model === baseline ? 'baseline_holds' : 'best_utility' };
}

function rankModels(
  ids: readonly string[],
  estimates: ModelEstimates,
  objective: Objective,
  isFeasible: (model: number) => boolean,
  chosen: number,
): RankedModel[] {
  const utilities = ids.map((_, model) => computeUtility(estimates, model, objective));
  const order = [...ids.keys()]
    .filter(isFeasible)
    .sort((a, b) => rankValue(utilities[b]) - rankValue(utilities[a]) || a - b);
  return [chosen, ...order.filter((model) => model !== chosen)].map((model) => ({
    model: ids[model] as string,
    quality: estimates.quality[model] as number,
    costUsd: nullIfUnknown(estimates.costUsd[model] as number),
    latencyMs: nullIfUnknown(estimates.latencyMs[model] as number),
    utility: nullIfUnknown(utilities[model] as number),
  }));
}

function rankTasks(policy: Policy, scores: PromptScores): { task: string; probability: number }[] {
  if (policy.scorer.kind === 'constant') return [];
  return policy.tasks
    .map((task, index) => ({ task, probability: scores.taskPosterior[index] as number }))
    .filter(({ probability }) => probability >= 0.01)
    .sort((a, b) => b.probability - a.probability);
}

function explain(
  reason: DecisionReason,
  model: string,
  policy: Policy,
  objective: Objective,
  named: string | undefined,
): string {
  const unknown =
    named !== undefined && reason !== 'named_model'
      ? `The policy does not know or may not use "${named}". `
      : '';
  switch (reason) {
    case 'named_model':
      return `${model} was asked for by name.`;
    case 'routing_does_not_pay':
      return `${unknown}Routing did not pay on held-out prompts for "${objective.name}"; ${model} is the single model for it.`;
    case 'novel_prompt':
      return `${unknown}The prompt is unlike the training data, so the baseline ${model} takes it.`;
    case 'uncertain_task':
      return `${unknown}The prompt is not clearly of any task of the training data, so the baseline ${model} takes it.`;
    case 'baseline_holds':
      return `${unknown}No model beats the baseline ${model} for "${objective.name}".`;
    case 'next_best':
      return `${unknown}${model} is the best of the models that meet the constraints.`;
    case 'best_utility':
      return `${unknown}${model} is expected to do better than the baseline ${policy.baseline} for "${objective.name}".`;
  }
}

function rankValue(utility: number | undefined): number {
  return utility === undefined || Number.isNaN(utility) ? -1e300 : utility;
}
