import { clampMean, minIntervalGroups } from '../../evaluate/statistics/grouped-mean.js';
import type { Interval } from '../../../policy/file/policy.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import {
  describeFailures,
  describeGuessedCosts,
  describeNoSupport,
  describeUnanswered,
  productionDrift,
  undecidableDifference,
} from '../describe-outcomes.js';
import { describePrice } from '../describe-price.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report, ReportedReplay } from '../report.js';
import {
  formatCost,
  formatLatency,
  formatPoints,
  formatQualityPercent,
  formatRange,
  formatShare,
} from '../typeset-number.js';
import { renderDifference, renderName, renderSection, renderTable, simulatedTag } from './parts.js';

const maxTasks = 10;

/** What a policy would have chosen for the requests of the decision log. */
export function renderReplay({ replay, policy }: Report): HtmlValue {
  if (replay === null) return null;
  const { file, requests, weightedRequests, conversations, objective, policyDigest } = replay;
  const isPolicyAbove = policy !== null && policy.digest === policyDigest;
  return renderSection(
    'production',
    'In production',
    html`<p>
      ${simulatedTag(replay.simulated)}A replay of ${formatCount(requests, 'logged request')} in
      ${formatCount(conversations, 'conversation')}${Math.round(weightedRequests) !== requests && `, which stand for ${formatWhole(Math.round(weightedRequests))} by sampling`},
      with
      ${isPolicyAbove ? 'the policy file above' : html`the policy <span class="name">${policyDigest}</span>`}
      and
      ${objective === null ? "each request's own objective" : html`the objective ${renderName(objective)}`}:
      ${renderChanged(replay)} would go to another model.
      <span class="small">From <code class="name">${file}</code>.</span>
    </p>`,
    renderConditions(replay),
    renderLosses(replay),
    renderModels(replay),
    renderMeasures(replay),
    renderOutcomes(replay),
    renderTasks(replay),
  );
}

/** What the replay assumes in place of what the policy file says. */
function renderConditions({ prices, unavailable }: ReportedReplay): HtmlValue {
  if (prices === undefined || unavailable === undefined) {
    return html`<p class="note">
      An earlier version wrote this replay, and did not record whether it had other prices than the
      policy file, or models that it could not choose.
    </p>`;
  }
  const changed = Object.entries(prices);
  if (changed.length + unavailable.length === 0) return null;
  return html`<p><strong>This replay differs from the policy file:</strong></p>
    <ul class="warnings">
      ${changed.map(
        ([id, price]) =>
          html`<li>
            The price of ${renderName(id)} is ${describePrice(price)}, per million tokens.
          </li>`,
      )}
      ${unavailable.map((id) => html`<li>${renderName(id)} may not be chosen.</li>`)}
    </ul>`;
}

function renderChanged({ changedShare, changed }: ReportedReplay): Html {
  return html`<strong>${formatShare(changedShare)}</strong>
    ${changed !== null && html`<span class="range">${formatRange(changed, formatShare)}</span>`}`;
}

function renderLosses({ unreplayable, log }: ReportedReplay): HtmlValue {
  const leftOut = Object.values(unreplayable).reduce((sum, count) => sum + count, 0);
  const missing = log.overflow + log.lost + log.damagedLines;
  if (leftOut + missing === 0) return null;
  return html`<ul class="warnings">
    ${leftOut > 0 && html`<li>${formatCount(leftOut, 'request')} could not be replayed.</li>`}
    ${missing > 0 && html`<li>${formatCount(missing, 'record')} of the log ${missing === 1 ? 'is' : 'are'} missing or damaged.</li>`}
  </ul>`;
}

function renderModels({ models, notAnswered }: ReportedReplay): Html {
  const table = renderTable(
    'Shares of the logged requests by model',
    [
      { title: 'model', kind: 'text' },
      { title: 'usual choice' },
      { title: 'served' },
      { title: 'in the replay' },
    ],
    models.map(({ model, logged, served, replayed }) => [
      renderModel(model, served),
      formatShare(logged),
      formatShare(served),
      formatShare(replayed),
    ]),
  );
  const served =
    typeof notAnswered === 'number' &&
    notAnswered > 0 &&
    html` Served: of the answered requests. No model answered ${formatShare(notAnswered)} of those
    that are recorded.`;
  return html`${table}
    <p class="note">Usual choice: of the log's policy, before exploration.${served}</p>`;
}

/** Files of earlier versions have the share of requests that were not answered as served by no model. */
function renderModel(model: string | null, served: number | null): Html {
  if (model !== null) return renderName(model);
  return served === null || served === 0
    ? html`<i>no feasible model</i>`
    : html`<i>no feasible model, or not answered</i>`;
}

function renderMeasures(replay: ReportedReplay): Html {
  const { costUsd, latencyMs, slowerThanEstimated, quality, prices = {} } = replay;
  const hasOtherPrices = Object.keys(prices).length > 0;
  const kinds = [
    ['cost per 1,000', costUsd, formatCost, formatCost],
    ['latency', latencyMs, formatLatency, formatLatency],
    ['quality', quality, formatQualityPercent, undefined],
  ] as const;
  return html`${renderTable(
      'What happened, and estimates of the replay',
      [
        { title: 'per request', kind: 'text' },
        { title: 'happened' },
        { title: 'estimate of it' },
        { title: 'estimate, usual choice' },
        { title: 'estimate, replayed' },
        { title: 'estimated change' },
      ],
      kinds.map(([name, { happened, estimated }, format, formatChange]) => [
        name,
        format(happened.mean),
        format(happened.estimate),
        format(estimated.logged),
        format(estimated.replayed),
        renderChange(subtract(estimated), estimated.difference, formatChange),
      ]),
    )}
    <p class="note">
      Estimates are the replayed policy's, not outcomes. Where what happened differs from its
      estimate of it, the other estimates are off too, except for
      ${hasOtherPrices && 'cost, which happened at the prices of its time and is estimated at the changed ones, and for '}latency:
      what happened is a mean of the calls that answered, without failed calls before them, and
      estimates are medians, which are lower where some answers take
      long.${typeof slowerThanEstimated === 'number' && ` ${formatShare(slowerThanEstimated)} of the answers took longer than estimated; where estimates are right, half do.`}
      Changes have 95&nbsp;% intervals over conversations, and none for fewer than
      ${minIntervalGroups} conversations or where all requests change alike; quality changes are in
      points.
    </p>
    ${renderGuessedCosts(replay)}`;
}

function renderGuessedCosts({
  costUsd,
  guessedCosts = 0,
  incompleteCosts,
}: ReportedReplay): HtmlValue {
  if (guessedCosts === 0) return null;
  const known = formatCount(costUsd.happened.requests, 'cost');
  return html`<p class="note">
    Of the ${known} that happened, ${describeGuessedCosts(guessedCosts, incompleteCosts)}.
  </p>`;
}

function subtract({
  logged,
  replayed,
}: ReportedReplay['costUsd']['estimated']): number | undefined {
  return logged === null || replayed === null ? undefined : replayed - logged;
}

/** A change with its sign, and with its interval where it has one; of quality, in points. */
function renderChange(
  mean: number | null | undefined,
  change: Interval | null,
  format: ((value: number) => string) | undefined,
): Html {
  const signed = (value: number): string =>
    format === undefined
      ? formatPoints(value)
      : `${value > 0 ? '+' : value < 0 ? '−' : ''}${format(Math.abs(value))}`;
  if (change !== null) {
    return html`${signed(change.mean)} <span class="range">${formatRange(change, signed)}</span>`;
  }
  return mean === null || mean === undefined ? renderDifference(null) : html`${signed(mean)}`;
}

const refusals = {
  no_outcomes: 'no request with a known quality can be used',
  few_hits: 'too few of its choices were tried',
  few_answers:
    'the chosen models have far fewer outcomes than their chances explain; they failed, or their outcomes are reported less often',
  few_outcomes: 'the outcomes of its choices are from too few conversations',
} as const;

/** Only this is a measurement: reported quality, weighted by how probable each choice was. */
function renderOutcomes({ outcomes }: ReportedReplay): Html {
  if (outcomes === null) {
    return html`<p>
      No quality was reported for these requests: an audit can measure whether the choices were
      right.
    </p>`;
  }
  const { requests, target } = outcomes;
  const limits = renderLimits(outcomes);
  if (target.kind === 'undecidable') {
    return html`<p>
        ${formatCount(requests, 'reported outcome')} cannot say how good the replayed policy is:
        ${target.reason === 'no_support' ? describeNoSupport(target.overlap ?? {}) : refusals[target.reason]}.
      </p>
      ${limits}`;
  }
  return html`<p>
      By ${formatCount(requests, 'reported outcome')}, doubly robust: quality
      <strong>${formatQualityPercent(clampMean(target.value).mean)}</strong>
      <span class="range">${formatRange(target.value, formatQualityPercent)}</span>${
        target.difference === null
          ? `. ${undecidableDifference}`
          : html`, difference to the production policy
            ${renderDifference(clampMean(target.difference))} points.`
      }${target.drift && html` <strong>The outcomes differ from the estimates of the production policy by more than two standard errors.</strong>`}
    </p>
    ${limits}`;
}

/** Which requests the outcomes do not speak of, and whether the log's own policy has drifted. */
function renderLimits({
  requests,
  unanswered = 0,
  leftOut,
  target,
  production,
}: NonNullable<ReportedReplay['outcomes']>): HtmlValue {
  const left = Object.entries(leftOut).map(([why, count]) => `${formatWhole(count)} (${why})`);
  const isEstimated = target.kind === 'estimated';
  const failures = describeFailures(target.overlap ?? {}, production?.overlap, isEstimated);
  const counted = describeUnanswered(requests, unanswered);
  const sentences = [
    ...(counted === undefined ? [] : [counted]),
    ...(left.length > 0 ? [`Requests left out: ${left.join(', ')}.`] : []),
    ...(failures === undefined ? [] : [failures]),
  ];
  return html`${sentences.length > 0 && html`<p class="note">${sentences.join(' ')}</p>`}
  ${production?.drift === true && html`<p><strong>Warning: ${productionDrift}</strong></p>`}`;
}

function renderTasks({ tasks, taskLabels }: ReportedReplay): HtmlValue {
  if (tasks.length < 2) return null;
  const more = tasks.length - maxTasks;
  const guessed = taskLabels?.policy ?? 0;
  return html`${renderTable(
    'The replay by task',
    [
      { title: 'task', kind: 'text' },
      { title: 'requests' },
      { title: 'to another model' },
      { title: 'estimated cost change per 1,000' },
      { title: 'estimated quality change, points' },
    ],
    tasks
      .slice(0, maxTasks)
      .map(({ task, requests, changedShare, costUsd, quality, meanChange }) => [
        renderName(task),
        formatWhole(requests),
        formatShare(changedShare),
        renderChange(meanChange?.costUsd, costUsd, formatCost),
        renderChange(meanChange?.quality, quality, undefined),
      ]),
  )}
  ${more > 0 && html`<p class="small">and ${formatCount(more, 'more task')}</p>`}
  ${
    guessed > 0 &&
    html`<p class="small">
      The log's policy guessed the task of ${formatCount(guessed, 'request')}.
    </p>`
  }`;
}
