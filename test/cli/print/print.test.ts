import { describe, expect, it } from 'vitest';
import { plotPoints } from '../../../src/cli/print/plot-points.js';
import { escapeControls, formatTable, style, textColumn } from '../../../src/cli/print/print.js';

const terminal = { isTTY: true, write: () => true };

describe('style', () => {
  it('colors on a terminal, and nowhere else', () => {
    const before = process.env['NO_COLOR'];
    delete process.env['NO_COLOR'];
    expect(style('red', 'text', terminal)).toBe('\u001b[31mtext\u001b[39m');
    expect(style('red', 'text', { write: () => true })).toBe('text');
    process.env['NO_COLOR'] = '1';
    expect(style('red', 'text', terminal)).toBe('text');
    if (before === undefined) delete process.env['NO_COLOR'];
    else process.env['NO_COLOR'] = before;
  });
});

describe('text from outside', () => {
  it('cannot steer the terminal', () => {
    expect(escapeControls('a\u001b[2Jb\u0007\u009bc\nd\te')).toBe('a\\x1b[2Jb\\x07\\x9bc\nd\te');
  });

  it('cannot break a table', () => {
    const table = formatTable(
      [textColumn('model'), 'quality'],
      [
        ['small\u001b[1m\nmodel', '.5'],
        ['x', '1.000'],
      ],
    );
    expect(table.split('\n')).toEqual([
      '  model               quality',
      '  small\\x1b[1m model       .5',
      '  x                     1.000',
    ]);
  });
});

describe('a table that is wider than the terminal', () => {
  const columns = [textColumn('model'), 'quality', 'cost', 'latency'];
  const rows = [
    ['small', '0.500', '$0.10', '1.2 s'],
    ['large', '0.900', '$2.00', '4.5 s'],
  ];

  it('continues below, with the first column again', () => {
    expect(formatTable(columns, rows, 25).split('\n')).toEqual([
      '  model  quality   cost',
      '  small    0.500  $0.10',
      '  large    0.900  $2.00',
      '',
      '  model  latency',
      '  small    1.2 s',
      '  large    4.5 s',
    ]);
  });

  it('stays in one piece where it fits, and shows each column where none does', () => {
    expect(formatTable(columns, rows, 34).split('\n')).toHaveLength(3);
    expect(formatTable(columns, rows, 5).split('\n\n')).toHaveLength(3);
  });
});

describe('a plot', () => {
  it('puts the cheapest left, the best at the top, and costs on a logarithmic axis', () => {
    const lines = plotPoints([
      { x: 0.001, y: 0.5, mark: 'a' },
      { x: 0.01, y: 0.75, mark: 'b' },
      { x: 0.1, y: 1, mark: 'c' },
    ]).split('\n');
    const rowOf = (mark: string): number => lines.findIndex((line) => line.includes(mark));
    const columnOf = (mark: string): number => lines[rowOf(mark)]?.indexOf(mark) ?? -1;
    expect(rowOf('c')).toBe(0);
    expect(rowOf('a')).toBe(13);
    const half = (columnOf('a') + columnOf('c')) / 2;
    expect(Math.abs(columnOf('b') - half)).toBeLessThanOrEqual(1);
    expect(lines[0]).toMatch(/^ +1\.000 \|/);
    expect(lines.at(-1)).toMatch(/\$1\.00 +\$100$/);
  });

  it('takes free models, single points and unknown ones', () => {
    expect(plotPoints([{ x: 0, y: 0.5, mark: 'x' }])).toContain('x');
    expect(plotPoints([{ x: Number.NaN, y: 0.5, mark: 'x' }])).toContain('nothing to plot');
  });
});
