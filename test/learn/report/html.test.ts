import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { html, makeVisible, trustMarkup } from '../../../src/learn/report/html.js';

describe('a template', () => {
  it('escapes texts, keeps what templates made, joins lists and leaves nothing out', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    const { text } = html`<ul title="${'"x'}">
      ${items}${null}${undefined}${false}${0}
    </ul>`;
    expect(text.replaceAll(/\n\s+/g, '')).toBe(
      '<ul title="&quot;x"><li>a</li><li>&lt;b&gt;</li>0</ul>',
    );
    expect(html`${trustMarkup('<i>')}`.text).toBe('<i>');
  });

  it('gives any text back as it was, and makes no element and no attribute of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { document } = parseHTML(html`<div><p title="${text}">${text}</p></div>`.text);
        const paragraph = document.querySelector('p');
        expect(document.querySelectorAll('*')).toHaveLength(2);
        expect(paragraph?.attributes).toHaveLength(1);
        expect(paragraph?.textContent).toBe(makeVisible(text));
        expect(paragraph?.getAttribute('title')).toBe(makeVisible(text));
      }),
    );
  });
});

describe('what nobody sees', () => {
  it.each([
    ['control characters', 'a\u0000b\u001b[31m', 'a\\x00b\\x1b[31m'],
    ['marks that turn the direction', 'a\u202eb\u2066', 'a\\u202eb\\u2066'],
    ['halves of characters', 'a\ud800b', 'a\ufffdb'],
  ])('is shown: %s', (_, text, visible) => {
    expect(makeVisible(text)).toBe(visible);
  });

  it('is not what letters of any script and emoji are made of', () => {
    const text = 'مرحبا עברית 你好 👩‍👩‍👧 🇦🇹 é\n\tx';
    expect(makeVisible(text)).toBe(text);
  });
});
