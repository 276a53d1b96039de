import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/util/decode-text.js';

describe('decodeText', () => {
  it('gives any text back that UTF-8 or UTF-16 holds', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((value) => !/[\0\uFEFF]/.test(value));
    fc.assert(
      fc.property(text, (value) => {
        expect(decodeText(Buffer.from(`\uFEFF${value}`, 'utf8'))).toEqual({
          text: value,
          encoding: 'UTF-8',
        });
        expect(decodeText(Buffer.from(`\uFEFF${value}`, 'utf16le'))).toEqual({
          text: value,
          encoding: 'UTF-16',
        });
      }),
    );
  });

  it('recognizes UTF-16 without a mark, in both byte orders', () => {
    const bytes = Buffer.from('prompt,model\n', 'utf16le');
    expect(decodeText(bytes)?.text).toBe('prompt,model\n');
    expect(decodeText(Buffer.from(bytes).swap16())?.text).toBe('prompt,model\n');
  });

  it('reads bytes that are not UTF-8 as Windows-1252', () => {
    const bytes = Uint8Array.of(0x80, 0x20, 0xfc);
    expect(decodeText(bytes)).toEqual({ text: '€ ü', encoding: 'Windows-1252' });
  });

  it('finds no text in binary data', () => {
    expect(decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 1, 0xff, 0))).toBeUndefined();
  });
});
