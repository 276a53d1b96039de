import type { CheaperModel } from '../../evaluate/diagnose/cheaper-model.js';
import { minShareOfInterval } from '../../evaluate/strategies/paired-mean.js';
import type { OverkillTask } from '../../evaluate/diagnose/overkill.js';
import { describePrompts } from '../../evaluate/verdict/describe-folds.js';
import { describeCompared, describeFinding } from '../describe-overkill.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { ExamplePrompt, OverkillLine, Report } from '../report.js';
import { formatCount } from '../../../util/format-number.js';
import {
  formatCost,
  formatDistance,
  formatMoney,
  formatPoints,
  formatPointsRange,
  formatQualityPercent,
  formatRange,
  formatShare,
} from '../typeset-number.js';
import { describeVolume, renderName, renderSection, renderTask, simulatedTag } from './parts.js';

/** The tasks for which a cheaper model is not worse than the one in use, with the savings. */
export function renderOverkill({ overkill, money, simulated }: Report): Html {
  const { lines, savedUsd, costUsd } = overkill;
  const { baseline, margin, error, tests } = overkill.overkill;
  const asked = lines.filter(({ requests }) => requests > 0);
  const count = asked.filter(({ cheaper }) => cheaper !== null).length;
  const model = renderName(baseline);
  const title =
    count === 0
      ? html`${model} is not shown to be overkill for any task`
      : html`${model} is overkill for ${count} of ${formatCount(asked.length, 'task')}`;
  return renderSection(
    'overkill',
    title,
    count > 0 &&
      html`<p class="lead">
        <strong
          >${formatMoney(savedUsd)}${costUsd !== null && html` of ${formatMoney(costUsd)}`}</strong
        >
        ${describeVolume(money.volume)} could be saved by sending these tasks to a cheaper model. If
        your program knows the task, this needs no router.
      </p>`,
    html`<p>
      ${simulatedTag(simulated)}<em>Not worse</em> means that quality is lower by less than
      ${formatDistance(margin)} points, by a paired non-inferiority test over groups of
      near-duplicates; <em>was worse</em>, that it is lower by more than that, as the whole range of
      the difference is.
      ${
        tests === 0
          ? 'No model is shown to cost less, so that none was tested.'
          : html`${formatCount(tests, 'pair')} of a task and a cheaper model
            ${tests === 1 ? 'was' : 'were'} tested; Holm’s method limits the chance of any false
            “not worse” in this table to ${formatShare(error)}.`
      }
    </p>`,
    html`<div class="overkill">
      <div class="overkill-head" aria-hidden="true">
        <span>task</span><span>quality now, at cost per 1,000</span><span>cheaper model</span
        ><span
          >saved
          ${describeVolume(money.volume)}${money.volume.kind === 'per_thousand' && ' of all tasks'}</span
        >
      </div>
      <ul>
        ${lines.map((line) => renderLine(line, baseline))}
      </ul>
    </div>`,
    lines.some(isPartlyCompared) &&
      html`<p class="note">
        Outcomes are missing. <em>Now</em> is the mean of what was recorded of each task;
        differences are of the prompts that both models answered. The share that is saved where both
        costs are known is taken of the costs of all prompts that the cheaper model answered,
        without a range if both are known of less than ${formatShare(minShareOfInterval)} of these.
        <em>Every model on every task</em> corrects for what is missing, so its figures differ from
        these.
      </p>`,
    lines.some(hasRefusals) &&
      html`<p class="note">
        A cheaper model saves nothing on prompts that it refused. Its costs are of the others.
      </p>`,
  );
}

function renderLine(line: OverkillLine, baseline: string): Html {
  const { task, found, cheaper, savedUsd, costUsd } = line;
  return html`<li class="task ${found.finding}">
    <div class="task-line">
      <p class="task-name">
        ${renderTask(task)}
        <span class="small"
          >${describePrompts(found)}${found.groups < found.prompts && `, ${formatCount(found.groups, 'group')}`}</span
        >
      </p>
      <p class="task-now">
        <span class="small phone">now </span>${formatQualityPercent(found.quality)}
        <span class="small">at ${formatCost(found.costUsd)}</span>
      </p>
      <p class="task-cheaper">
        ${cheaper === null ? renderFinding(found) : html`${renderCheaper(cheaper)}${renderGap(found, cheaper)}`}
      </p>
      <p class="task-saved">
        ${
          cheaper === null
            ? renderCandidateSaving(line)
            : html`<strong>${formatMoney(savedUsd?.mean)}</strong>
                <span class="small">of ${formatMoney(costUsd)}</span>
                <span class="range">${formatRange(savedUsd, formatMoney)}</span>`
        }
      </p>
    </div>
    ${renderDetails(line, baseline)}
  </li>`;
}

/** What the candidate would save if it were shown not to be worse. */
function renderCandidateSaving({ candidateSavedUsd, costUsd }: OverkillLine): Html {
  if (candidateSavedUsd === null) return html`<span class="small">–</span>`;
  return html`<span class="small"
    >would save ${formatMoney(candidateSavedUsd.mean)} of ${formatMoney(costUsd)}</span
  >`;
}

function renderCheaper({ model, quality, costUsd, difference }: CheaperModel): Html {
  return html`<strong>${renderName(model)}</strong> ${formatQualityPercent(quality)}
    <span class="small">at ${formatCost(costUsd)}</span>
    <span class="range"
      >${formatPoints(difference?.mean)} points, ${formatPointsRange(difference)}</span
    >`;
}

/** Whether grades or costs are missing, so that the figures of a line are of different prompts. */
function isPartlyCompared({ found }: OverkillLine): boolean {
  const { candidate } = found;
  return candidate !== null && (candidate.prompts < found.prompts || candidate.bothCostsShare < 1);
}

/** Whether the cheaper model refused prompts, where every prompt has a grade. */
function hasRefusals({ found: { candidate, prompts } }: OverkillLine): boolean {
  return candidate !== null && candidate.prompts === prompts && candidate.share < 1;
}

/** How many prompts of the task the cheaper model answered, where that is not all. */
function renderGap(found: OverkillTask, { prompts }: CheaperModel): Html | null {
  return prompts === found.prompts
    ? null
    : html` <span class="small">on ${describeCompared(found)}</span>`;
}

/** The candidate of a task where none is shown not to be worse, with what was observed. */
function renderFinding(found: OverkillTask): Html {
  const { candidate } = found;
  if (candidate === null) return html`<span class="small">${describeFinding(found)}</span>`;
  return html`${renderCheaper(candidate)}
    <span class="small">on ${describeCompared(found)}: ${describeFinding(found)}</span>`;
}

function renderDetails({ found, examples }: OverkillLine, baseline: string): HtmlValue {
  if (found.candidates.length === 0 && examples.length === 0) return null;
  const what = [
    ...(found.candidates.length > 0 ? [formatCount(found.candidates.length, 'test')] : []),
    ...(examples.length > 0 ? [formatCount(examples.length, 'example prompt')] : []),
  ];
  return html`<details>
    <summary>
      ${what.join(' and ')}<span class="hidden"> for ${renderTask(found.task)}</span>
    </summary>
    ${found.candidates.length > 0 && renderTests(found.candidates)}
    ${examples.map((example) => renderExample(example, baseline, found.candidate?.model ?? null))}
  </details>`;
}

function renderTests(candidates: readonly CheaperModel[]): Html {
  return html`<ul class="tests">
    ${candidates.map(
      ({ model, costUsd, difference, pValue, notWorse, worse }) =>
        html`<li>
          <span>${renderName(model)}</span>
          <span>${formatCost(costUsd)}</span>
          <span
            >${formatPoints(difference?.mean)}
            <span class="range">${formatPointsRange(difference)}</span></span
          >
          <span class="${notWorse ? 'yes' : 'small'}"
            >${notWorse ? 'not worse' : worse ? 'was worse' : 'not shown'}, p
            ${formatPValue(pValue)}</span
          >
        </li>`,
    )}
  </ul>`;
}

function formatPValue(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : `= ${pValue.toFixed(3)}`;
}

function renderExample(
  { text, baselineQuality, cheaperQuality }: ExamplePrompt,
  baseline: string,
  cheaper: string | null,
): Html {
  return html`<div class="example">
    <blockquote dir="auto">${text}</blockquote>
    <p class="small">
      Quality: ${renderName(baseline)}
      ${formatQualityPercent(baselineQuality)}${cheaper !== null && html` · ${renderName(cheaper)} ${formatQualityPercent(cheaperQuality)}`}
    </p>
  </div>`;
}
