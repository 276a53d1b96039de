import { formatCount } from '../../../util/format-number.js';
import { describeFolds } from '../../evaluate/verdict/describe-folds.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { renderName, renderSection, renderTable } from './parts.js';

/** What the page was made from, and how to make it again. */
export function renderProvenance({ provenance, policy, evaluation }: Report): Html {
  const { run, version, createdAt, seed, command, evaluatedBy } = provenance;
  const { folds, foldCount = folds } = evaluation;
  const folded =
    folds < foldCount ? describeFolds({ folds, foldCount }) : formatCount(folds, 'fold');
  const families = evaluation.families.map(
    ({ name, folds: count }) => `${name} (${count} of ${folds})`,
  );
  const facts: [string, HtmlValue][] = [
    ['Command', html`<code class="name">${command}</code>`],
    ['Created', `${createdAt}, by routesmith ${version}`],
    [
      'Run',
      html`${renderName(run.name)}, ${run.kind === 'sweep' ? 'sweep' : 'import'} of ${run.createdAt}`,
    ],
    ['Evaluation', `${evaluatedBy}; ${folded}${seed === null ? '' : `, seed ${seed}`}`],
    ['Model families', families.join(', ') || 'none (nothing was trained)'],
    ['Costs', describeCosts(provenance)],
    ['Outcomes, SHA-256', renderDigest(provenance.outcomesDigest)],
    ['Prices, SHA-256', renderDigest(provenance.pricesDigest)],
    ...(policy === null
      ? []
      : ([
          ['Policy, SHA-256', renderDigest(policy.digest)],
          ['Policy measured', `for this report; seed ${policy.robustness.seed}`],
        ] satisfies [string, HtmlValue][])),
    ...run.sources.map(({ file, sha256 }): [string, HtmlValue] => [
      'Source',
      html`${renderName(file)} ${renderDigest(sha256)}`,
    ]),
  ];
  return renderSection(
    'provenance',
    'Provenance',
    html`<dl>
      ${facts.map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`,
    renderPrices(provenance.prices),
  );
}

function renderDigest(digest: string): Html {
  return html`<span class="digest">${digest}</span>`;
}

/** Where the costs are from, as far as the page shows it. */
function describeCosts({ costBasis, prices }: Report['provenance']): string {
  const used = prices.some(({ price }) => price !== null)
    ? 'the prices below'
    : 'prices that the run does not keep';
  switch (costBasis) {
    case 'recorded':
      return 'as recorded';
    case 'tokens':
      return `from recorded tokens and ${used}`;
    case 'assumed_tokens':
      return `from an ASSUMED number of output tokens and ${used}`;
    case 'none':
      return 'unknown';
  }
}

function renderPrices(prices: Report['provenance']['prices']): HtmlValue {
  const known = prices.filter(({ price }) => price !== null);
  if (known.length === 0) {
    return html`<p class="note">The run has no price table.</p>`;
  }
  return html`<h3>Prices in USD per million tokens</h3>
    ${renderTable(
      'Prices',
      [
        { title: 'model', kind: 'text' },
        { title: 'input' },
        { title: 'output' },
        { title: 'cached input' },
        { title: 'date' },
      ],
      known.map(({ model, price }) => [
        renderName(model),
        price?.inputPerMillionUsd,
        price?.outputPerMillionUsd,
        price?.cachedInputPerMillionUsd ?? 'as input, estimated',
        price?.date,
      ]),
    )}`;
}
