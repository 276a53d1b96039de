import { html, trustMarkup } from './html.js';
import type { Report } from './report.js';
import { renderBought } from './sections/bought-section.js';
import { renderCharts } from './sections/charts-section.js';
import { renderHealth } from './sections/health-section.js';
import { renderHeatMap } from './sections/heat-map-section.js';
import { renderOverkill } from './sections/overkill-section.js';
import { renderName } from './sections/parts.js';
import { renderPolicy } from './sections/policy-section.js';
import { renderProvenance } from './sections/provenance-section.js';
import { renderReplay } from './sections/replay-section.js';
import { renderTrust } from './sections/trust-section.js';
import { renderVerdict } from './sections/verdict-section.js';
import { styleSheet } from './style-sheet.js';

/** Nothing may be loaded, and no script may run. */
const contentPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Renders a report as one self-contained HTML file. */
export function renderReport(report: Report): string {
  const { simulated, name, provenance, policy, replay } = report;
  const sections: [string, string][] = [
    ['overkill', 'Overkill'],
    ['frontier', 'Quality and cost'],
    ['heat-map', 'Models and tasks'],
    ['trust', 'Reliability'],
    ...(policy === null ? [] : [['policy', 'Policy'] satisfies [string, string]]),
    ...(replay === null ? [] : [['production', 'Production'] satisfies [string, string]]),
    ...(report.adaptive === null && report.added.length === 0
      ? []
      : [['bought', 'Purchases'] satisfies [string, string]]),
    ['health', 'Run'],
    ['provenance', 'Provenance'],
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="routesmith ${provenance.version}" />
        <title>${simulated && 'SIMULATED: '}${name}: does routing pay?</title>
        <style>
          ${trustMarkup(styleSheet)}
        </style>
      </head>
      <body>
        ${simulated && html`<aside class="simulated" aria-label="Simulated data"><strong>SIMULATED</strong> <span>made-up practice models; these numbers say nothing about real models</span></aside>`}
        <header>
          <p class="brand">Routesmith <span>report on ${renderName(name)}</span></p>
          <p class="small">${provenance.createdAt.slice(0, 10)}</p>
        </header>
        <main>
          ${renderVerdict(report)}
          <nav aria-label="Sections">
            ${sections.map(([id, title]) => html`<a href="#${id}">${title}</a> `)}
          </nav>
          ${renderOverkill(report)} ${renderCharts(report)} ${renderHeatMap(report)}
          ${renderTrust(report)} ${renderPolicy(report)} ${renderReplay(report)}
          ${renderBought(report)} ${renderHealth(report)} ${renderProvenance(report)}
        </main>
      </body>
    </html> `.text;
}
