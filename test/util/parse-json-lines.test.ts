import { describe, expect, it } from 'vitest';
import { parseJsonLines } from '../../src/util/parse-json-lines.js';

describe('parseJsonLines', () => {
  it('gives values with their line, whatever the line ends, and skips blank lines', () => {
    expect([...parseJsonLines('{"a":1}\r\n\n  \n[2]\n"x"')]).toEqual([
      { line: 1, ok: true, value: { a: 1 } },
      { line: 4, ok: true, value: [2] },
      { line: 5, ok: true, value: 'x' },
    ]);
  });

  it('goes on after a line that is not JSON', () => {
    const lines = [...parseJsonLines('{"a":\n{"quality":NaN}\n3\n')];
    expect(lines.map(({ line, ok }) => [line, ok])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  it('gives nothing for an empty text', () => {
    expect([...parseJsonLines('')]).toEqual([]);
  });
});
