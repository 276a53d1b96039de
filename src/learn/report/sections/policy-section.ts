import { html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatCost, formatQualityPercent, formatShare, unknown } from '../typeset-number.js';
import { renderDifference, renderName, renderSection, renderTable, simulatedTag } from './parts.js';

/** The policy file that was named, and what it gives on this run where that can be told. */
export function renderPolicy({ policy, simulated }: Report): HtmlValue {
  if (policy === null) return null;
  const { applied, objectives, defaultObjective, baseline, file, digest } = policy;
  return renderSection(
    'policy',
    'The policy file',
    html`<p>
      <code class="name">${file}</code>, with ${renderName(baseline)} where nothing speaks for
      another model. <span class="small"><span class="name">${digest}</span></span>
    </p>`,
    html`<ul>
      ${objectives.map(
        ({ name, description, constantModel, promise }) =>
          html`<li>
            <strong>${renderName(name)}</strong>${name === defaultObjective && ' (default)'}:
            ${description};
            ${constantModel === undefined ? 'routes' : html`always ${renderName(constantModel)}`}${promise === 'shown' && ', shown at 95 % confidence'}${promise === 'not_shown' && html`, <strong>not shown</strong> at 95 % confidence`}.
          </li>`,
      )}
    </ul>`,
    applied === null
      ? html`<p>
          It was trained on exactly these outcomes, which would flatter it here: all figures of this
          page are of prompts that were held out from training instead.
        </p>`
      : html`<p>
            ${simulatedTag(simulated)}It was trained on other outcomes. What it gives on this run,
            against the best single model here, ${renderName(applied.bestSingle)}; whether it has
            seen some of the prompts cannot be told, as a policy keeps none:
          </p>
          ${renderTable(
            'The policy file on this run',
            [
              { title: 'strategy', kind: 'text' },
              { title: 'quality' },
              { title: 'points' },
              { title: 'cost of 1,000' },
              { title: 'saved' },
            ],
            applied.strategies.map((strategy) => [
              renderName(strategy.name),
              formatQualityPercent(strategy.quality),
              renderDifference(strategy.qualityDifference),
              formatCost(strategy.costUsd),
              strategy.costSaved === null ? unknown : formatShare(strategy.costSaved.mean),
            ]),
          )}`,
  );
}
