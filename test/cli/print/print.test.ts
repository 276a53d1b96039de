import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plotPoints } from '../../../src/cli/print/plot-points.js';
import {
  escapeControls,
  formatTable,
  printStyled,
  style,
  textColumn,
} from '../../../src/cli/print/print.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

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

describe('a paragraph in a style', () => {
  it('is styled line by line on a terminal, which its text cannot steer', () => {
    vi.stubEnv('NO_COLOR', '');
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const { isTTY } = process.stdout;
    process.stdout.isTTY = true;
    try {
      printStyled('bold', `Ended: ${'word '.repeat(20)}\u001b[2J`);
    } finally {
      process.stdout.isTTY = isTTY;
    }
    const lines = written.join('').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const plain = stripVTControlCharacters(line);
      expect(plain.length).toBeLessThanOrEqual(80);
      expect(line).toBe(`\u001b[1m${plain}\u001b[22m`);
    }
    expect(lines[1]).toContain('\\x1b[2J');
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
