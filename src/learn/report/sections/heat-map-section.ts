import type { Slice, SliceStrategy } from '../../evaluate/diagnose/slices.js';
import type { Interval } from '../../../policy/file/policy.js';
import { html, type Html } from '../html.js';
import type { Report } from '../report.js';
import { formatCount } from '../../../util/format-number.js';
import {
  formatCost,
  formatLatency,
  formatPoints,
  formatPointsRange,
  formatQualityPercent,
  unknown,
} from '../typeset-number.js';
import { renderFrame, renderName, renderSection, renderTask, simulatedTag } from './parts.js';

type Measure = 'quality' | 'costUsd' | 'latencyMs';

interface View {
  readonly measure: Measure;
  readonly title: string;
  /** Whether a higher value is better. */
  readonly higherIsBetter: boolean;
  readonly format: (value: number) => string;
}

const captions: Readonly<Record<Measure, string>> = {
  quality: 'Quality, %',
  costUsd: 'Cost per 1,000 requests',
  latencyMs: 'Mean latency',
};

const views: readonly View[] = [
  {
    measure: 'quality',
    title: 'Quality',
    higherIsBetter: true,
    format: (value) => (100 * value).toFixed(0),
  },
  { measure: 'costUsd', title: 'Cost', higherIsBetter: false, format: formatCost },
  { measure: 'latencyMs', title: 'Latency', higherIsBetter: false, format: formatLatency },
];

/** Every model on every task: one table per measure, with colored cells. */
export function renderHeatMap({ tasks, models, overkill, simulated, evaluation }: Report): Html {
  const order = evaluation.models.map(({ model }) => model).filter((name) => models.includes(name));
  const known = views.filter(({ measure }) =>
    tasks.some((slice) => slice.models.some((model) => model[measure] !== null)),
  );
  return renderSection(
    'heat-map',
    'Every model on every task',
    html`<p>
      ${simulatedTag(simulated)}Models are ordered by overall quality, best first;
      <span class="now-mark">the one in use now</span> is underlined. The best value of each row is
      bold. ${known.length < views.length && 'Measures that were not recorded are not shown.'}
    </p>`,
    html`<div class="views">
      <div role="radiogroup" aria-label="What the cells show">
        ${known.map(
          ({ measure, title }, index) =>
            html`<label
              ><input
                type="radio"
                name="view"
                id="view-${measure}"
                ${index === 0 && html` checked`}
              /><span>${title}</span></label
            >`,
        )}
      </div>
      ${known.map((view) => renderView(view, tasks, order, overkill.overkill.baseline))}
    </div>`,
  );
}

function renderView(
  view: View,
  tasks: readonly Slice[],
  models: readonly string[],
  baseline: string,
): Html {
  const values = tasks.flatMap((slice) =>
    slice.models.flatMap((model) => model[view.measure] ?? []),
  );
  const shade = createShade(values, view.measure !== 'quality');
  const name = `${view.title} of every model on every task`;
  return html`<div class="view view-${view.measure}">
    ${renderFrame(
      name,
      html`<table class="heat">
        <caption>
          ${captions[view.measure]}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">task</th>
            ${models.map(
              (model) =>
                html`<th scope="col" class="model${model === baseline && ' now'}" title="${model}">
                  <span>${renderName(model)}</span>
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${tasks.map(
            (slice) =>
              html`<tr>
                <th scope="row">${renderTask(slice.name)}</th>
                ${renderCells(view, slice, models, shade)}
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
  </div>`;
}

function renderCells(
  view: View,
  slice: Slice,
  models: readonly string[],
  shade: (value: number) => number,
): Html[] {
  const cells = models.map((name) => slice.models.find((model) => model.name === name));
  const values = cells.map((cell) => cell?.[view.measure] ?? null);
  const known = values.filter((value) => value !== null);
  const best = view.higherIsBetter ? Math.max(...known) : Math.min(...known);
  return cells.map((cell, index) => {
    const value = values[index] ?? null;
    if (cell === undefined || value === null) return html`<td>${unknown}</td>`;
    const text = view.format(value);
    return html`<td style="--shade:${shade(value)}%" title="${describeCell(cell, slice)}">
      ${value === best ? html`<b>${text}</b>` : text}
    </td>`;
  });
}

function describeCell(cell: SliceStrategy, slice: Slice): string {
  const { name, quality, costUsd, latencyMs, qualityDifference } = cell;
  const against = (interval: Interval): string =>
    `${formatPoints(interval.mean)} points (${formatPointsRange(interval)}) compared with the model in use now`;
  return [
    `${name} on ${slice.name ?? 'prompts without a label'}, ${formatCount(slice.prompts, 'prompt')}`,
    `quality ${formatQualityPercent(quality)}, cost per 1,000 requests ${formatCost(costUsd)}, latency ${formatLatency(latencyMs)}`,
    ...(qualityDifference === null ? [] : [against(qualityDifference)]),
  ].join('\n');
}

/** How dark a cell is, from 0 for the lowest value to 100, on a linear or logarithmic scale. */
function createShade(values: readonly number[], isLogarithmic: boolean): (value: number) => number {
  const positive = values.filter((value) => value > 0);
  const floor = Math.min(...positive);
  const place = (value: number): number =>
    isLogarithmic ? Math.log(Math.max(value, floor)) : value;
  const low = Math.min(...values.map(place));
  const range = Math.max(...values.map(place)) - low;
  return (value) => (range > 0 ? Math.round((100 * (place(value) - low)) / range) : 50);
}
