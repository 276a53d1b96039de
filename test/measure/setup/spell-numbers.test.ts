import { describe, expect, it } from 'vitest';
import { parseSpelledJson } from '../../../src/measure/setup/spell-numbers.js';

describe('parseSpelledJson', () => {
  it('keeps numbers that a double does not, wherever they are', () => {
    const row =
      '{"a": 12345678901234567890, "b": [-9007199254740993], "c": "12345678901234567890"}';
    expect(parseSpelledJson(row, 1)).toEqual({
      a: '12345678901234567890',
      b: ['-9007199254740993'],
      c: '12345678901234567890',
    });
  });

  it.each([
    ['{"a": 1.10}', 1],
    ['[{"a": 1.10}]', 2],
    ['{"rows": [{"a": 1.10}]}', 3],
  ])('keeps the zeros of the members of a row: %s', (json, depth) => {
    expect(JSON.stringify(parseSpelledJson(json, depth))).toContain('{"a":"1.10"}');
  });

  it('leaves all others as they are: of settings, whole ones, and those with two readings as texts', () => {
    const row =
      '{"a": {"top_p": 0.50}, "b": [1.10], "c": 3.0, "d": 1.250, "e": 100, "f": NaN, "g": "1.10"}';
    expect(parseSpelledJson(row, 1)).toEqual({
      a: { top_p: 0.5 },
      b: [1.1],
      c: 3,
      d: 1.25,
      e: 100,
      f: null,
      g: '1.10',
    });
  });
});
