import { canonicalJson } from '../../../util/canonical-json.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Bill, ObjectiveBill, Report } from '../report.js';
import { formatCount } from '../../../util/format-number.js';
import {
  formatMoney,
  formatQualityPercent,
  formatRange,
  formatShare,
  unknown,
} from '../typeset-number.js';
import { findMissingObjectives } from '../missing-objectives.js';
import { describeFolds, describePrompts } from '../../evaluate/verdict/describe-folds.js';
import { describeAdvice } from '../../evaluate/verdict/describe-advice.js';
import { describeEvidence, describeVerdict } from './describe-verdict.js';
import {
  describeVolume,
  renderConstant,
  renderDifference,
  renderName,
  renderTable,
  simulatedTag,
} from './parts.js';

/** The verdict, the costs, and the results of each objective. */
export function renderVerdict(report: Report): Html {
  const { evaluation, simulated, advice } = report;
  const { groups, leakedGroups } = evaluation;
  const { verdict } = describeAdvice(advice);
  return html`<section id="verdict" aria-labelledby="verdict-title">
    <p class="badge ${verdict === 'ROUTE' ? 'good' : 'still'}">
      ${verdict.replace("'", '’')}${simulated && ' · simulated'}
    </p>
    <h1 id="verdict-title">${describeVerdict(report)}</h1>
    <p class="lead">${describeEvidence(report)}</p>
    <p class="note">
      ${describeFolds(evaluation)}: ${describePrompts(evaluation)} in
      ${formatCount(groups, 'group')} of near-duplicates. No scorer saw the prompts that it is
      tested on,
      ${
        leakedGroups === 0
          ? 'and no group is on both sides of a split'
          : html`but
              <strong>${formatCount(leakedGroups, 'group')} on both sides of a split</strong>
              ${leakedGroups === 1 ? 'makes' : 'make'} these figures too good`
      }.
      Ranges on this page are ${formatShare(0.95)} intervals. ${describeFigures(report)}
    </p>
    ${renderBill(report)} ${renderObjectives(report)}
  </section>`;
}

/** Whose figures the costs and the results by objective are. */
function describeFigures(report: Report): string {
  const { evaluation, policy, money } = report;
  const { delivery, objectives } = evaluation;
  const isOfRun = policy?.isPolicyOfRun === true;
  if (isOfRun && canonicalJson(policy.objectives) !== canonicalJson(objectives)) {
    const isAlike = money.objectives.every(({ isPlannedAlike }) => isPlannedAlike);
    return (
      'For each objective of the policy file below, the costs and the results are of routing or of one ' +
      'model, as the file has it. ' +
      (isAlike
        ? 'Routing is measured with the plan found for this page, which is not that of the file, so the file’s ' +
          'own results differ.'
        : 'Whether routing pays is what the file says where it was planned otherwise than this page, with another ' +
          'baseline or other options; its routing has no figures there.') +
      describeMissing(report)
    );
  }
  if (delivery === null) return 'The figures of routing are those of the scorers in the test.';
  const file = isOfRun ? 'the policy file below' : 'the policy file that “train” would now write';
  if (money.volume.kind === 'mix') {
    return (
      `The figures of routing are those of the scorers in the test on each task of the mix, with the plan of ${file}: ` +
      'the file is fitted to more prompts, and may choose a little differently.'
    );
  }
  const figures = `The costs and the results by objective are what ${file} delivers on prompts like these`;
  return policy === null || isOfRun
    ? `${figures}: their ranges allow for which prompts were held out, and for refitting to all of them.`
    : `${figures}. The policy file below was trained on other outcomes, or with other models or ` +
        'weights, so its own results differ.';
}

/** Which options would have the page plan what the policy file does. */
function describeMissing(report: Report): string {
  const missing = findMissingObjectives(report);
  if (missing === undefined) return '';
  const { names, remedy } = missing;
  const how = remedy === undefined ? '' : ` To include them, ${remedy}.`;
  return ` This page does not evaluate the file’s objectives ${names}.${how}`;
}

interface BillLine {
  readonly title: string;
  readonly detail: HtmlValue;
  readonly costUsd: number | null;
  readonly quality: HtmlValue;
  readonly kind: 'now' | 'policy' | 'other';
}

/** Bars of the cost of all requests: now, and with each alternative. */
function renderBill(report: Report): Html {
  const { volume } = report.money;
  const lines = listBillLines(report);
  const highest = Math.max(...lines.map(({ costUsd }) => costUsd ?? 0));
  return html`<div class="bill">
    <p class="bill-head">
      ${simulatedTag(report.simulated)}Cost ${describeVolume(volume)}${describeRequests(volume)}
    </p>
    ${lines.map((line) => renderBillLine(line, highest))}
  </div>`;
}

function listBillLines({ money: { now, headline }, overkill }: Report): BillLine[] {
  const lines: BillLine[] = [
    { title: 'Now', detail: renderModel(now), ...describeBill(now), kind: 'now' },
  ];
  if (headline !== null) {
    const { objective, model, promptsBeyondModel, bestConstant, isInPolicy } = headline;
    lines.push({
      title: model === null ? 'With routing' : 'With one model',
      detail: html`“${objective}”${model !== null && html`: ${renderConstant(model, promptsBeyondModel)}`}${!isInPolicy && ', not in the policy file'}`,
      ...describeBill(headline),
      kind: 'policy',
    });
    if (model === null) {
      lines.push({
        title: 'Model hardest to beat',
        detail:
          bestConstant.model === now.model ? 'the model in use now' : renderModel(bestConstant),
        ...describeBill(bestConstant),
        kind: 'other',
      });
    }
  }
  const perTaskUsd = scaleOverkill(now.costUsd, overkill);
  if (overkill.savedUsd > 0 && perTaskUsd !== null) {
    const tasks = overkill.lines.filter(
      ({ cheaper, requests }) => cheaper !== null && requests > 0,
    ).length;
    lines.push({
      title: 'One model per task',
      detail: html`a cheaper model for <a href="#overkill">${formatCount(tasks, 'task')}</a>`,
      costUsd: perTaskUsd,
      quality: 'not worse',
      kind: 'other',
    });
  }
  return lines;
}

/**
 * The cost with one model per task: the same share of the bill is saved as of the costs of the overkill
 * table, which are means of what was recorded, and may be of other prompts. Null where unknown.
 */
function scaleOverkill(
  nowUsd: number | null,
  { savedUsd, costUsd }: Report['overkill'],
): number | null {
  return nowUsd === null || costUsd === null || costUsd === 0
    ? null
    : nowUsd * (1 - savedUsd / costUsd);
}

function describeBill({ costUsd, quality }: Bill): Pick<BillLine, 'costUsd' | 'quality'> {
  return { costUsd, quality: formatQualityPercent(quality) };
}

function renderBillLine(
  { title, detail, costUsd, quality, kind }: BillLine,
  highest: number,
): Html {
  return html`<div class="bill-line ${kind}">
    <p class="bill-name"><strong>${title}</strong> <span>${detail}</span></p>
    <p class="bill-bar" aria-hidden="true">
      <span style="width:${computeWidth(costUsd, highest)}%"></span>
    </p>
    <p class="bill-cost">${formatMoney(costUsd)}</p>
    <p class="bill-quality"><span class="small">quality</span> ${quality}</p>
  </div>`;
}

function computeWidth(costUsd: number | null, highest: number): string {
  return costUsd === null || highest === 0
    ? '0'
    : Math.max(0.4, (100 * costUsd) / highest).toFixed(1);
}

function describeRequests(volume: Report['money']['volume']): HtmlValue {
  if (volume.kind === 'per_thousand') {
    return html`. Set your volume with <code>--monthly-requests</code>.`;
  }
  const what =
    volume.kind === 'mix' ? 'task shares from the mix file' : 'task shares as in the run';
  return ` of ${formatCount(volume.requests, 'request')}, with ${what}`;
}

function renderModel({ model }: Bill): HtmlValue {
  return model === null ? 'several models' : renderName(model);
}

function renderObjectives({ money, simulated }: Report): HtmlValue {
  if (money.objectives.length === 0) return null;
  return html`<h2 class="minor">Results by objective</h2>
    <p>
      ${simulatedTag(simulated)}Routing pays for an objective if it beats every mix of single models
      at the same cost or latency. Otherwise the policy uses one model for it. Differences are from
      ${renderModel(money.now)}, the model in use now.
    </p>
    ${renderTable(
      'Results by objective',
      [
        { title: 'objective', kind: 'text' },
        { title: 'routing pays', kind: 'text' },
        { title: `cost ${describeVolume(money.volume)}` },
        { title: 'saved' },
        { title: 'quality' },
        { title: 'difference, points' },
        { title: 'single model', kind: 'text' },
      ],
      money.objectives.map((bill) => renderObjective(bill, money.now)),
    )}`;
}

function renderObjective(bill: ObjectiveBill, now: Bill): readonly HtmlValue[] {
  const { objective, description, pays, isInPolicy, model, promptsBeyondModel, bestConstant } =
    bill;
  return [
    html`<strong>${objective}</strong
      >${description !== null && html` <span class="small">${description}</span>`}${!isInPolicy && html` <span class="small">not in the policy file</span>`}`,
    pays ? html`<span class="yes">yes</span>` : 'no',
    formatMoney(bill.costUsd),
    renderSaved(bill, now),
    formatQualityPercent(bill.quality),
    renderDifference(bill.qualityDifference),
    html`${model === null ? html`hardest to beat: ${renderModel(bestConstant)}` : renderConstant(model, promptsBeyondModel)}
      <span class="small"
        >${model === null && `${formatMoney(bestConstant.costUsd)}, ${formatQualityPercent(bestConstant.quality)}`}</span
      >`,
  ];
}

function renderSaved({ savedShare, costUsd }: Bill, now: Bill): HtmlValue {
  if (now.costUsd === 0 && costUsd !== null) return costUsd === 0 ? 'nothing' : 'none, free now';
  return savedShare === null
    ? unknown
    : html`${formatShare(savedShare.mean)}
        <span class="range">${formatRange(savedShare, formatShare)}</span>`;
}
