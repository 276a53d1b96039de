import { splitPromptFields, type PromptFields } from '../../../policy/features/prompt-fields.js';
import { createAskReader } from '../../../policy/features/read-ask.js';
import { structuralFeatureNames } from '../../../policy/features/structural-feature-names.js';
import { createTokenList, readTokens, TokenKind } from '../../../policy/features/tokens.js';
import { estimateCostUsd, estimateP95LatencyMs } from '../../../policy/file/estimates.js';
import type { Policy } from '../../../policy/file/policy.js';
import type { RoundedTaskMixtureModel } from '../../../policy/file/routing-model.js';
import type { RankedModel } from '../../../policy/decide/decision.js';
import { findNeeds, type RequestNeeds } from '../../../policy/decide/request-needs.js';
import { createPromptScorer, type PromptScorer } from '../../../policy/decide/score-prompt.js';
import type { Prompt } from '../../../llm/chat.js';
import { valueAt } from '../../../util/numeric-arrays.js';
import {
  findCounterfactuals,
  findDistrust,
  type ChosenDecision,
  type Counterfactual,
  type Distrust,
} from './find-counterfactuals.js';

/** How one word, or one measure of the prompt's shape, affected the choice. */
export interface FeatureEffect {
  /** A word as tokenized, or the name of a measure. */
  readonly feature: string;
  readonly kind: 'word' | 'shape';
  /**
   * How much smaller the chosen model's estimated lead in quality would be without this feature;
   * negative for features that count against the choice.
   */
  readonly effect: number;
}

/** Estimates of a model with their ranges; null where nothing is known. */
export interface ExplainedModel extends RankedModel {
  /** Lowest and highest of the estimate and those if each of the likely tasks were certain. */
  readonly qualityRange: readonly [number, number];
  readonly costRangeUsd: readonly [number, number] | null;
  /** Median and 95th percentile. */
  readonly latencyRangeMs: readonly [number, number] | null;
}

/**
 * The lead in estimated quality of the chosen model, in two parts that add up to it: what the task
 * alone gives, and what the words and the shape of this prompt change.
 */
export interface LeadInQuality {
  readonly total: number;
  readonly task: number;
  readonly prompt: number;
}

export interface Explanation {
  /** The model that the chosen one is compared with: the second in the ranking. */
  readonly comparedWith: string | null;
  /** Null where one model takes every prompt. */
  readonly lead: LeadInQuality | null;
  /** Strongest first. Leaving out two features may change the lead by more than the sum of both. */
  readonly features: readonly FeatureEffect[];
  readonly models: readonly ExplainedModel[];
  readonly counterfactuals: readonly Counterfactual[];
  /** Null where the estimates were followed. */
  readonly distrust: Distrust | null;
}

/** Only this many different words of a prompt are left out in turn. */
const maxWords = 2000;
const maxFeatures = 12;
/** Smaller effects on the lead in quality are not shown. */
const minEffect = 0.0005;
/** A task of at least this probability counts as likely. */
const minLikelyProbability = 0.05;

/**
 * Explains a decision: leaves out each word and each measure of shape in turn and recomputes the
 * estimates. Unlike weights, this also covers word pairs and parts of words, for any scorer.
 *
 * @param task the task that the decision was told, if any
 */
export function explainDecision(
  policy: Policy,
  prompt: Prompt,
  decision: ChosenDecision,
  task?: string,
): Explanation {
  const fields = splitPromptFields(prompt);
  const [chosen, other] = decision.ranked;
  const scorer = policy.scorer.kind === 'constant' ? undefined : policy.scorer;
  const measureLead = createLeadMeasure(policy, [chosen?.model, other?.model], task);
  return {
    comparedWith: other?.model ?? null,
    lead: scorer && measureLead ? splitLead(scorer, fields, measureLead) : null,
    features: scorer && measureLead ? findFeatures(scorer, fields, measureLead) : [],
    models: decision.ranked.map((item) =>
      describeModel(policy, decision, { fields, needs: findNeeds(prompt) }, item),
    ),
    counterfactuals: findCounterfactuals(policy, decision, task),
    distrust: findDistrust(policy, decision, task),
  };
}

/** The lead in quality of one model over another, by some scorer. */
type LeadMeasure = (score: PromptScorer, fields: PromptFields) => number;

function createLeadMeasure(
  { models, tasks }: Policy,
  [chosen, other]: readonly [string | undefined, string | undefined],
  task: string | undefined,
): LeadMeasure | undefined {
  if (chosen === undefined || other === undefined) return undefined;
  const [first, second] = [chosen, other].map((id) => models.findIndex((one) => one.id === id));
  const knownTask = task === undefined ? -1 : tasks.indexOf(task);
  return (score, fields) => {
    const { quality } = score(fields, knownTask);
    return valueAt(quality, first ?? 0) - valueAt(quality, second ?? 0);
  };
}

function splitLead(
  scorer: RoundedTaskMixtureModel,
  fields: PromptFields,
  measureLead: LeadMeasure,
): LeadInQuality {
  const total = measureLead(createPromptScorer(scorer), fields);
  const headWeight = new Float32Array(scorer.headWeight.length);
  const task = measureLead(createPromptScorer({ ...scorer, headWeight }), fields);
  return { total, task, prompt: total - task };
}

function findFeatures(
  scorer: RoundedTaskMixtureModel,
  fields: PromptFields,
  measureLead: LeadMeasure,
): FeatureEffect[] {
  const score = createPromptScorer(scorer);
  // Words are left out of what the scorer reads, so that it reads the same part of the prompt again.
  const ask = createAskReader(scorer.features, createTokenList())(fields);
  const lead = measureLead(score, ask);
  const words = listWords(ask.userText, scorer).map(({ word, without }): FeatureEffect => {
    const effect = lead - measureLead(score, { ...ask, userText: without, userTurns: [without] });
    return { feature: word, kind: 'word', effect };
  });
  const shapes = structuralFeatureNames.flatMap((feature, index): FeatureEffect[] => {
    const neutral = neutralizeShape(scorer, index);
    if (neutral === undefined) return [];
    const effect = lead - measureLead(createPromptScorer(neutral), ask);
    return [{ feature, kind: 'shape', effect }];
  });
  return [...words, ...shapes]
    .filter(({ effect }) => Math.abs(effect) >= minEffect)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
    .slice(0, maxFeatures);
}

/** A scorer that ignores one measure of shape; undefined if the scorer does not use it anyway. */
function neutralizeShape(
  scorer: RoundedTaskMixtureModel,
  index: number,
): RoundedTaskMixtureModel | undefined {
  if (scorer.features.structuralDeviation[index] === 0) return undefined;
  // With a deviation of 0, a measure counts as its training mean.
  const structuralDeviation = scorer.features.structuralDeviation.slice();
  structuralDeviation[index] = 0;
  return { ...scorer, features: { ...scorer.features, structuralDeviation } };
}

/** The different words of a text, and the text without each. */
function listWords(
  text: string,
  { features: { spec } }: RoundedTaskMixtureModel,
): { word: string; without: string }[] {
  const list = createTokenList();
  readTokens(text, spec, list);
  const places = new Map<string, [number, number][]>();
  for (let place = 0; place < 4 * list.size; place += 4) {
    if (list.tokens[place + 3] === TokenKind.Symbol) continue;
    const [start, end] = [valueAt(list.tokens, place), valueAt(list.tokens, place + 1)];
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
  { fields, needs }: { readonly fields: PromptFields; readonly needs: RequestNeeds },
  item: RankedModel,
): ExplainedModel {
  const index = policy.models.findIndex(({ id }) => id === item.model);
  const posterior = listPosterior(policy, decision);
  const tasks = listLikelyTasks(posterior);
  const model = policy.models[index];
  const costs = model === undefined ? [] : listTaskCosts(model.cost, tasks, needs, item);
  return {
    ...item,
    qualityRange:
      policy.scorer.kind === 'constant'
        ? [item.quality, item.quality]
        : rangeOf([item.quality, ...computeTaskQualities(policy.scorer, index, tasks, fields)]),
    costRangeUsd: item.costUsd === null ? null : rangeOf([item.costUsd, ...costs]),
    latencyRangeMs:
      item.latencyMs === null || model === undefined
        ? null
        : [item.latencyMs, estimateP95LatencyMs(model.latency, posterior)],
  };
}

/** Probability of each task. A constant policy has a single one, which its decisions do not list. */
function listPosterior({ tasks }: Policy, { task: likely }: ChosenDecision): number[] {
  if (tasks.length === 1) return [1];
  const listed = tasks.map((name) => likely.find(({ task }) => task === name)?.probability ?? 0);
  const total = listed.reduce((sum, probability) => sum + probability, 0);
  return listed.map((probability) => (total > 0 ? probability / total : 1 / tasks.length));
}

/** The tasks that count as likely: of many that are all improbable, the most probable one. */
function listLikelyTasks(posterior: readonly number[]): number[] {
  const enough = Math.min(minLikelyProbability, Math.max(...posterior));
  return posterior.flatMap((probability, task) => (probability >= enough ? [task] : []));
}

/** The costs of a request, if each of some tasks were certain; none where costs are unknown. */
function listTaskCosts(
  cost: Policy['models'][number]['cost'],
  tasks: readonly number[],
  needs: RequestNeeds,
  { costUsd }: RankedModel,
): number[] {
  if (cost.kind === 'recorded') return tasks.map((task) => valueAt(cost.costUsd, task));
  if (cost.kind !== 'tokens' || costUsd === null) return [];
  const { characters, attachmentTokens } = needs;
  const inputUsd = estimateCostUsd({ ...cost, outputTokens: [] }, characters, [], attachmentTokens);
  return tasks.map(
    (task) => inputUsd + (valueAt(cost.outputTokens, task) * cost.price.outputPerMillionUsd) / 1e6,
  );
}

/** The estimates of a model's quality, if each of the likely tasks were certain. */
function computeTaskQualities(
  scorer: RoundedTaskMixtureModel,
  model: number,
  tasks: readonly number[],
  fields: PromptFields,
): number[] {
  const score = createPromptScorer(scorer);
  return tasks.map((task) => valueAt(score(fields, task).quality, model));
}

function rangeOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
