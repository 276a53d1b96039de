import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { parseCsv, type CsvRow } from '../../../../src/measure/outcomes/importers/parse-csv.js';

function parse(text: string, file = 'file.csv'): { header: readonly string[]; rows: CsvRow[] } {
  let header: readonly string[] = [];
  const rows: CsvRow[] = [];
  const keepHeader = (names: readonly string[]): void => {
    header = names;
  };
  parseCsv(text, file, keepHeader, (row) => rows.push(row));
  return { header, rows };
}

describe('parseCsv', () => {
  it.each([
    ['\\n', '\n'],
    ['\\r\\n', '\r\n'],
  ])('knows the line of rows behind cells of many lines and blank lines, with %s', (_, end) => {
    const lines = ['a,b', '"one', 'two","3"', '', '4,5', '"', '', '",6', '7,8'];
    const { header, rows } = parse(lines.join(end));
    expect(header).toEqual(['a', 'b']);
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, undefined],
      [5, undefined],
      [6, undefined],
      [9, undefined],
    ]);
    expect(rows[0]?.cells).toEqual([`one${end}two`, '3']);
  });

  it('reads what papaparse writes, cell by cell', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', 'a\nb', ',', ' x ', '__proto__'));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (given) => {
        const text = Papa.unparse([['a', 'b', 'c'], ...given], { newline: '\n', quotes: true });
        const rows = parse(text).rows;
        expect(rows.map(({ cells }) => cells)).toEqual(given);
        const breaks = given.slice(0, -1).join('').split('\n').length - 1;
        expect(rows.at(-1)?.line).toBe(1 + given.length + breaks);
      }),
    );
  });

  it('gives rows of another length with their problem', () => {
    const { rows } = parse('a,b\n1\n1,2,3\n1,2');
    expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
      [2, 'the row has 1 cells, and the header 2'],
      [3, 'the row has 3 cells, and the header 2'],
      [4, undefined],
    ]);
  });

  it('gives rows of malformed quotes with their problem', () => {
    const { rows } = parse('a,b\n"x"y,1\n2,3"\n4,5\n');
    expect(rows[0]?.problem).toMatch(/not valid CSV/);
    expect(rows.at(-1)?.cells.at(-1)).toBe('5');
  });

  it('refuses a quote that is never closed, instead of reading on as one cell', () => {
    expect(() => parse('a,b\n1,2\n3,"4\n5,6\n7,8\n')).toThrow(/file.csv:3: a quoted cell/);
  });

  it('refuses a column name that is there twice, and an empty file', () => {
    expect(() => parse('a,b,a\n')).toThrow(/file.csv:1: the column "a" is there twice/);
    expect(() => parse('\n')).toThrow(/the file is empty/);
  });

  it('splits .tsv files at tabs', () => {
    expect(parse('a\tb,c\n1\t2,3', 'file.tsv.gz').header).toEqual(['a', 'b,c']);
  });
});
