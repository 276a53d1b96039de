import { splitPromptFields, type PromptFields } from '../../../policy/features/prompt-fields.js';
import { structuralFeatureNames } from '../../../policy/features/structural-feature-names.js';
import { createTokenList, readTokens, TokenKind } from '../../../policy/features/tokens.js';
import { estimateP95LatencyMs } from '../../../policy/file/estimates.js';
import type { Policy } from '../../../policy/file/policy.js';
import type { RoundedTaskMixtureModel } from '../../../policy/file/routing-model.js';
import type { Decision, RankedModel } from '../../../policy/decide/decision.js';
import { createPromptScorer, type PromptScorer } from '../../../policy/decide/score-prompt.js';
import type { Prompt } from '../../../llm/chat.js';

type ChosenDecision = Extract<Decision, { readonly kind: 'chosen' }>;

/** What one word, or one measure of the prompt's shape, did for the choice. */
export interface SpokenFeature {
  /** A word as it was read, or the name of a measure. */
  readonly feature: string;
  readonly kind: 'word' | 'shape';
  /**
   * How much smaller the estimated lead of the chosen model over the other would be without it, in
   * quality; negative for what spoke against the choice.
   */
  readonly effect: number;
}

/** What is expected of a model, with the range that it rests on; null where nothing is known. */
export interface ExplainedModel extends RankedModel {
  /** Least and greatest of the estimates that the likely tasks would give by themselves. */
  readonly qualityRange: readonly [number, number];
  readonly costRangeUsd: readonly [number, number] | null;
  /** Median, and what 95 % of the answers keep. */
  readonly latencyRangeMs: readonly [number, number] | null;
}

/** The least change of one estimate with which another model would have been chosen. */
export interface Counterfactual {
  readonly model: string;
  /** By how much its quality would have to be higher; null where no quality can do it. */
  readonly qualityMore: number | null;
  /** By how much it would have to cost less; null where cost does not count, or not enough. */
  readonly costLessUsd: number | null;
  readonly latencyLessMs: number | null;
}

export interface Explanation {
  /** The model that the chosen one is compared with: the next in the ranking. */
  readonly comparedWith: string | null;
  /** Strongest first. */
  readonly features: readonly SpokenFeature[];
  readonly models: readonly ExplainedModel[];
  readonly counterfactuals: readonly Counterfactual[];
}

/** Words of a prompt that are left out in turn; of a longer one, the first. */
const maxWords = 2000;
const maxFeatures = 12;
/** A task of at least this probability counts as likely. */
const likely = 0.05;

/**
 * Explains a decision: leaves out each word and each measure of shape in turn, and sees what the
 * estimates become. That holds for word pairs and parts of words too, whatever the model, where
 * weights by themselves would not.
 */
export function explainDecision(
  policy: Policy,
  prompt: Prompt,
  decision: ChosenDecision,
): Explanation {
  const fields = splitPromptFields(prompt);
  const [chosen, other] = decision.ranked;
  const features =
    policy.scorer.kind === 'constant' || chosen === undefined || other === undefined
      ? []
      : findFeatures(policy, policy.scorer, fields, [chosen.model, other.model]);
  return {
    comparedWith: other?.model ?? null,
    features,
    models: decision.ranked.map((item) => describeModel(policy, decision, fields, item)),
    counterfactuals: decision.ranked
      .slice(1)
      .map((item) => findCounterfactual(policy, decision, item)),
  };
}

function findFeatures(
  policy: Policy,
  scorer: RoundedTaskMixtureModel,
  fields: PromptFields,
  models: readonly [string, string],
): SpokenFeature[] {
  const [first, second] = models.map((id) => policy.models.findIndex((one) => one.id === id));
  const leadOf = (score: PromptScorer, some: PromptFields): number => {
    const { quality } = score(some);
    return (quality[first as number] as number) - (quality[second as number] as number);
  };
  const score = createPromptScorer(scorer);
  const lead = leadOf(score, fields);
  const words = listWords(fields.ask, scorer).map(({ word, without }): SpokenFeature => {
    const effect = lead - leadOf(score, { ...fields, ask: without });
    return { feature: word, kind: 'word', effect };
  });
  const { structuralDeviation } = scorer.features;
  const shapes = structuralFeatureNames.flatMap((feature, index): SpokenFeature[] => {
    if (structuralDeviation[index] === 0) return [];
    // A measure that never varied in training counts as its mean.
    const flat = structuralDeviation.slice();
    flat[index] = 0;
    const features = { ...scorer.features, structuralDeviation: flat };
    const effect = lead - leadOf(createPromptScorer({ ...scorer, features }), fields);
    return [{ feature, kind: 'shape', effect }];
  });
  return [...words, ...shapes]
    .filter(({ effect }) => Math.abs(effect) >= 0.0005)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, maxFeatures);
}

/** The different words of a text, and the text without each. */
function listWords(
  text: string,
  { features: { spec } }: RoundedTaskMixtureModel,
): { word: string; without: string }[] {
  const list = createTokenList();
  readTokens(text, spec, list);
  const places = new Map<string, [number, number][]>();
  for (let at = 0; at < 4 * list.size; at += 4) {
    if (list.tokens[at + 3] === TokenKind.Symbol) continue;
    const [start, end] = [list.tokens[at] as number, list.tokens[at + 1] as number];
    const word = list.text.slice(start, end);
    places.set(word, [...(places.get(word) ?? []), [start, end]]);
  }
  return [...places].slice(0, maxWords).map(([word, spans]) => {
    let without = '';
    let from = 0;
    for (const [start, end] of spans) {
      without += list.text.slice(from, start);
      from = end;
    }
    return { word, without: without + list.text.slice(from) };
  });
}

function describeModel(
  policy: Policy,
  decision: ChosenDecision,
  fields: PromptFields,
  item: RankedModel,
): ExplainedModel {
  const index = policy.models.findIndex(({ id }) => id === item.model);
  const model = policy.models[index] as Policy['models'][number];
  const posterior = policy.tasks.map(
    (name) => decision.task.find(({ task }) => task === name)?.probability ?? 0,
  );
  const tasks = posterior.flatMap((probability, task) => (probability >= likely ? [task] : []));
  const perTask = (values: readonly number[]): number[] =>
    tasks.map((task) => values[task] as number);
  const { cost, latency } = model;
  const costs =
    cost.kind === 'recorded'
      ? perTask(cost.costUsd)
      : cost.kind === 'tokens' && item.costUsd !== null
        ? perTask(cost.outputTokens).map((tokens) => {
            const input = computeInputCost(cost, fields);
            return input + (tokens * cost.price.outputPerMillionUsd) / 1e6;
          })
        : [];
  const p95Ms = estimateP95LatencyMs(latency, posterior);
  return {
    ...item,
    qualityRange: rangeOf(computeTaskQualities(policy, index, tasks, fields, item)),
    costRangeUsd: costs.length === 0 ? null : rangeOf(costs),
    latencyRangeMs: item.latencyMs === null ? null : [item.latencyMs, p95Ms],
  };
}

function computeInputCost(
  cost: { readonly fixedInputTokens: number; readonly inputTokensPerCharacter: number } & {
    readonly price: { readonly inputPerMillionUsd: number };
  },
  { ask, system, tools }: PromptFields,
): number {
  const characters = ask.length + system.length + tools.length;
  const tokens = cost.fixedInputTokens + cost.inputTokensPerCharacter * characters;
  return (tokens * cost.price.inputPerMillionUsd) / 1e6;
}

/** The qualities that a model would be given if each of the likely tasks were certain. */
function computeTaskQualities(
  { scorer }: Policy,
  model: number,
  tasks: readonly number[],
  fields: PromptFields,
  item: RankedModel,
): number[] {
  if (scorer.kind === 'constant') return [item.quality];
  return tasks.map((task) => {
    const bias = new Float32Array(scorer.taskClassifier.bias.length).fill(-1e6);
    bias[task] = 1e6;
    const taskClassifier = { ...scorer.taskClassifier, bias };
    const { quality } = createPromptScorer({ ...scorer, taskClassifier })(fields);
    return quality[model] as number;
  });
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function findCounterfactual(
  policy: Policy,
  decision: ChosenDecision,
  item: RankedModel,
): Counterfactual {
  const { costWeightPerUsd, latencyWeightPerSecond, margin } = decision.weights;
  const [chosen] = decision.ranked;
  const nothing = { model: item.model, qualityMore: null, costLessUsd: null, latencyLessMs: null };
  const decidesByUtility = ['best_utility', 'baseline_holds', 'next_best', 'session_kept'];
  if (
    !decidesByUtility.includes(decision.reason) ||
    item.utility === null ||
    chosen === undefined ||
    chosen.utility === null
  ) {
    return nothing;
  }
  const keepsMargin = chosen.model === policy.baseline || decision.reason === 'session_kept';
  const gap = chosen.utility - item.utility + (keepsMargin ? margin : 0);
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
