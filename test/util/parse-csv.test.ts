import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { parseCsv, type CsvOptions, type CsvRow } from '../../src/util/parse-csv.js';

function parse(text: string, delimiter: CsvOptions['delimiter'] = ',') {
  let header: readonly string[] = [];
  const rows: CsvRow[] = [];
  const result = parseCsv(text, {
    delimiter,
    onHeader(names) {
      header = names;
    },
    onRow: (row) => rows.push(row),
  });
  return { header, rows, result };
}

describe('parseCsv', () => {
  it.each([
    ['\\n', '\n'],
    ['\\r\\n', '\r\n'],
  ])('knows the lines of rows after multi-line cells and blank lines, with %s', (_, end) => {
    const lines = ['a,b', '"one', 'two","3"', '', '4,5', '"', '', '",6', '7,8'];
    const { header, rows } = parse(lines.join(end));
    expect(header).toEqual(['a', 'b']);
    expect(rows.map(({ line, cells }) => [line, cells.ok])).toEqual([
      [2, true],
      [5, true],
      [6, true],
      [9, true],
    ]);
    expect(rows[0]?.cells).toEqual({ ok: true, value: [`one${end}two`, '3'] });
  });

  it('reads what papaparse writes, cell by cell', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('"', 'a\nb', ',', ' x ', '__proto__'));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (given) => {
        const text = Papa.unparse([['a', 'b', 'c'], ...given], { newline: '\n', quotes: true });
        const { rows } = parse(text);
        expect(rows.map(({ cells }) => cells)).toEqual(given.map((value) => ({ ok: true, value })));
        const breaks = given.slice(0, -1).join('').split('\n').length - 1;
        expect(rows.at(-1)?.line).toBe(1 + given.length + breaks);
      }),
    );
  });

  it.each([
    ['alone', 'She said yes"\tneg'],
    ['beside a quoted word', 'I said "yes"\tneg'],
    ['in the last cell', 'I agree\t"pos"'],
  ])('refuses a quotation mark between tabs that swallows rows up to one %s', (_, last) => {
    const lines = ['text\tlabel', 'Fine\tpos', '"Yes, I agree\tpos', 'Cold food\tneg', last];
    for (const end of ['\n', '\r\n']) {
      const { rows, result } = parse([...lines, 'Fine\tpos', ''].join(end), 'header');
      expect(rows).toHaveLength(1);
      expect(result).toMatchObject({
        problem: {
          line: 3,
          what: expect.stringMatching(
            /ends on line 5.* looks like whole rows; separate the cells by commas if some hold tabs/,
          ),
        },
      });
    }
  });

  it('refuses a quoted table between tabs whose lines may all be rows', () => {
    const { result } = parse('text\tlabel\n"name\tage\nBob\t3\nHow old is Bob?"\t3\n', '\t');
    expect(result).toMatchObject({ problem: { line: 2 } });
  });

  it('reads quoted cells between tabs, as Excel writes them', () => {
    const cells = [
      ['Sum it\nup', 'pos'],
      ['First\n\n"third"', 'a\nb'],
      ['Sort:\na\t1\nb\t2', 'pos'],
      ['name\tage\nBob\t3\n\nHow old is Bob?', '3'],
      ['name\tage\nIn years:\nBob\t3\nHow old is Bob?', '3'],
      ['A\ttab', 'line\nbreak'],
    ];
    const { rows, result } = parse(Papa.unparse([['a', 'b'], ...cells], { delimiter: '\t' }), '\t');
    expect(result.ok).toBe(true);
    expect(rows.map((row) => row.cells)).toEqual(cells.map((value) => ({ ok: true, value })));
    expect(parse('a\n"one\ntwo"\n', '\t').rows).toHaveLength(1);
  });

  it('gives rows of another length with their problem', () => {
    const { rows } = parse('a,b\n1\n1,2,3\n1,2');
    expect(rows).toMatchObject([
      { line: 2, cells: { problem: expect.stringMatching(/^1 cells where the header has 2/) } },
      { line: 3, cells: { problem: expect.stringMatching(/^3 cells where the header has 2/) } },
      { line: 4, cells: { ok: true } },
    ]);
  });

  it('gives rows of malformed quotes with their problem', () => {
    const { rows } = parse('a,b\n"x"y,1\n2,3"\n4,5\n');
    expect(rows[0]?.cells).toMatchObject({ problem: expect.stringMatching(/^not valid CSV/) });
    expect(rows.at(-1)?.cells).toMatchObject({ ok: true, value: ['4', '5'] });
  });

  it('refuses a quote that is never closed, instead of reading on as one cell', () => {
    const { result, rows } = parse('a,b\n1,2\n3,"4\n5,6\n7,8\n');
    expect(result).toEqual({
      ok: false,
      problem: { line: 3, what: 'a quoted cell of this row is never closed' },
    });
    expect(rows).toHaveLength(1);
  });

  it('refuses a column name that occurs twice', () => {
    const problem = { line: 1, what: 'the column "a" occurs twice' };
    expect(parse('a,b,a\n1,2,3\n')).toMatchObject({ result: { problem }, header: [], rows: [] });
  });

  it('says where a text has no header', () => {
    expect(parse('\n').result).toEqual({ ok: true, value: false });
    expect(parse('a\n').result).toEqual({ ok: true, value: true });
  });

  it('splits at the given separator, or at the one that the header holds most often', () => {
    expect(parse('a\tb,c\n1\t2,3', '\t').header).toEqual(['a', 'b,c']);
    expect(parse('a;b,c;d\n', 'header').header).toEqual(['a', 'b,c', 'd']);
  });
});
