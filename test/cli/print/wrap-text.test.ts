import { describe, expect, it } from 'vitest';
import { wrapSentences, wrapText } from '../../../src/cli/print/wrap-text.js';

describe('wrapText', () => {
  it('breaks between words', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  });
});

describe('wrapSentences', () => {
  it('keeps the indent of a sentence, and short lines as they are', () => {
    expect(wrapSentences('short\n  one two three four', 10)).toBe(
      'short\n  one two\n  three\n  four',
    );
  });

  it('keeps rows of tables and commands in one piece', () => {
    const row = '  north/model  12,345  0.812';
    const command = '  routesmith sweep --tasks tasks.jsonl';
    const next = 'Next: routesmith evaluate runs/first';
    expect(wrapSentences([row, command, next].join('\n'), 12)).toBe(
      [row, command, next].join('\n'),
    );
  });

  it('does not count what only colors', () => {
    const bold = '\u001b[1mone two\u001b[22m';
    expect(wrapSentences(bold, 7)).toBe(bold);
  });
});
