import type { Reliability } from '../../evaluate/diagnose/calibration.js';
import type { Slice } from '../../evaluate/diagnose/slices.js';
import {
  nameReference,
  withoutRouting,
  findObjective,
  findStrategy,
} from '../../evaluate/strategies/strategy-id.js';
import { drawCalibration } from '../charts/calibration-chart.js';
import { drawNovelty } from '../charts/novelty-chart.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import {
  formatCost,
  formatDistance,
  formatQualityPercent,
  formatRange,
  formatShare,
} from '../typeset-number.js';
import {
  renderDifference,
  renderFigure,
  renderName,
  renderSection,
  renderTable,
  simulatedTag,
} from './parts.js';

/** With fewer groups, the interval of a difference is unreliable: all may be equal by chance. */
const minGroups = 20;

/** How reliable estimates and decisions are. */
export function renderTrust(report: Report): Html {
  return renderSection(
    'trust',
    'Reliability',
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
    .map(({ model }) => ({ model, maxShare: Math.max(...routed.map((_, i) => shareOf(i, model))) }))
    .filter(({ maxShare }) => maxShare > 0)
    .sort((a, b) => b.maxShare - a.maxShare);
  const constants = money.objectives.filter(
    ({ model, isInPolicy }) => model !== null && isInPolicy,
  );
  const without = evaluation.promptsWithoutModel;
  return html`<h3>Share of prompts by model</h3>
    <p>
      ${simulatedTag(simulated)}The share of the held-out prompts that routing sends to each model.
      ${
        constants.length > 0 &&
        html`The policy uses one model where it does not route:
        ${constants.map(({ objective, model }, index) => html`${index > 0 && ', '}${renderName(model ?? '')} for “${objective}”`)}.`
      }
      ${
        without > 0 &&
        html`No model can take ${formatCount(without, 'more prompt')}, by its capabilities and
        context window: those are in none of the held-out results.`
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
      html`On the dashed line, estimated and observed quality are equal. The average distance from
      it (expected calibration error) is ${formatDistance(overall.expectedCalibrationError)}
      points${overall.errorByChance !== null && html`; perfect estimates would have ${formatDistance(overall.errorByChance)} points by chance`}.`,
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
  const limits = formatLimits(novelty.lowestLimit, novelty.highestLimit);
  const draw = (width: number): Html =>
    drawNovelty(novelty, {
      width,
      simulated,
      name: `Quality gain by share of words not seen in training, in ${novelty.bins.length} bins.`,
    });
  return html`<div>
    <h3>Novelty</h3>
    ${
      novelty.strategy !== null &&
      novelty.bins.some(({ qualityDifference }) => qualityDifference !== null)
        ? renderFigure(
            { wide: draw(420), narrow: draw(330) },
            html`Quality gain of “${findObjective(novelty.strategy) ?? novelty.strategy}” over the
            ${nameReference(evaluation.strategies)}, by share of words not seen in training.
            ${formatWhole(novelty.beyondLimit)} of ${formatCount(prompts, 'prompt')} went to the
            baseline as out of distribution, with more than ${limits} new words.`,
            simulated,
          )
        : html`<p>Nothing was routed, so there is no gain to show.</p>`
    }
  </div>`;
}

/** The novelty limits of the folds: `83 %`, or `83 to 90 %`. */
function formatLimits(low: number, high: number): string {
  return low === high
    ? formatShare(low)
    : formatRange({ mean: (low + high) / 2, low, high }, formatShare);
}

function renderUnseenTasks({ evaluation, simulated }: Report): HtmlValue {
  const unseen = evaluation.unseenTasks;
  if (unseen === undefined || unseen === null) return null;
  return html`<h3>Unseen tasks</h3>
    <p>
      ${simulatedTag(simulated)}Whole tasks held out of training, in
      ${formatCount(unseen.groups.length, 'fold')}${describeShared(unseen.sharedGroups)}.
      Differences are from the model used without routing, by default the best one of the other
      tasks. A good router loses little here.
    </p>
    ${renderTable(
      'Routing on unseen tasks',
      [
        { title: 'objective', kind: 'text' },
        { title: 'quality' },
        { title: 'difference, points' },
        { title: 'cost saved' },
      ],
      unseen.strategies.map(({ name, quality, qualityDifference, costSaved }) => [
        findObjective(name) ?? name,
        formatQualityPercent(quality),
        renderDifference(qualityDifference),
        formatShare(costSaved?.mean),
      ]),
    )}`;
}

function describeShared(sharedGroups: number | undefined): string {
  if (sharedGroups === undefined) {
    return '; near-duplicates of them in other tasks may have been trained on';
  }
  return sharedGroups === 0
    ? ''
    : `, and with them ${formatCount(sharedGroups, 'group')} of near-duplicates in other tasks`;
}

function renderLanguages({ evaluation, money, simulated }: Report): HtmlValue {
  const { languages } = evaluation.slices;
  const { objective, isPlannedAlike } = money.headline ?? {};
  if (objective === undefined || isPlannedAlike === false || languages.length === 0) return null;
  const findRouted = ({ strategies }: Slice) =>
    findStrategy(strategies, { kind: 'routed', objective });
  const findNow = ({ strategies }: Slice) => findStrategy(strategies, withoutRouting);
  return html`<h3>By language</h3>
    <p>
      ${simulatedTag(simulated)}Results by detected language of the prompt: “${objective}” with
      routing, compared with the model in use now.
    </p>
    ${renderTable(
      'Routing by language',
      [
        { title: 'language', kind: 'text' },
        { title: 'prompts' },
        { title: 'quality now' },
        { title: 'routed quality' },
        { title: 'difference, points' },
        { title: 'cost per 1,000 now' },
        { title: 'routed cost' },
      ],
      languages.map((slice) => [
        formatLanguage(slice.name),
        formatWhole(slice.prompts),
        formatQualityPercent(findNow(slice)?.quality),
        formatQualityPercent(findRouted(slice)?.quality),
        slice.groups < minGroups
          ? html`<span class="small">too few prompts</span>`
          : renderDifference(findRouted(slice)?.qualityDifference),
        formatCost(findNow(slice)?.costUsd),
        formatCost(findRouted(slice)?.costUsd),
      ]),
    )}`;
}

function renderRobustness({ policy, simulated }: Report): Html {
  if (policy === null) {
    return html`<h3>Robustness</h3>
      <p>Not measured. Add a policy file with <code>--policy</code> to measure it.</p>`;
  }
  const { objectives, prompts, share } = policy.robustness;
  const names = objectives[0]?.perturbations.map(({ name }) => name) ?? [];
  return html`<h3>Robustness</h3>
    <p>
      ${simulatedTag(simulated)}The share of the policy file’s decisions that do not change when
      ${formatCount(prompts, 'prompt')} ${prompts === 1 ? 'is' : 'are'} perturbed without a change
      of meaning:
      ${
        objectives.every(({ constantModel }) => constantModel !== null)
          ? 'all of them, by definition, since no objective routes'
          : `${formatShare(share)} on average over the objectives that route`
      }.
    </p>
    ${renderTable(
      'Share of unchanged decisions',
      [
        { title: 'perturbation', kind: 'text' },
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
