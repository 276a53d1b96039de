import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine, LineSplitter } from '../../src/util/split-lines.js';

/** The lines of a text that comes in chunks, and what follows the last line break. */
function split(chunks: readonly Uint8Array[], maxBytes?: number) {
  const splitter = new LineSplitter(maxBytes);
  const lines: (string | null)[] = [];
  for (const chunk of chunks) {
    // The caller reads its next chunk into the same memory.
    const buffer = Buffer.from(chunk);
    for (const line of splitter.split(buffer)) lines.push(line && line.toString('utf8'));
    buffer.fill(0);
  }
  const rest = splitter.end();
  return { lines, rest: rest && rest.toString('utf8') };
}

const text = (value: string) => Buffer.from(value);

describe('LineSplitter', () => {
  it('gives the same lines whatever the chunks, and what follows the last line break', () => {
    const pieces = fc.array(fc.stringMatching(/^[aé\n😀]{0,5}$/u), { maxLength: 8 });
    const cut = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(pieces, cut, (parts, size) => {
        const bytes = text(parts.join(''));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const expected = parts.join('').split('\n');
        const last = expected.pop();
        const { lines, rest } = split(chunks);
        expect(lines).toEqual(expected);
        expect(rest ?? '').toBe(last);
      }),
    );
  });

  it.each([
    ['in one chunk', ['1234567\nok\n'], [null, 'ok'], undefined],
    ['in several chunks', ['12', '34', '567', '89\nok\n'], [null, 'ok'], undefined],
    ['by its end only', ['1234', '5\nok\n'], [null, 'ok'], undefined],
    ['at the end', ['ok\n12', '34567'], ['ok'], null],
    ['not at all', ['1234\nok\n12', '34'], ['1234', 'ok'], '1234'],
  ] as const)(
    'gives no line that is longer than the limit: too long %s',
    (_, chunks, lines, rest) => {
      expect(split(chunks.map(text), 4)).toEqual({ lines, rest });
    },
  );

  it('holds no more than the limit of a line without an end', () => {
    const splitter = new LineSplitter(1_000_000);
    const chunk = Buffer.alloc(100_000, 'x');
    for (let count = 0; count < 100_000; count++) splitter.split(chunk).next();
    expect(splitter.end()).toBeNull();
  });

  it('reads a line that comes byte by byte without copying it each time', () => {
    const splitter = new LineSplitter();
    const byte = text('x');
    for (let count = 0; count < 1_000_000; count++) splitter.split(byte).next();
    expect(splitter.end()?.length).toBe(1_000_000);
  });
});

it('decodes a line that is too long as a text that is no JSON', () => {
  expect(decodeLine(text('{}'))).toBe('{}');
  expect(() => JSON.parse(decodeLine(null)) as unknown).toThrow(SyntaxError);
});
