import { computeFrontier, type FrontierPoint } from '../../evaluate/strategies/frontier.js';
import {
  drawScatter,
  pointLooks,
  type ScatterLine,
  type ScatterPoint,
} from '../charts/scatter-chart.js';
import { html, trustMarkup, type Html, type HtmlValue } from '../html.js';
import type { Point, PointKind, Report } from '../report.js';

import {
  formatCost,
  formatLatency,
  formatQualityPercent,
  formatRange,
  unknown,
} from '../typeset-number.js';
import { renderFigure, renderName, renderSection, renderTable } from './parts.js';

const sizes = {
  wide: { width: 860, height: 470 },
  narrow: { width: 344, height: 380 },
} as const;

/** Quality by cost and by latency, with the figures as a table. */
export function renderCharts(report: Report): Html {
  const { points } = report;
  return renderSection(
    'frontier',
    'Quality and cost',
    renderCostChart(report),
    renderLatencyChart(report),
    html`<details>
      <summary>All points as a table</summary>
      ${renderTable(
        'Quality, cost and latency of every model and strategy',
        [
          { title: 'name', kind: 'text' },
          { title: 'kind', kind: 'text' },
          { title: 'quality' },
          { title: 'cost per 1,000' },
          { title: 'latency' },
        ],
        [...points]
          .sort((a, b) => b.quality - a.quality)
          .map(({ name, kind, quality, costUsd, latencyMs, intervals }) => [
            renderName(name),
            kindNames[kind],
            html`${formatQualityPercent(quality)}
              <span class="range">${formatRange(intervals.quality, formatQualityPercent)}</span>`,
            html`${formatCost(costUsd)}
              <span class="range">${formatRange(intervals.costUsd, formatCost)}</span>`,
            latencyMs === null
              ? unknown
              : html`${formatLatency(latencyMs)}
                  <span class="range">${formatRange(intervals.latencyMs, formatLatency)}</span>`,
          ]),
      )}
    </details>`,
  );
}

function renderCostChart({ points, evaluation, simulated }: Report): HtmlValue {
  const known = points.filter(({ costUsd }) => costUsd !== null);
  const [only] = known;
  if (only === undefined || known.length < 2) {
    const what =
      only === undefined
        ? 'No costs are known'
        : html`Only the cost of ${renderName(only.name)} is known`;
    return html`<p>${what}, so there is no chart of quality by cost.</p>`;
  }
  const lines: ScatterLine[] = [];
  const { frontier } = evaluation;
  if (frontier !== null) {
    const models = evaluation.models.flatMap(({ quality, costUsd }) =>
      costUsd === null ? [] : [{ quality, costUsd }],
    );
    lines.push(
      { kind: 'mixing', points: interpolate(computeFrontier(models)) },
      { kind: 'routing', points: interpolate(computeFrontier(frontier.points)) },
    );
  }
  const scatter = known.map((point) => describePoint(point, 'costUsd'));
  const draw = (size: { width: number; height: number }): Html =>
    drawScatter(scatter, lines, {
      ...size,
      name: `Quality by cost of ${known.length} models and strategies. The table below the charts has all figures.`,
      xLabel: 'cost per 1,000 requests',
      formatX: formatCostTick,
      simulated,
    });
  return renderFigure(
    { wide: draw(sizes.wide), narrow: draw(sizes.narrow) },
    html`Up and to the left is better. ${renderLegend(known)}
    ${
      frontier !== null &&
      html`<span class="key"
          >${lineSample('accent', false)} routing, with increasing cost weight</span
        >
        <span class="key">${lineSample('faint', true)} random mixes of single models</span>`
    }
    ${frontier !== null && html`<br />Average quality over the cost range (AIQ): ${formatQualityPercent(frontier.aiq)}; with random mixes: ${formatQualityPercent(frontier.zeroRouterAiq)}.`}`,
    simulated,
  );
}

function renderLatencyChart({ points, simulated }: Report): HtmlValue {
  const known = points.filter(({ latencyMs }) => latencyMs !== null);
  const [only] = known;
  if (only === undefined || known.length < 2) {
    const what =
      only === undefined
        ? 'No latencies were recorded'
        : html`Only the latency of ${renderName(only.name)} is known`;
    return html`<p class="note">${what}, so there is no chart of quality by latency.</p>`;
  }
  const scatter = known.map((point) => describePoint(point, 'latencyMs'));
  const draw = (size: { width: number; height: number }): Html =>
    drawScatter(scatter, [], {
      ...size,
      name: `Quality by latency of ${known.length} models and strategies. The table below the charts has all figures.`,
      xLabel: 'mean latency of a whole answer',
      formatX: formatLatencyTick,
      simulated,
    });
  return html`<h3>Quality and latency</h3>
    ${renderFigure(
      { wide: draw(sizes.wide), narrow: draw(sizes.narrow) },
      html`Up and to the left is better. ${renderLegend(known)}`,
      simulated,
    )}`;
}

/** The cost of 1,000 requests on an axis, in whole dollars without cents. */
function formatCostTick(costUsd: number): string {
  return formatCost(costUsd).replace(/\.00$/, '');
}

function formatLatencyTick(latencyMs: number): string {
  return formatLatency(latencyMs).replace('.0', '');
}

function describePoint(point: Point, measure: 'costUsd' | 'latencyMs'): ScatterPoint {
  const { name, kind, quality, intervals, costUsd, latencyMs } = point;
  const lines = [
    `${name} (${kindNames[kind]})`,
    `quality ${formatQualityPercent(quality)} (${formatRange(intervals.quality, formatQualityPercent)})`,
    ...(costUsd === null
      ? []
      : [
          `cost per 1,000 requests ${formatCost(costUsd)} (${formatRange(intervals.costUsd, formatCost)})`,
        ]),
    ...(latencyMs === null
      ? []
      : [
          `latency ${formatLatency(latencyMs)} (${formatRange(intervals.latencyMs, formatLatency)})`,
        ]),
  ];
  return {
    name,
    kind,
    x: point[measure] as number,
    y: quality,
    xInterval: intervals[measure],
    yInterval: intervals.quality,
    title: lines.join('\n'),
  };
}

/**
 * The frontier with points between its corners: its segments, straight by cost, are curves on a
 * logarithmic axis.
 */
function interpolate(hull: readonly FrontierPoint[]): { x: number; y: number }[] {
  const steps = 16;
  return hull.flatMap((from, index) => {
    const to = hull[index + 1];
    if (to === undefined) return [{ x: from.costUsd, y: from.quality }];
    return Array.from({ length: steps }, (_, step) => ({
      x: from.costUsd + ((to.costUsd - from.costUsd) * step) / steps,
      y: from.quality + ((to.quality - from.quality) * step) / steps,
    }));
  });
}

const kindNames: Readonly<Record<PointKind, string>> = {
  objective: 'routing, by objective',
  now: 'in use now',
  policy: 'policy file on this run',
  oracle: 'best in hindsight',
  model: 'single model',
  reference: 'per-task table',
  baseline: 'without routing',
};

function renderLegend(points: readonly Point[]): Html {
  const present = new Set(points.map(({ kind }) => kind));
  const kinds = (Object.keys(pointLooks) as PointKind[]).filter((kind) => present.has(kind));
  return html`${kinds.map((kind) => html`<span class="key">${pointSample(kind)} ${kindNames[kind]}</span> `)}`;
}

const symbolPaths = {
  circle: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9Z',
  square: 'M4 4h8v8h-8Z',
  diamond: 'M8 2.5l3.6 5.5l-3.6 5.5l-3.6-5.5Z',
  triangle: 'M8 3l5 9h-10Z',
  star: 'M8 2l1.8 3.9l4.2.5l-3.1 2.9l.8 4.2l-3.7-2.1l-3.7 2.1l.8-4.2l-3.1-2.9l4.2-.5Z',
} as const;

function pointSample(kind: PointKind): Html {
  const { symbol, color, filled } = pointLooks[kind];
  const paint = filled ? `fill="${color}"` : `fill="none" stroke="${color}" stroke-width="1.6"`;
  return trustMarkup(
    `<svg width="16" height="16" aria-hidden="true"><path d="${symbolPaths[symbol]}" ${paint}/></svg>`,
  );
}

function lineSample(color: 'accent' | 'faint', dashed: boolean): Html {
  const dash = dashed ? ' stroke-dasharray="4 4"' : '';
  return trustMarkup(
    `<svg width="24" height="16" aria-hidden="true"><path d="M1 8h22" fill="none" stroke="var(--${color})" stroke-width="2"${dash}/></svg>`,
  );
}
