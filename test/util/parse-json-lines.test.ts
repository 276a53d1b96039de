import { describe, expect, it } from 'vitest';
import { parseJsonLines } from '../../src/util/parse-json-lines.js';

describe('parseJsonLines', () => {
  it('gives values with their line, whatever the line ends, and skips blank lines', () => {
    expect([...parseJsonLines('{"a":1}\r\n\n  \n[2]\n"x"')]).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: [2] },
      { line: 5, value: 'x' },
    ]);
  });

  it('goes on after a line that is not JSON', () => {
    const lines = [...parseJsonLines('{"a":\n{"quality":NaN}\n3\n')];
    expect(lines.map(({ line, problem }) => [line, problem !== undefined])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  it('gives nothing for an empty text', () => {
    expect([...parseJsonLines('')]).toEqual([]);
  });
});
