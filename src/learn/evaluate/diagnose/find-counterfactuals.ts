import type { Decision, RankedModel } from '../../../policy/decide/decision.js';
import type { Objective, Policy } from '../../../policy/file/policy.js';

export type ChosenDecision = Extract<Decision, { readonly kind: 'chosen' }>;

/** Why a policy does not follow its estimates for a prompt. */
export type Distrust = Extract<Decision['reason'], 'novel_prompt' | 'uncertain_task'>;

/** The smallest change of one estimate that would have made another model the choice. */
export interface Counterfactual {
  readonly model: string;
  /** How much higher its quality would have to be; null if no quality is enough. */
  readonly qualityMore: number | null;
  /** How much less it would have to cost; null if no lower cost is enough. */
  readonly costLessUsd: number | null;
  readonly latencyLessMs: number | null;
}

/**
 * Finds for each model that was not chosen what would have made it the choice, by the rules of
 * `chooseModel` and of conversations.
 *
 * @param task the task that the decision was told, if any
 */
export function findCounterfactuals(
  policy: Policy,
  decision: ChosenDecision,
  task: string | undefined,
): Counterfactual[] {
  const isOpen = isChosenByUtility(policy, decision, task);
  return decision.ranked.slice(1).map((item) => {
    const needed = isOpen ? findNeededUtility(policy.baseline, decision, item) : undefined;
    return needed === undefined || item.utility === null
      ? { model: item.model, qualityMore: null, costLessUsd: null, latencyLessMs: null }
      : convertUtility(item, needed - item.utility, decision.weights);
  });
}

/** Whether utilities decided, rather than the caller, a sample or the order of the fallbacks. */
function isChosenByUtility(
  policy: Policy,
  decision: ChosenDecision,
  task: string | undefined,
): boolean {
  const { reason } = decision;
  if (reason === 'best_utility' || reason === 'baseline_holds') return true;
  if (reason !== 'next_best' && reason !== 'session_kept') return false;
  // The wanted model may have been excluded after all utilities were set aside.
  const objective = findObjective(policy, decision);
  return objective?.constantModel === undefined && findDistrust(policy, decision, task) === null;
}

function findObjective(
  { objectives }: Policy,
  { objective }: ChosenDecision,
): Objective | undefined {
  return objectives.find(({ name }) => name === objective);
}

/**
 * Why the estimates for the prompt were not followed, whether the baseline took it or, where that is
 * excluded, the next best model; null where they were.
 *
 * @param task the task that the decision was told, if any
 */
export function findDistrust(
  policy: Policy,
  decision: ChosenDecision,
  task: string | undefined,
): Distrust | null {
  const { reason, novelty, confidence } = decision;
  if (reason === 'novel_prompt' || reason === 'uncertain_task') return reason;
  if (reason !== 'next_best' && reason !== 'session_kept') return null;
  const objective = findObjective(policy, decision);
  const isTaskKnown = task !== undefined && policy.tasks.includes(task);
  if (isTaskKnown || objective?.constantModel !== undefined) return null;
  if (novelty > policy.noveltyLimit) return 'novel_prompt';
  return confidence < (objective?.confidenceLimit ?? 0) ? 'uncertain_task' : null;
}

/** The utility with which a model would have been chosen; undefined where another one is unknown. */
function findNeededUtility(
  baseline: string,
  { ranked, weights: { margin }, session }: ChosenDecision,
  { model }: RankedModel,
): number | undefined {
  const utilityOf = (id: string | undefined): number | undefined =>
    ranked.find((one) => one.model === id)?.utility ?? undefined;
  const chosen = utilityOf(ranked[0]?.model);
  if (chosen === undefined) return undefined;
  const others = ranked.flatMap((one) =>
    one.model === model || one.utility === null ? [] : [one.utility],
  );
  const best = Math.max(...others);
  const wins =
    model === baseline
      ? best - margin
      : Math.max(best, (utilityOf(baseline) ?? -Infinity) + margin);
  if (session === null) return wins;
  return session.currentModel === model
    ? Math.min(wins, chosen - margin)
    : Math.max(wins, (utilityOf(session.currentModel) ?? -Infinity) + margin);
}

function convertUtility(
  item: RankedModel,
  gap: number,
  { costWeightPerUsd, latencyWeightPerSecond }: ChosenDecision['weights'],
): Counterfactual {
  const costLessUsd = costWeightPerUsd > 0 ? gap / costWeightPerUsd : Infinity;
  const latencyLessMs =
    latencyWeightPerSecond > 0 ? (1000 * gap) / latencyWeightPerSecond : Infinity;
  return {
    model: item.model,
    qualityMore: item.quality + gap <= 1 ? gap : null,
    costLessUsd: costLessUsd <= (item.costUsd ?? 0) ? costLessUsd : null,
    latencyLessMs: latencyLessMs <= (item.latencyMs ?? 0) ? latencyLessMs : null,
  };
}
