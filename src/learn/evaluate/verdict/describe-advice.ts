import { formatCount, formatQuality, formatWhole } from '../../../util/format-number.js';
import { joinNames } from '../../../util/join-names.js';
import type { Advice, EnoughEvidence } from './compute-advice.js';
import { minIntervalGroups } from '../statistics/grouped-mean.js';
import { relevantGain } from './prompts-needed.js';

/** Advice in words, for the terminal, the policy file and the report alike. */
export interface AdviceText {
  readonly verdict: 'ROUTE' | "DON'T ROUTE";
  /** Why, without a full stop. */
  readonly reason: string;
  /** What to do: the model to use. Absent where the policy routes by default. */
  readonly action?: string;
  /** What the evidence rules out, or what would be enough of it. */
  readonly detail?: string;
}

/** What it takes to mark a promise as shown. */
export const shownText =
  'Shown: on the held-out prompts, by a one-sided bound, and for a share of the quality against every model (or ' +
  '--baseline), as any of them may be the best. The model that looks best is unmarked where that is not shown.';

/**
 * Puts advice into words.
 *
 * @param now the model in use now, if it is known
 */
export function describeAdvice(advice: Advice, now: string | null = null): AdviceText {
  const { model } = advice;
  const verb = model === now ? 'Keep using' : 'Use';
  const action =
    model === null
      ? {}
      : { action: `${verb} ${model} ${describeReach(advice)}${describeOthers(advice)}.` };
  if (advice.routedOtherwise !== undefined) {
    const reason =
      'the policy uses one model for every objective, but routing as planned here beats every mix of single ' +
      `models for ${quote(advice.routedOtherwise)}: train again with the same options`;
    return { verdict: "DON'T ROUTE", reason, ...action };
  }
  switch (advice.kind) {
    case 'route':
      return { verdict: 'ROUTE', reason: describeRoute(advice) };
    case 'single_model':
      return {
        verdict: "DON'T ROUTE",
        reason: describeLoss(advice),
        ...action,
        detail: `A gain of ${formatQuality(relevantGain)} or more over every single model would have been detected.`,
      };
    case 'not_enough_evidence':
      return {
        verdict: "DON'T ROUTE",
        reason: `not enough evidence yet: ${describeFewEffective(advice) ?? describeLoss(advice)}`,
        ...action,
        ...describeLack(advice),
      };
  }
}

function describeReach({ promptsBeyondModel = 0, heldOutPrompts }: Advice): string {
  if (promptsBeyondModel === 0) return 'for every prompt';
  const all = formatCount(heldOutPrompts, 'prompt');
  return `wherever it can answer, and another model for the rest (${formatWhole(promptsBeyondModel)} of ${all})`;
}

/** Without them, the one model would seem to be for every objective. */
function describeOthers({ objective, others = [] }: Advice): string {
  if (others.length === 0) return '';
  const list = others.map(({ model, objectives }) => `${model} for ${quote(objectives)}`);
  const promises =
    others.flatMap(({ objectives }) => objectives).length === 1 ? 'promise' : 'promises';
  const areThey = others.length === 1 ? 'it is' : 'they are';
  return ` by default ("${objective}"), or ${joinNames(list)}, whose ${promises} ${areThey} shown to keep`;
}

/** What a policy does under an objective that has one model, of which some prompts may be beyond it. */
export function describeConstant(model: string, promptsBeyondModel: number): string {
  return promptsBeyondModel === 0 ? `always ${model}` : `${model} wherever that can answer`;
}

function describeRoute({ routed, objective, model, promptsBeyondModel = 0 }: Advice): string {
  const pays = `routing beats every mix of single models for ${quote(routed)} on held-out prompts`;
  if (model !== null) {
    const use =
      promptsBeyondModel === 0 ? `always uses ${model}` : `uses ${model} wherever that can answer`;
    return `${pays}, but the default, "${objective}", ${use}`;
  }
  return routed.length > 1 ? `${pays}; "${objective}" is the default` : `${pays}, the default`;
}

/** Why no objective was tested; undefined where they were. */
function describeFewEffective({ effectivePrompts, heldOutPrompts }: Advice): string | undefined {
  if (effectivePrompts === undefined) return undefined;
  const all = formatCount(heldOutPrompts, 'held-out prompt');
  return (
    'a few prompts, or groups of near-duplicates, have most of the weight, so that ' +
    `${all} show no more than ${formatWhole(effectivePrompts)} of equal weight`
  );
}

function describeLoss({ unkept }: Advice): string {
  return unkept.length > 0
    ? `routing beats every mix of single models for ${quote(unkept)} on held-out prompts, but is not shown to keep its promise`
    : 'for no objective does routing beat every mix of single models on held-out prompts by more than chance explains';
}

/** More prompts of the same kind do not help where they cannot be compared. */
function describeLack({
  effectivePrompts,
  isUnpaired,
  enough,
}: Advice): Pick<AdviceText, 'detail'> {
  if (effectivePrompts !== undefined) {
    return {
      detail:
        `A test takes prompts that show as much as ${minIntervalGroups} of equal weight: sweep more prompts unlike those ` +
        'that have most of the weight, or make the weights more equal. With --balance task, that means more prompts of ' +
        'the smallest tasks.',
    };
  }
  if (isUnpaired === true) {
    return {
      detail:
        'The best models have too few outcomes of the same prompts to be compared: sweep some prompts with all of them.',
    };
  }
  return enough === undefined ? {} : { detail: describeEnough(enough) };
}

function describeEnough({ promptsNeeded, objective, observed }: EnoughEvidence): string {
  const where = objective === undefined ? '' : ` for "${objective}"`;
  const any = `${about(promptsNeeded)} would show a gain of ${formatQuality(relevantGain)}${where} with 80 % probability.`;
  if (observed === undefined) return any;
  return `${about(observed.promptsNeeded)} would show the gain of ${formatQuality(observed.gain)} observed for "${observed.objective}", if it is real. ${any}`;
}

/** A number of prompts with two digits, which are enough for an estimate. */
function about(count: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return `About ${formatCount(Math.ceil(count / unit) * unit, 'prompt')} in all`;
}

function quote(names: readonly string[]): string {
  return joinNames(names.map((name) => `"${name}"`));
}
