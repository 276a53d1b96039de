import type { Interval } from '../../../policy/file/policy.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Volume } from '../report.js';
import { formatPoints, formatPointsRange, unknown } from '../typeset-number.js';

/** A name from outside, isolated so that its direction and length do not affect the text around it. */
export function renderName(name: string): Html {
  return html`<bdi class="name">${name}</bdi>`;
}

/** The one model of an objective, of which some prompts may be beyond it. */
export function renderConstant(model: string, promptsBeyondModel: number): Html {
  return promptsBeyondModel === 0
    ? html`always ${renderName(model)}`
    : html`${renderName(model)} wherever that can answer`;
}

/** A task's name, or `no label`. */
export function renderTask(task: string | null): Html {
  return task === null ? html`<i>no label</i>` : renderName(task);
}

/** A section of the page with its heading. */
export function renderSection(id: string, title: HtmlValue, ...content: HtmlValue[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}

/** A chart with its caption, in two sizes; the screen's width decides which is shown. */
export function renderFigure(
  charts: { readonly wide: Html; readonly narrow: Html },
  caption: HtmlValue,
  simulated: boolean,
): Html {
  return html`<figure>
    <div class="wide">${charts.wide}</div>
    <div class="narrow">${charts.narrow}</div>
    <figcaption>${simulatedTag(simulated)}${caption}</figcaption>
  </figure>`;
}

/** The mark of all text that is based on simulated models. */
export function simulatedTag(simulated: boolean): HtmlValue {
  return simulated && html`<strong class="tag">SIMULATED</strong> `;
}

export interface Column {
  readonly title: string;
  /** @default 'number' */
  readonly kind?: 'text' | 'number';
}

/** With more columns, the rows of a table become small lists on a phone. */
const maxColumnsOnPhone = 4;

/**
 * A table in a frame of its own, which scrolls if the page is too narrow for it.
 *
 * @param name accessible name of the table and its frame
 * @param phone form on a phone. @default 'lists' with more than four columns, otherwise 'table'
 */
export function renderTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly HtmlValue[])[],
  phone: 'table' | 'lists' = columns.length > maxColumnsOnPhone ? 'lists' : 'table',
): Html {
  const kinds = columns.map(({ kind }) => (kind === 'text' ? 'text' : 'number'));
  return renderFrame(
    name,
    html`<table class="${phone}">
      <caption class="hidden">
        ${name}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title }, index) => html`<th scope="col" class="${kinds[index]}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...others]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${others.map(
                (value, index) =>
                  html`<td class="${kinds[index + 1]}" data-title="${columns[index + 1]?.title}">
                    <span>${value}</span>
                  </td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

/** A frame that scrolls independently of the page, with the keyboard too. */
export function renderFrame(name: string, content: Html): Html {
  return html`<div class="frame" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}

/** A difference in quality with its interval, in points. */
export function renderDifference(interval: Interval | null | undefined): Html {
  if (interval === null || interval === undefined) return html`${unknown}`;
  return html`${formatPoints(interval.mean)}
    <span class="range">${formatPointsRange(interval)}</span>`;
}

/** The volume that costs are for: `per month`, or `per 1,000 requests` if none was given. */
export function describeVolume(volume: Volume): string {
  return volume.kind === 'per_thousand' ? 'per 1,000 requests' : 'per month';
}
