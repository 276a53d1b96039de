import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitColumns } from '../../../src/cli/print/fit-columns.js';
import { formatTable, textColumn } from '../../../src/cli/print/print.js';

const anyWord = fc.stringMatching(/^[a-z0-9]{1,9}$/);
const anyCell = fc.array(anyWord, { maxLength: 6 }).map((words) => words.join(' '));

describe('a table', () => {
  it('fits 80 columns where its short cells and longest words do, and loses no word', () => {
    const anyTable = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.array(fc.array(anyCell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(anyTable, ([head = [], ...rows]) => {
        const table = formatTable(
          head.map((title) => textColumn(title)),
          rows,
        );
        for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
        const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
        expect(words(table).toSorted()).toEqual(words([head, ...rows].flat().join(' ')).toSorted());
      }),
    );
  });

  it('breaks names last, and never before a unit, nor inside an interval if it fits', () => {
    const table = formatTable(
      [textColumn('strategy'), 'quality', 'vs. best single', 'cost saved', 'latency'],
      [
        [
          'per-task table (true label), of tasks',
          '0.946',
          '+0.027 [0.000, 0.054]',
          '27 % [25, 30]',
          '3.5 s',
        ],
      ],
    );
    expect(table.split('\n')).toEqual([
      '  strategy                       quality        vs. best     cost saved  latency',
      '                                                  single',
      '  per-task table (true label),     0.946          +0.027  27 % [25, 30]    3.5 s',
      '  of tasks                                [0.000, 0.054]',
    ]);
  });

  it('breaks intervals at the comma where the table would not fit otherwise', () => {
    const interval = '+0.122 [0.092, 0.153]';
    const columns = ['quality', 'gain', 'cost per 1,000', 'its cost', 'utility gain'];
    const table = formatTable(
      [textColumn('objective'), textColumn('pays'), textColumn('hardest to beat'), ...columns],
      [['balanced', 'yes', 'practice/scholar', '0.922', interval, '$0.0338', '$0.26', interval]],
    );
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(table).toMatch(/\[0\.092,\s+\[0\.092,\n\s+0\.153\]\s+0\.153\]$/);
  });

  it('has room for characters that are two columns wide', () => {
    const label = '翻译成中文的任务';
    expect(formatTable([textColumn('task'), 'n'], [[label, '1']])).toContain(label);
  });

  it('breaks long names of models after a slash or a hyphen where nothing else gives way', () => {
    const columns = [textColumn('model'), ...Array.from({ length: 8 }, () => 'calls')];
    const row = (name: string): string[] => [name, ...Array.from({ length: 8 }, () => '1,234')];
    const table = formatTable(columns, [
      row('anthropic/claude-3.5-sonnet-20241022'),
      row('openai/gpt-4o-mini'),
    ]);
    expect(table.split('\n').map((line) => line.slice(0, 24).trimEnd())).toEqual([
      '  model',
      '  anthropic/claude-3.5-',
      '  sonnet-20241022',
      '  openai/gpt-4o-mini',
    ]);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('of long words is wider rather than cut', () => {
    const long = 'x'.repeat(90);
    expect(formatTable([textColumn('model'), 'n'], [[long, '1']])).toContain(long);
  });
});

describe('fitColumns', () => {
  it('leaves a table as it is where it fits', () => {
    expect(
      fitColumns(
        [
          ['ab', 'c d'],
          ['a', 'e'],
        ],
        80,
      ),
    ).toEqual([2, 3]);
  });
});
