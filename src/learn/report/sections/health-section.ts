import type { ModelHealth, RunHealth, ServedModel } from '../../../measure/outcomes/run-health.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import {
  formatDistance,
  formatKnownMoney,
  formatMoney,
  formatShare,
  unknown,
} from '../typeset-number.js';
import { renderName, renderSection, renderTable, simulatedTag } from './parts.js';

/** How complete the outcomes are, and how the calls went. */
export function renderHealth(report: Report): Html {
  const { warnings, leftOut, health } = report;
  return renderSection(
    'health',
    'Run health',
    warnings.length > 0
      ? html`<ul class="warnings">
          ${warnings.map((warning) => html`<li>${warning}</li>`)}
        </ul>`
      : html`<p>No warnings.</p>`,
    renderCoverage(report),
    leftOut.length > 0 &&
      html`<p>
        Excluded from all figures:
        ${leftOut.map(({ reason, count }, index) => html`${index > 0 && '; '}${reason} (${formatWhole(count)})`)}.
      </p>`,
    health === null
      ? html`<p class="note">
          These outcomes were imported, so there is no record of the calls. Failures, spend, served
          models and noise are unknown.
        </p>`
      : renderLedger(health),
  );
}

function renderCoverage({ coverage, prompts, simulated }: Report): Html {
  const share = (known: number): HtmlValue =>
    known === prompts
      ? 'all'
      : known === 0
        ? html`<span class="small">none</span>`
        : html`${formatShare(known / prompts)} <span class="range">${formatWhole(known)}</span>`;
  return html`<h3>Coverage</h3>
    <p>
      ${simulatedTag(simulated)}Prompts with a recorded outcome, out of ${formatWhole(prompts)}.
    </p>
    ${renderTable(
      'Coverage by model',
      [
        { title: 'model', kind: 'text' },
        { title: 'quality' },
        { title: 'cost' },
        { title: 'latency' },
      ],
      coverage.map(({ model, quality, costUsd, latencyMs }) => [
        renderName(model),
        share(quality),
        share(costUsd),
        share(latencyMs),
      ]),
    )}`;
}

const outcomeNames: Readonly<Record<keyof ModelHealth['outcomes'], string>> = {
  answered: 'graded',
  ungraded: 'ungraded',
  refused: 'refused',
  truncated: 'truncated',
  malformed: 'malformed',
  context_overflow: 'context too long',
  infrastructure: 'failed',
};

function renderLedger(health: RunHealth): Html {
  const { models, judge, firstCall, lastCall } = health;
  const classes = (Object.keys(outcomeNames) as (keyof ModelHealth['outcomes'])[]).filter(
    (name) => name === 'answered' || models.some(({ outcomes }) => outcomes[name] > 0),
  );
  const spentUsd = models.reduce((sum, model) => sum + model.spentUsd, 0);
  const unpriced = models.reduce((sum, model) => sum + model.unpriced, 0);
  const guessed = models.reduce((sum, model) => sum + model.guessed, 0);
  const charged = models.reduce((sum, model) => sum + model.chargedByProvider, 0);
  const missing = models.reduce((sum, model) => sum + countMissing(model), 0);
  const isPriced = spentUsd > 0 || missing === 0;
  const hasAmbiguous = models.some(({ ambiguous }) => ambiguous > 0);
  return html`<h3>Calls</h3>
    <p>
      ${describeSpending(spentUsd, missing)}${firstCall !== null && lastCall !== null && ` ${formatPeriod(firstCall, lastCall)}`}.
      ${judge.spentUsd > 0 && html`Judging cost ${formatMoney(judge.spentUsd)} more.`}
      ${charged > 0 ? html`The costs of ${formatCount(charged, 'answer')} are as reported by the provider.` : isPriced && 'Costs are computed from the price table.'}
      ${unpriced > 0 && html`The costs of ${formatCount(unpriced, 'answer')} are unknown.`}
      ${describePossible([...models, judge])}
      ${guessed > 0 && html`The costs of ${formatCount(guessed, 'answer')} are partly estimated.`}
      ${classes.length === 1 ? 'Every call was answered and graded.' : html`“Failed” calls have no answer and are not counted for any model.`}
    </p>
    ${renderTable(
      'Calls by model and outcome',
      [
        { title: 'model', kind: 'text' },
        { title: 'calls' },
        ...classes.map((name) => ({ title: outcomeNames[name] })),
        ...(hasAmbiguous ? [{ title: 'ambiguous' }] : []),
        { title: 'failed attempts' },
        { title: 'spent' },
      ],
      models.map((model) => [
        renderName(model.model),
        formatWhole(model.cells),
        ...classes.map((name) => formatWhole(model.outcomes[name])),
        ...(hasAmbiguous ? [describeAmbiguous(model)] : []),
        formatWhole(model.failedAttempts),
        formatKnownMoney(model.spentUsd, countMissing(model)),
      ]),
    )}
    ${renderServed(models)} ${renderNoise(models)}`;
}

/** Cells of which charges are, or may be, missing from what was spent. */
function countMissing({ unpriced, possiblyCharged }: ModelHealth): number {
  return unpriced + possiblyCharged;
}

/** What calls without a known charge may have cost more. */
function describePossible(
  charges: readonly Pick<ModelHealth, 'possibleUsd' | 'unboundedCalls'>[],
): string {
  const possibleUsd = charges.reduce((sum, charge) => sum + charge.possibleUsd, 0);
  const unbounded = charges.reduce((sum, charge) => sum + charge.unboundedCalls, 0);
  const sentences = [
    ...(possibleUsd > 0
      ? [`Calls without a known charge may have cost up to ${formatMoney(possibleUsd)} more.`]
      : []),
    ...(unbounded > 0
      ? [
          `${formatCount(unbounded, 'call')} without a known charge may have cost any amount and are in no total.`,
        ]
      : []),
  ];
  return sentences.join(' ');
}

/**
 * What the calls cost, as far as their costs are known.
 *
 * @param missing cells of which charges may be missing
 */
function describeSpending(spentUsd: number, missing: number): string {
  if (missing === 0) return `${formatMoney(spentUsd)} spent`;
  return spentUsd === 0 ? 'Unknown spending' : `At least ${formatMoney(spentUsd)} spent`;
}

/** How many answers the graders could not decide between, and the share of the model's calls. */
function describeAmbiguous({ ambiguous, cells }: ModelHealth): HtmlValue {
  if (ambiguous === 0) return formatWhole(0);
  return html`${formatWhole(ambiguous)}
    <span class="range">${formatShare(ambiguous / cells)}</span>`;
}

function renderServed(models: readonly ModelHealth[]): Html {
  const changed = models.filter(({ served }) => served.length > 1);
  if (changed.length === 0) {
    return html`<p>As far as the providers report, no model changed during the run.</p>`;
  }
  const describe = ({ name, cells, first, last }: ServedModel): Html =>
    html`${renderName(name)}, ${formatCount(cells, 'call')} ${formatPeriod(first, last)}`;
  return html`<p><strong>Served models changed during the run:</strong></p>
    <ul>
      ${changed.map(
        ({ model, served }) =>
          html`<li>
            ${renderName(model)} was served as
            ${served.map((item, index) => html`${index > 0 && '; as '}${describe(item)}`)}.
          </li>`,
      )}
    </ul>`;
}

function renderNoise(models: readonly ModelHealth[]): Html {
  const known = models.filter(({ noise }) => noise !== null);
  if (known.length === 0) {
    return html`<p class="note">
      Each cell was called once, so the noise between repeated answers is unknown.
    </p>`;
  }
  return renderTable(
    'Noise of repeated answers',
    [
      { title: 'model', kind: 'text' },
      { title: 'repeated prompts' },
      { title: 'graded differently' },
      { title: 'standard deviation, points' },
    ],
    known.map(({ model, noise }) => [
      renderName(model),
      formatWhole(noise?.prompts),
      formatShare(noise?.differing),
      noise === null ? unknown : formatDistance(noise.deviation),
    ]),
  );
}

/** A time to the minute, in UTC. */
function formatTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A period to the minute: `at 12:00`, or `from 12:00 to 12:30`, with the date. */
function formatPeriod(first: string, last: string): string {
  const [from, to] = [formatTime(first), formatTime(last)];
  return from === to ? `at ${from}` : `from ${from} to ${to}`;
}
