import type { Interval, Verdict } from '../../../policy/file/policy.js';
import type { ObjectiveBill, Report } from '../report.js';
import {
  formatDistance,
  formatMoney,
  formatPoints,
  formatRange,
  formatShare,
} from '../typeset-number.js';
import { describeVolume } from './parts.js';

/** The verdict in a few words. */
export function describeVerdict({ evaluation, money }: Report): string {
  const { headline } = money;
  if (evaluation.verdict.decision !== 'ROUTE' || headline === null || !headline.pays) {
    return evaluation.verdict.decision === 'ROUTE'
      ? 'Routing pays, but not for this objective.'
      : 'Don’t route: one model for everything does as well.';
  }
  if (headline.model !== null) return 'Use one model: the policy’s promise holds only so.';
  return `Routing pays: ${describeAnswers(headline.qualityDifference)} ${describeCost(headline.savedShare)}.`;
}

function describeAnswers(difference: Interval | null): string {
  if (difference === null) return 'answers';
  if (difference.low > 0) return 'better answers';
  if (difference.high < 0) return `answers ${formatDistance(-difference.mean)} points worse`;
  return 'answers about as good';
}

function describeCost(saved: Interval | null): string {
  if (saved === null) return 'at a cost that is not known';
  if (saved.low > 0) return `for ${formatShare(saved.mean)} less`;
  return saved.high < 0 ? `for ${formatShare(-saved.mean)} more` : 'for about the same money';
}

/** The verdict in a sentence with its intervals. */
export function describeEvidence({ money, evaluation }: Report): string {
  const { headline, now, volume } = money;
  if (evaluation.verdict.decision !== 'ROUTE' || headline === null) {
    return describeNoRoute(evaluation.verdict, now.model);
  }
  const parts = [
    `Under “${headline.objective}”, ${describeChoice(headline)} would cost ` +
      `${formatMoney(headline.costUsd)} instead of ${formatMoney(now.costUsd)} ${describeVolume(volume)}`,
    ...(headline.savedShare === null ? [] : [describeSaving(headline.savedShare)]),
    ...(headline.qualityDifference === null ? [] : [describeQuality(headline.qualityDifference)]),
  ];
  return `${parts.join(', ')}.`;
}

/** Why not to route, by the objective that came nearest to paying. */
function describeNoRoute({ evidence, bestConstant }: Verdict, now: string | null): string {
  const nearest = [...evidence].sort(
    (a, b) => b.utilityDifference.mean - a.utilityDifference.mean,
  )[0];
  if (nearest === undefined) return 'Nothing was compared.';
  const { utilityDifference, objective } = nearest;
  const model = bestConstant ?? nearest.bestConstant;
  return (
    `For no objective does routing beat every mix of single models by more than chance explains: ` +
    `the nearest, “${objective}”, is ${formatPoints(utilityDifference.mean)} points of quality, less what it ` +
    `costs, against ${nearest.bestConstant} (${formatRange(utilityDifference, formatPoints)}). ` +
    (model === now ? `Stay with ${model}.` : `Use ${model}.`)
  );
}

function describeChoice({ model }: ObjectiveBill): string {
  return model === null ? 'routing' : `one model, ${model},`;
}

function describeSaving(saved: Interval): string {
  const isMore = saved.mean < 0;
  const [first, second] = isMore ? [-saved.high, -saved.low] : [saved.low, saved.high];
  const share = formatShare(Math.abs(saved.mean));
  const range = formatRange({ mean: saved.mean, low: first, high: second }, formatShare);
  if (saved.low === saved.high) return saved.mean === 0 ? 'the same' : `${share} less`;
  return `${share} ${isMore ? 'more' : 'less'} (${range})`;
}

function describeQuality(difference: Interval): string {
  if (difference.low === difference.high && difference.mean === 0) return 'with the same answers';
  const { mean, low, high } = difference;
  const plain = (value: number): string => formatDistance(value);
  if (low > 0) return `with quality ${plain(mean)} points higher (${plain(low)} to ${plain(high)})`;
  if (high < 0)
    return `with quality ${plain(-mean)} points lower (${plain(-high)} to ${plain(-low)})`;
  return `with no difference in quality that can be told from chance (${formatPoints(mean)} points, ${formatRange(difference, formatPoints)})`;
}
