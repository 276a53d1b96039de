import { escapeControls } from '../../util/escape-controls.js';

/** Markup that was made by `html` and needs no escaping. */
export class Html {
  constructor(readonly text: string) {}
}

/** A value in a template: texts are escaped, lists are joined, and empty values are omitted. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/** A template of HTML. Every value is escaped as text unless a template made it. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += renderValue(value) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

/** Takes markup unescaped. Only for markup from this program: a chart's SVG, the style sheet. */
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
 * Makes invisible characters visible: control characters, lone surrogates, and marks that change the
 * direction of text, which could disguise one name as another.
 */
export function makeVisible(text: string): string {
  return escapeControls(text).replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
