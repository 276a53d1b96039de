import type { Interval } from '../../../policy/file/policy.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Volume } from '../report.js';
import { formatPoints, formatRange, unknown } from '../typeset-number.js';

/** A name from outside: set apart, so that its direction and its length disturb nothing around it. */
export function renderName(name: string): Html {
  return html`<bdi class="name">${name}</bdi>`;
}

/** A task's name; those without a label are said to have none. */
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

/** A chart in two sizes, of which one is shown, with its caption. */
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

/** What stands on everything that rests on simulated models. */
export function simulatedTag(simulated: boolean): HtmlValue {
  return simulated && html`<strong class="tag">SIMULATED</strong> `;
}

export interface Column {
  readonly title: string;
  /** @default 'number' */
  readonly kind?: 'text' | 'number';
}

/** From more columns on, the rows of a table become small lists on a phone. */
const maxColumnsOnPhone = 4;

/**
 * A table in a frame that scrolls by itself where the page is too narrow for it.
 *
 * @param name what a screen reader says of the table and its frame
 * @param phone how it is shown on a phone; as lists where it has more than four columns
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

/** A frame that scrolls by itself, also by the keyboard. */
export function renderFrame(name: string, content: Html): Html {
  return html`<div class="frame" role="region" aria-label="${name}" tabindex="0">${content}</div>`;
}

/** A difference in quality with its interval, in points. */
export function renderDifference(interval: Interval | null | undefined): Html {
  if (interval === null || interval === undefined) return html`${unknown}`;
  return html`${formatPoints(interval.mean)}
    <span class="range">${formatRange(interval, formatPoints)}</span>`;
}

/** What the money is for: `a month`, or what it is where nobody said. */
export function describeVolume(volume: Volume): string {
  return volume.kind === 'per_thousand' ? 'per 1,000 requests' : 'a month';
}
