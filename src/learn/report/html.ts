import { escapeControls } from '../../util/escape-controls.js';

/** HTML that was made by `html`, and may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: texts are escaped, lists joined, and nothing is left out. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/**
 * A template of HTML. All that is put in is text, and escaped, unless a template made it: there is no
 * way to put in markup that somebody else wrote.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += renderValue(value) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

/** Takes markup as it is. Only for what this program made: a chart's SVG, the style sheet. */
export function trustMarkup(markup: string): Html {
  return new Html(markup);
}

function renderValue(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(renderValue).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return makeVisible(text).replaceAll(/[&<>"']/g, (character) => entities[character] as string);
}

/**
 * A text with what nobody sees made visible: control characters, halves of characters, and marks that
 * turn the direction of what follows, with which a name could pass for another.
 */
export function makeVisible(text: string): string {
  return escapeControls(text)
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll(
      /[\u202a-\u202e\u2066-\u2069]/g,
      (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
