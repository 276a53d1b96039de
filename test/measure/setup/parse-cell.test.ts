import { describe, expect, it } from 'vitest';
import { isFollowedByText, parseCell } from '../../../src/measure/setup/parse-cell.js';

describe('parseCell', () => {
  it.each<[string, unknown]>([
    ['["a", 1]', ['a', 1]],
    ["['a', \"it's\", 'say \"x\"']", ['a', "it's", 'say "x"']],
    [
      "['don\\'t', 'a\\nb', 'caf\\xe9', '\\u20ac', 'C:\\\\d']",
      ["don't", 'a\nb', 'café', '€', 'C:\\d'],
    ],
    [
      "{'a': None, 'b': True, 'c': [False, 1.5], 'd': nan}",
      { a: null, b: true, c: [false, 1.5], d: null },
    ],
    ['[9007199254740993, 1.50]', ['9007199254740993', 1.5]],
    ["['None', 'True']", ['None', 'True']],
    ["['a' 'b'\n 'c']", ['a', 'b', 'c']],
    ["[{'a': 1}\n {'a': 2}]", [{ a: 1 }, { a: 2 }]],
    [
      "{'t': array(['a)', '[b]'], dtype=object), 'n': array([1, 2])}",
      { t: ['a)', '[b]'], n: [1, 2] },
    ],
  ])('reads what JSON, Python, pandas and NumPy write: %s', (cell, value) => {
    expect(parseCell(cell)).toEqual(value);
  });

  it.each([
    'Paris',
    '[Paris]',
    "['a', 'b",
    "['a'] or ['b']",
    '{name} is here',
    "[HumanMessage(content='Hi')]",
  ])('reads no list or object where there is none: %s', (cell) => {
    expect(parseCell(cell)).toBe(undefined);
  });

  it('reads a text of millions of characters', () => {
    const text = 'x'.repeat(3_000_000);
    expect(parseCell(`['${text}']`)).toEqual([text]);
  });
});

describe('isFollowedByText', () => {
  it.each([
    ["[{'a': '] x'}] Sum it up.", true],
    ["[{'a': '] x'}] ", false],
    ["[{'a': 'cut off", false],
  ])('%s: %s', (cell, isFollowed) => {
    expect(isFollowedByText(cell)).toBe(isFollowed);
  });
});
