import type { Reliability } from '../../evaluate/diagnose/calibration.js';
import type { Slice } from '../../evaluate/diagnose/slices.js';
import { bestSingle, findObjective, findStrategy } from '../../evaluate/strategies/strategy-id.js';
import { drawCalibration } from '../charts/calibration-chart.js';
import { drawNovelty } from '../charts/novelty-chart.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import {
  formatCost,
  formatDistance,
  formatQualityPercent,
  formatShare,
  unknown,
} from '../typeset-number.js';
import {
  renderDifference,
  renderFigure,
  renderName,
  renderSection,
  renderTable,
  simulatedTag,
} from './parts.js';

/** With fewer groups, an interval of a difference means nothing: all may be equal by chance. */
const minGroups = 20;

/** Whether estimates and decisions can be relied on. */
export function renderTrust(report: Report): Html {
  return renderSection(
    'trust',
    'Whether it can be relied on',
    renderShares(report),
    html`<div class="pair">${renderCalibration(report)} ${renderNovelty(report)}</div>`,
    renderUnseenTasks(report),
    renderLanguages(report),
    renderRobustness(report),
  );
}

function renderShares({ evaluation, money, simulated }: Report): Html {
  const routed = evaluation.strategies.filter(({ kind }) => kind === 'routed');
  const shareOf = (index: number, model: string): number =>
    routed[index]?.shares.find((item) => item.model === model)?.share ?? 0;
  const models = evaluation.models
    .map(({ model }) => ({ model, most: Math.max(...routed.map((_, i) => shareOf(i, model))) }))
    .filter(({ most }) => most > 0)
    .sort((a, b) => b.most - a.most);
  const constants = money.objectives.filter(({ model }) => model !== null);
  return html`<h3>Who answers what</h3>
    <p>
      ${simulatedTag(simulated)}Share of the held-out prompts that routing sends to each model.
      ${
        constants.length > 0 &&
        html`Where routing does not pay, the policy does not route:
        ${constants.map(({ objective, model }, index) => html`${index > 0 && ', '}“${objective}” is always ${renderName(model ?? '')}`)}.`
      }
    </p>
    ${renderTable(
      'Share of prompts by model and objective',
      [
        { title: 'model', kind: 'text' },
        ...routed.map(({ name }) => ({ title: findObjective(name) ?? name })),
      ],
      models.map(({ model }) => [
        renderName(model),
        ...routed.map((_, index) => renderShareBar(shareOf(index, model))),
      ]),
      'table',
    )}`;
}

function renderShareBar(share: number): HtmlValue {
  if (share === 0) return html`<span class="small">0</span>`;
  return html`<span class="share" style="--share:${(100 * share).toFixed(1)}%"
    >${formatShare(share)}</span
  >`;
}

function renderCalibration({ evaluation, simulated }: Report): Html {
  const { overall, models } = evaluation.calibration;
  const draw = (size: number): Html =>
    drawCalibration(overall.bins, {
      size,
      simulated,
      name: `Observed by estimated quality in ${overall.bins.length} bins; expected calibration error ${formatQualityPercent(overall.expectedCalibrationError)}.`,
    });
  return html`<div>
    <h3>Calibration</h3>
    ${renderFigure(
      { wide: draw(400), narrow: draw(330) },
      html`On the dashed line, estimates can be taken at their word. They are off by
      ${formatDistance(overall.expectedCalibrationError)} points on average (expected calibration
      error);
      ${overall.errorByChance !== null && html`chance alone would make ${formatDistance(overall.errorByChance)} of right ones.`}`,
      simulated,
    )}
    <details>
      <summary>By model</summary>
      ${renderTable(
        'Calibration by model',
        [
          { title: 'model', kind: 'text' },
          { title: 'estimated' },
          { title: 'observed' },
          { title: 'error, points' },
        ],
        models.map((item) => [
          renderName(item.model),
          formatQualityPercent(item.meanEstimate),
          formatQualityPercent(item.meanObserved),
          describeError(item),
        ]),
      )}
    </details>
  </div>`;
}

function describeError({ expectedCalibrationError, errorByChance }: Reliability): Html {
  return html`${formatDistance(expectedCalibrationError)}
    <span class="range">${formatDistance(errorByChance)} by chance</span>`;
}

function renderNovelty({ evaluation, simulated }: Report): Html {
  const { novelty, prompts } = evaluation;
  const limits =
    novelty.lowestLimit === novelty.highestLimit
      ? formatShare(novelty.lowestLimit)
      : `${formatShare(novelty.lowestLimit)} to ${formatShare(novelty.highestLimit)}`;
  const draw = (width: number): Html =>
    drawNovelty(novelty, {
      width,
      simulated,
      name: `What routing gains by the share of words that training never saw, in ${novelty.bins.length} bins.`,
    });
  return html`<div>
    <h3>Novelty</h3>
    ${
      novelty.strategy !== null &&
      novelty.bins.some(({ qualityDifference }) => qualityDifference !== null)
        ? renderFigure(
            { wide: draw(420), narrow: draw(330) },
            html`What “${findObjective(novelty.strategy) ?? novelty.strategy}” gains on more and on
            less familiar prompts. ${formatCount(novelty.beyondLimit, 'prompt')} of
            ${formatWhole(prompts)} went to the baseline, as more than ${limits} of the words were
            new.`,
            simulated,
          )
        : html`<p>Nothing was routed, so there is nothing to break down.</p>`
    }
  </div>`;
}

function renderUnseenTasks({ evaluation, simulated }: Report): HtmlValue {
  const unseen = evaluation.unseenTasks;
  if (unseen === undefined || unseen === null) return null;
  return html`<h3>Tasks that training did not see</h3>
    <p>
      ${simulatedTag(simulated)}Whole tasks left out of training, in
      ${formatCount(unseen.groups.length, 'turn')}, against the best single model of the others. A
      router should lose little here.
    </p>
    ${renderTable(
      'Routing on tasks that training did not see',
      [
        { title: 'objective', kind: 'text' },
        { title: 'quality' },
        { title: 'points' },
        { title: 'cost saved' },
      ],
      unseen.strategies.map(({ name, quality, qualityDifference, costSaved }) => [
        findObjective(name) ?? name,
        formatQualityPercent(quality),
        renderDifference(qualityDifference),
        costSaved === null ? unknown : formatShare(costSaved.mean),
      ]),
    )}`;
}

function renderLanguages({ evaluation, money, simulated }: Report): HtmlValue {
  const { languages } = evaluation.slices;
  const objective = money.headline?.objective;
  if (objective === undefined || languages.length === 0) return null;
  const findRouted = ({ strategies }: Slice) =>
    findStrategy(strategies, { kind: 'routed', objective });
  const findNow = ({ strategies }: Slice) => findStrategy(strategies, bestSingle);
  return html`<h3>By language</h3>
    <p>
      ${simulatedTag(simulated)}The language that prompts ask in, as far as it can be told from
      their letters; “${objective}”, routed, against the model in use.
    </p>
    ${renderTable(
      'Routing by language',
      [
        { title: 'language', kind: 'text' },
        { title: 'prompts' },
        { title: 'quality now' },
        { title: 'routed' },
        { title: 'points' },
        { title: 'cost of 1,000 now' },
        { title: 'routed' },
      ],
      languages.map((slice) => [
        formatLanguage(slice.name),
        formatWhole(slice.prompts),
        formatQualityPercent(findNow(slice)?.quality),
        formatQualityPercent(findRouted(slice)?.quality),
        slice.groups < minGroups
          ? html`<span class="small">too few to tell</span>`
          : renderDifference(findRouted(slice)?.qualityDifference),
        formatCost(findNow(slice)?.costUsd),
        formatCost(findRouted(slice)?.costUsd),
      ]),
    )}`;
}

function renderRobustness({ policy, simulated }: Report): Html {
  if (policy === null) {
    return html`<h3>Robustness</h3>
      <p>Not measured: it is a policy file’s. Name one with <code>--policy</code>.</p>`;
  }
  const { objectives, prompts, share } = policy.robustness;
  const names = objectives[0]?.perturbations.map(({ name }) => name) ?? [];
  return html`<h3>Robustness</h3>
    <p>
      ${simulatedTag(simulated)}Decisions of the policy file that stay the same where
      ${formatCount(prompts, 'prompt')} are written a little differently: ${formatShare(share)} on
      average over the objectives that route.
    </p>
    ${renderTable(
      'Share of decisions that stay the same',
      [
        { title: 'change', kind: 'text' },
        ...objectives.map(({ objective }) => ({ title: objective })),
      ],
      names.map((name, index) => [
        name,
        ...objectives.map(({ perturbations, constantModel }) =>
          constantModel === null ? formatShare(perturbations[index]?.share) : 'one model',
        ),
      ]),
    )}`;
}

/** The English name of a language, from its ISO 639-1 code. */
function formatLanguage(code: string | null): string {
  if (code === null) return 'unknown';
  return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
}
