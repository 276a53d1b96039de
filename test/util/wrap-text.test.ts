import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepTogether, restoreSpaces, wrapSentences, wrapText } from '../../src/util/wrap-text.js';

describe('wrapText', () => {
  it('breaks between words', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  });

  it('keeps a number with its unit, and an interval in brackets', () => {
    expect(wrapText('routing kept 98.6 % of it', 17)).toEqual(['routing kept', '98.6 % of it']);
    expect(wrapText('a gain of [0.010, 0.020]', 18)).toEqual(['a gain of', '[0.010, 0.020]']);
  });

  it('breaks long remarks in brackets', () => {
    const remark = '[which is one that nobody would call an interval]';
    expect(wrapText(remark, 20).length).toBeGreaterThan(1);
  });
});

describe('keepTogether', () => {
  it('is undone by restoreSpaces', () => {
    const anyText = fc.oneof(fc.string(), fc.constantFrom('27 % [25, 30]', '3.5 s', '[a b] 4 kB'));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(restoreSpaces(keepTogether(text))).toBe(text);
      }),
    );
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
