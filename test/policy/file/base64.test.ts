import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../src/policy/file/base64.js';

describe('base64', () => {
  it('is what every other encoder writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  it('gives the bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    'A',
    'AA',
    'AAA',
    '=',
    '====',
    'A===',
    'AA=A',
    'AAA=AAAA',
    'AA-_',
    'AA A',
    'AAAé',
    'AA\n=',
  ])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it('takes any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = decodeBase64(text);
        expect(bytes === undefined || bytes.length <= text.length).toBe(true);
      }),
    );
  });
});
