import { html, type Html, type HtmlValue } from '../html.js';
import type { Bill, ObjectiveBill, Report } from '../report.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import {
  formatMoney,
  formatQualityPercent,
  formatRange,
  formatShare,
  unknown,
} from '../typeset-number.js';
import { describeEvidence, describeVerdict } from './describe-verdict.js';
import {
  describeVolume,
  renderDifference,
  renderName,
  renderTable,
  simulatedTag,
} from './parts.js';

/** The verdict, the bill, and what each objective comes to. */
export function renderVerdict(report: Report): Html {
  const { evaluation, simulated } = report;
  const { verdict, prompts, groups, folds, leakedGroups } = evaluation;
  const isRoute = verdict.decision === 'ROUTE';
  return html`<section id="verdict" aria-labelledby="verdict-title">
    <p class="badge ${isRoute ? 'good' : 'still'}">
      ${verdict.decision === 'ROUTE' ? 'ROUTE' : 'DON’T ROUTE'}${simulated && ' · simulated'}
    </p>
    <h1 id="verdict-title">${describeVerdict(report)}</h1>
    <p class="lead">${describeEvidence(report)}</p>
    <p class="note">
      Measured on ${formatCount(prompts, 'held-out prompt')} in ${formatCount(groups, 'group')} of
      near-duplicates, in ${formatCount(folds, 'turn')}; no choice was made on
      them${
        leakedGroups === 0
          ? ', and no group is on both sides of a split'
          : html`, but <strong>${formatCount(leakedGroups, 'group')} leaked into training</strong>`
      }.
      Ranges, here and below, are ${'95\u202f%'} intervals.
    </p>
    ${renderBill(report)} ${renderObjectives(report)}
  </section>`;
}

interface BillLine {
  readonly title: HtmlValue;
  readonly detail: HtmlValue;
  readonly costUsd: number | null;
  readonly quality: HtmlValue;
  readonly kind: 'now' | 'policy' | 'other';
}

/** Bars of what all requests cost: now, and with what could take its place. */
function renderBill({ money, overkill, simulated }: Report): Html {
  const { now, headline, volume } = money;
  const lines: BillLine[] = [
    {
      title: 'Now',
      detail: renderModel(now),
      costUsd: now.costUsd,
      quality: formatQualityPercent(now.quality),
      kind: 'now',
    },
  ];
  if (headline !== null) {
    lines.push({
      title: 'With the policy',
      detail: html`“${headline.objective}”${headline.model !== null && html`: always ${renderModel(headline)}`}`,
      costUsd: headline.costUsd,
      quality: formatQualityPercent(headline.quality),
      kind: 'policy',
    });
    if (headline.bestConstant.model !== headline.model) {
      const { bestConstant } = headline;
      const isNow = bestConstant.model === now.model;
      lines.push({
        title: 'Best single model',
        detail: isNow ? 'the one in use' : renderModel(bestConstant),
        costUsd: bestConstant.costUsd,
        quality: formatQualityPercent(bestConstant.quality),
        kind: 'other',
      });
    }
  }
  if (overkill.savedUsd > 0 && overkill.costUsd !== null) {
    const tasks = overkill.lines.filter(({ cheaper }) => cheaper !== null).length;
    lines.push({
      title: 'Task by task, by hand',
      detail: html`a cheaper model in <a href="#overkill">${formatCount(tasks, 'task')}</a>`,
      costUsd: overkill.costUsd - overkill.savedUsd,
      quality: 'not worse',
      kind: 'other',
    });
  }
  const highest = Math.max(...lines.map(({ costUsd }) => costUsd ?? 0));
  return html`<div class="bill">
    <p class="bill-head">
      ${simulatedTag(simulated)}The bill ${describeVolume(volume)}${describeRequests(volume)}
    </p>
    ${lines.map(
      ({ title, detail, costUsd, quality, kind }) =>
        html`<div class="bill-line ${kind}">
          <p class="bill-name"><strong>${title}</strong> <span>${detail}</span></p>
          <p class="bill-bar" aria-hidden="true">
            <span style="width:${computeWidth(costUsd, highest)}%"></span>
          </p>
          <p class="bill-cost">${formatMoney(costUsd)}</p>
          <p class="bill-quality"><span class="small">quality</span> ${quality}</p>
        </div>`,
    )}
  </div>`;
}

function computeWidth(costUsd: number | null, highest: number): string {
  return costUsd === null || highest === 0
    ? '0'
    : Math.max(0.4, (100 * costUsd) / highest).toFixed(1);
}

function describeRequests(volume: Report['money']['volume']): HtmlValue {
  if (volume.kind === 'per_thousand') {
    return html`. How many there are a month was not said; <code>--monthly-requests</code> does.`;
  }
  const what =
    volume.kind === 'mix' ? 'tasks as the mix file has them' : 'tasks as often as in the run';
  return `, for ${formatWhole(volume.requests)} requests, ${what}`;
}

function renderModel({ model }: Bill): HtmlValue {
  return model === null ? 'several models' : renderName(model);
}

function renderObjectives({ money, simulated }: Report): HtmlValue {
  if (money.objectives.length === 0) return null;
  return html`<h2 class="minor">What each objective comes to</h2>
    <p>
      ${simulatedTag(simulated)}Routing pays for an objective where it beats every mix of single
      models of the same cost; for the others, the policy names one model. Against
      ${renderModel(money.now)}, which is in use now:
    </p>
    ${renderTable(
      'What each objective comes to',
      [
        { title: 'objective', kind: 'text' },
        { title: 'pays', kind: 'text' },
        { title: describeVolume(money.volume) },
        { title: 'saved' },
        { title: 'quality' },
        { title: 'against now, points' },
        { title: 'hardest single model to beat', kind: 'text' },
      ],
      money.objectives.map(renderObjective),
    )}`;
}

function renderObjective(bill: ObjectiveBill): readonly HtmlValue[] {
  const { objective, description, pays, model, savedShare, bestConstant } = bill;
  return [
    html`<strong>${objective}</strong
      >${description !== null && html` <span class="small">${description}</span>`}`,
    pays ? html`<span class="yes">yes</span>` : 'no',
    formatMoney(bill.costUsd),
    savedShare === null
      ? unknown
      : html`${formatShare(savedShare.mean)}
          <span class="range">${formatRange(savedShare, formatShare)}</span>`,
    formatQualityPercent(bill.quality),
    renderDifference(bill.qualityDifference),
    html`${model === null ? html`${renderModel(bestConstant)}` : html`always ${renderName(model)}`}
      <span class="small"
        >${model === null && `${formatMoney(bestConstant.costUsd)}, ${formatQualityPercent(bestConstant.quality)}`}</span
      >`,
  ];
}
