import type * as Plot from '@observablehq/plot';
import type * as Linkedom from 'linkedom';
import { loadModule } from '../../../util/load-module.js';
import { trustMarkup, type Html } from '../html.js';

/** Observable Plot, which is loaded when a chart is first drawn. */
export function loadPlot(): typeof Plot {
  return loadModule<typeof Plot>('@observablehq/plot');
}

let page: Document | undefined;

/** The document that all plots are drawn in. */
function openPage(): Document {
  const { parseHTML } = loadModule<typeof Linkedom>('linkedom');
  page ??= parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;
  return page;
}

/** Text in the font, size and color of the page around the chart. */
const chartStyle = { fontFamily: 'inherit', fontSize: '12px', background: 'none' } as const;

export type DrawnPlot = ReturnType<typeof Plot.plot>;

/** Draws a plot without a browser. */
export function drawPlot(options: Plot.PlotOptions): DrawnPlot {
  return loadPlot().plot({ ...options, document: openPage(), style: chartStyle });
}

/** A plot as SVG.
 *
 * @param name accessible name
 */
export function renderPlot(plot: DrawnPlot, name: string): Html {
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', name);
  // Parts of an image must not have accessible names of their own.
  for (const part of plot.querySelectorAll('[aria-label],[aria-description]')) {
    part.removeAttribute('aria-label');
    part.removeAttribute('aria-description');
  }
  return trustMarkup(plot.outerHTML);
}

/** The mark of charts of simulated models. */
export function markSimulated(simulated: boolean): Plot.Markish[] {
  if (!simulated) return [];
  return [
    loadPlot().text(['SIMULATED'], {
      frameAnchor: 'bottom-right',
      dx: -6,
      dy: -6,
      fill: 'var(--simulated)',
      fontWeight: 700,
      fontSize: 13,
    }),
  ];
}
