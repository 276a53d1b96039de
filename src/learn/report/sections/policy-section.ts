import type { Objective } from '../../../policy/file/policy.js';
import type { PolicyEvaluation } from '../../evaluate/compare/evaluate-policy.js';
import { shownText } from '../../evaluate/verdict/describe-advice.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatCost, formatQualityPercent, formatShare } from '../typeset-number.js';
import {
  renderConstant,
  renderDifference,
  renderName,
  renderSection,
  renderTable,
  simulatedTag,
} from './parts.js';

const confidence = formatShare(0.95);

/** The given policy file, with its results on this run unless it was trained on it. */
export function renderPolicy({ policy, money, simulated }: Report): HtmlValue {
  if (policy === null) return null;
  const { applied, isPolicyOfRun, objectives, defaultObjective, baseline, file, digest } = policy;
  return renderSection(
    'policy',
    'The policy file',
    html`<p>
      <code class="name">${file}</code>; baseline: ${renderName(baseline)}.
      <span class="small"><span class="name">${digest}</span></span>
    </p>`,
    html`<ul>
      ${objectives.map((objective) => renderObjective(objective, defaultObjective, money))}
    </ul>`,
    objectives.some(({ promise }) => promise === 'shown') && html`<p class="note">${shownText}</p>`,
    applied === null
      ? html`<p>
          It was trained on these outcomes, so its results on them would look too good. All figures
          on this page are from prompts held out of
          training${!isPolicyOfRun && ', but of a policy with the models and weights of this page, which differ from those of the file'}.
        </p>`
      : renderApplied(applied, simulated),
  );
}

function renderObjective(
  { name, description, constantModel, promise }: Objective,
  defaultObjective: string,
  { objectives }: Report['money'],
): Html {
  const bill = objectives.find(({ objective }) => objective === name);
  const model =
    constantModel === undefined
      ? 'routing'
      : renderConstant(constantModel, bill?.promptsBeyondModel ?? 0);
  return html`<li>
    <strong>${renderName(name)}</strong>${name === defaultObjective && ' (default)'}:
    ${description};
    ${model}${promise === 'shown' && `, promise shown at ${confidence} confidence`}${promise === 'not_shown' && html`, promise <strong>not shown</strong> at ${confidence} confidence`}.
  </li>`;
}

function renderApplied({ bestSingle, strategies }: PolicyEvaluation, simulated: boolean): Html {
  return html`<p>
      ${simulatedTag(simulated)}The outcomes that it was trained on are not exactly these. The table
      compares its results on this run with the best single model, ${renderName(bestSingle)}. If it
      was trained on some or all of these prompts, with others or with a choice of their models, its
      results look too good: a policy file contains no prompts to check.
    </p>
    ${renderTable(
      'The policy file on this run',
      [
        { title: 'strategy', kind: 'text' },
        { title: 'quality' },
        { title: 'difference, points' },
        { title: 'cost per 1,000' },
        { title: 'cost saved' },
      ],
      strategies.map(({ name, quality, qualityDifference, costUsd, costSaved }) => [
        renderName(name),
        formatQualityPercent(quality),
        renderDifference(qualityDifference),
        formatCost(costUsd),
        formatShare(costSaved?.mean),
      ]),
    )}`;
}
