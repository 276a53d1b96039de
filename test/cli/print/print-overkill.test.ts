import { describe, expect, it, vi } from 'vitest';
import { printOverkill } from '../../../src/cli/print/print-overkill.js';
import { findOverkill } from '../../../src/learn/evaluate/diagnose/overkill.js';
import { computeOverkillReport } from '../../../src/learn/report/compute-overkill-report.js';
import { computeVolume } from '../../../src/learn/report/read-volume.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';

/** What is printed of a table with two tasks, as one line. */
function capture(table: OutcomeTable): string {
  const rows = listRows(table.prompts.length);
  const settings = { groups: rows, taskOf: new Int32Array(rows.length) };
  const volume = computeVolume(1000);
  const overkill = findOverkill(table, { baseline: 'large', ...settings });
  const report = computeOverkillReport(overkill, table, {
    ...settings,
    volume,
    showPrompts: false,
  });
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    printOverkill(report, volume);
    return write.mock.calls
      .map(([text]) => String(text))
      .join('')
      .replaceAll(/\s+/g, ' ');
  } finally {
    write.mockRestore();
  }
}

describe('what overkill costs, in the terminal', () => {
  it('is no share of a total that is not known', () => {
    const build = (dear: number | null): OutcomeTable =>
      buildOutcomeTable(
        ['large', 'small'],
        Array.from({ length: 800 }, (_, row) => ({
          task: row % 2 === 0 ? 'easy' : 'other',
          quality: [1, 1],
          costUsd: row % 2 === 0 ? [0.01, 0.001] : [dear, 0.01],
        })),
      );
    expect(capture(build(0.01))).toContain('Savings: $4.50 of $10.00 per month.');
    expect(capture(build(null))).toContain('Savings: $4.50 per month.');
  });

  it('compares quality with no grade that is not known', () => {
    const one = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 100 }, (_, row) => ({
        task: 'easy',
        quality: [1, row === 0 ? 1 : null],
        costUsd: [0.01, 0.001],
      })),
    );
    expect(capture(one)).toContain('with quality 1.000 on 1 of 100 prompts. It would save');
  });
});
