import type { Interval, ObjectiveEvidence } from '../../../policy/file/policy.js';
import type { Advice } from '../../evaluate/verdict/compute-advice.js';
import { describeAdvice } from '../../evaluate/verdict/describe-advice.js';
import { findStrategy } from '../../evaluate/strategies/strategy-id.js';
import { describeRemedy } from '../missing-objectives.js';
import type {
  Bill,
  EvaluationOrigin,
  Money,
  ObjectiveBill,
  Report,
  ReportedEvaluation,
} from '../report.js';
import {
  formatDistance,
  formatMoney,
  formatPoints,
  formatPointsRange,
  formatRange,
  formatShare,
} from '../typeset-number.js';
import { joinNames } from '../../../util/join-names.js';
import { describeVolume } from './parts.js';

/** The verdict in a few words. */
export function describeVerdict({ advice, money }: Report): string {
  const { headline, notEvaluated } = money;
  if (advice.routedOtherwise !== undefined) {
    return 'Don’t route with this policy file: it has one model for every objective.';
  }
  if (advice.kind === 'not_enough_evidence') {
    return 'Don’t route: there is not enough evidence yet that routing pays.';
  }
  if (advice.kind === 'single_model') return 'Don’t route: a single model does as well.';
  if (notEvaluated !== null) {
    return headline === null || headline.model !== null
      ? `The policy’s default objective, “${notEvaluated}”, was not evaluated.`
      : `Under “${headline.objective}”, ${describeGain(headline, money.now)}; the policy’s default, “${notEvaluated}”, was not evaluated.`;
  }
  if (headline === null || (headline.model !== null && !headline.pays)) {
    return 'Routing pays, but not for this objective.';
  }
  if (!headline.isPlannedAlike && headline.model === null) {
    return headline.pays
      ? 'Routing pays as the policy file has it, but this page has no figures for that.'
      : 'The policy file routes, but this page has no figures for that.';
  }
  if (headline.model !== null)
    return 'Use one model: routing is not shown to keep the promise of this objective.';
  const where = money.volume.kind === 'mix' ? 'On this mix' : 'Routing pays';
  return `${where}: ${describeGain(headline, money.now)}.`;
}

function describeGain(headline: ObjectiveBill, now: Bill): string {
  return `${describeAnswers(headline.qualityDifference)} ${describeCost(headline, now)}`;
}

function describeAnswers(difference: Interval | null): string {
  if (difference === null) return 'answers of unknown quality';
  if (difference.low > 0) return 'better answers';
  if (difference.high < 0) return `quality ${formatDistance(difference.mean)} points lower`;
  return 'similar answers';
}

/**
 * What costs nothing now has no share that could be saved, although both costs are known. Nor is a share
 * known where the two costs do not fit what is saved on prompts that both answered.
 */
function describeCost({ costUsd, savedShare: saved }: Bill, now: Bill): string {
  if (now.costUsd === 0 && costUsd !== null) {
    return costUsd === 0 ? 'at no cost' : `for ${formatMoney(costUsd)} instead of nothing`;
  }
  if (saved === null) {
    return costUsd === null || now.costUsd === null
      ? 'at an unknown cost'
      : `for ${formatMoney(costUsd)} instead of ${formatMoney(now.costUsd)}`;
  }
  if (saved.low > 0) return `for ${formatShare(saved.mean)} less`;
  return saved.high < 0 ? `for ${formatShare(-saved.mean)} more` : 'at about the same cost';
}

/** The verdict in a sentence with its intervals, and what it does not cover. */
export function describeEvidence(report: Report): string {
  const { headline, notEvaluated, volume } = report.money;
  const found = [
    describeFound(report),
    ...(headline === null || headline.isInPolicy
      ? []
      : [`The policy file does not have “${headline.objective}”.`]),
    ...(volume.kind === 'mix' ? [sharesOfRun] : []),
  ].join(' ');
  if (notEvaluated === null) return found;
  const remedy = describeRemedy([notEvaluated], report.provenance.evaluationOrigin);
  const how = remedy === undefined ? '' : `: to include it, ${remedy}`;
  return `${found} These figures are not of “${notEvaluated}”, the default objective of the policy file${how}.`;
}

/** What a mix leaves as it is. */
const sharesOfRun =
  'The verdict, whether routing pays, the descriptions and promises of objectives and the models that are ' +
  'hardest to beat are those of the task shares of the run, not of this mix.';

/** How to have a page planned as its policy file is. */
const optionsRemedy: Readonly<Record<EvaluationOrigin, string>> = {
  report: 'Give “report” the options that “train” was given.',
  evaluate: 'Give “evaluate” the options that “train” was given, and “report” the new evaluation.',
  program: 'Evaluate with the options that the policy was trained with.',
};

function describeFound({ money, evaluation, advice, provenance }: Report): string {
  const { headline, now, volume } = money;
  if (advice.kind !== 'route' || headline === null) {
    return describeNoRoute(evaluation, advice, money);
  }
  const { objective, savedShare, qualityDifference } = headline;
  const saving = savedShare === null ? [] : [describeSaving(savedShare)];
  const isPriced = headline.costUsd !== null && now.costUsd !== null;
  const bill = `${formatMoney(headline.costUsd)} instead of ${formatMoney(now.costUsd)} ${describeVolume(volume)}`;
  const costs = isPriced ? [bill, ...saving] : saving;
  const quality =
    qualityDifference === null
      ? []
      : [describeQuality(qualityDifference, isSameModel(evaluation, headline, now))];
  if (!headline.isPlannedAlike && headline.model === null) {
    return (
      `Quality and cost with the objective “${objective}” are not known: this page is planned with another ` +
      `baseline or other options than the policy file. ${optionsRemedy[provenance.evaluationOrigin]}`
    );
  }
  if (costs.length + quality.length === 0) {
    return `Quality and cost with the objective “${objective}” are unknown.`;
  }
  const verb = costs.length > 0 ? 'would cost' : 'would answer';
  return `With the objective “${objective}”, ${describeChoice(headline)} ${verb} ${[...costs, ...quality].join(', ')}.`;
}

/** Why not to route, by the objective that is closest to paying, and what to do. */
function describeNoRoute(
  evaluation: ReportedEvaluation,
  advice: Advice,
  { objectives, now }: Money,
): string {
  const others = objectives.filter(({ isInPolicy }) => !isInPolicy);
  const own = evaluation.verdict.evidence.filter((evidence) =>
    others.every(({ objective }) => objective !== evidence.objective),
  );
  if (own.length === 0) return 'Nothing of the policy was compared.';
  const isPlannedAlike = ({ objective }: ObjectiveEvidence): boolean =>
    objectives.some((one) => one.objective === objective && one.isPlannedAlike);
  const closest = own
    .filter(isPlannedAlike)
    .sort((a, b) => gainOf(b, evaluation) - gainOf(a, evaluation))[0];
  const { action, detail } = describeAdvice(advice, now.model);
  if (advice.routedOtherwise !== undefined) {
    const names = advice.routedOtherwise.map((name) => `“${name}”`);
    return [
      'The policy file uses one model for every objective.',
      `Routing as planned for this page beats every mix of single models for ${joinNames(names)}:`,
      'train again with the options of this page.',
      ...(action === undefined ? [] : [action]),
    ].join(' ');
  }
  return [
    advice.unkept.length > 0
      ? 'Routing is not shown to keep its promise.'
      : 'Routing does not significantly beat every mix of single models for any objective' +
        `${others.length > 0 ? ' of the policy file' : ''}.`,
    ...(closest === undefined ? [] : [describeClosest(evaluation, closest)]),
    ...(action === undefined ? [] : [action]),
    ...(detail === undefined ? [] : [detail]),
  ].join(' ');
}

/** The observed gain over every single model, of which the hardest to beat may leave more than another. */
function gainOf(
  { objective, utilityDifference }: ObjectiveEvidence,
  { detection }: ReportedEvaluation,
): number {
  const found = detection?.gains.find((gain) => gain.objective === objective);
  return found?.mean ?? utilityDifference.mean;
}

function describeClosest(
  { strategies }: ReportedEvaluation,
  { objective, bestConstant, utilityDifference }: ObjectiveEvidence,
): string {
  const [most, second] = findStrategy(strategies, { kind: 'routed', objective })?.shares ?? [];
  if (most !== undefined && second === undefined) {
    return `Under “${objective}”, routing chose ${most.model} for every held-out prompt.`;
  }
  return (
    `The closest, “${objective}”, differs from ${bestConstant}, the model that is hardest to beat, by ` +
    `${formatPoints(utilityDifference.mean)} points of quality net of cost and latency ` +
    `(${formatPointsRange(utilityDifference)}).`
  );
}

function describeChoice({ model }: ObjectiveBill): string {
  return model === null ? 'routing' : `using only ${model}`;
}

function describeSaving(saved: Interval): string {
  const isMore = saved.mean < 0;
  const [first, second] = isMore ? [-saved.high, -saved.low] : [saved.low, saved.high];
  const share = formatShare(Math.abs(saved.mean));
  const range = formatRange({ mean: saved.mean, low: first, high: second }, formatShare);
  if (saved.low === saved.high && saved.mean === 0) return 'the same';
  if (saved.low === saved.high) return `${share} ${isMore ? 'more' : 'less'}`;
  return `${share} ${isMore ? 'more' : 'less'} (${range})`;
}

/** Whether the headline has every prompt answered by the model that answers now. */
function isSameModel({ strategies }: ReportedEvaluation, headline: ObjectiveBill, now: Bill) {
  if (headline.model !== null) return headline.model === now.model;
  const { objective } = headline;
  const shares = findStrategy(strategies, { kind: 'routed', objective })?.shares ?? [];
  return shares.length === 1 && shares[0]?.model === now.model;
}

function describeQuality(difference: Interval, isSame: boolean): string {
  if (difference.low === difference.high && difference.mean === 0) {
    return isSame ? 'with the same answers' : 'with equal grades';
  }
  const { mean, low, high } = difference;
  const points = formatDistance(mean);
  if (low > 0) {
    return `with quality ${points} points higher (${formatDistance(low)} to ${formatDistance(high)})`;
  }
  if (high < 0) {
    return `with quality ${points} points lower (${formatDistance(high)} to ${formatDistance(low)})`;
  }
  return `with no significant difference in quality (${formatPoints(mean)} points, ${formatPointsRange(difference)})`;
}
