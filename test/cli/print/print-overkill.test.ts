import { describe, expect, it, vi } from 'vitest';
import { formatOverkillCsv, printOverkill } from '../../../src/cli/print/print-overkill.js';
import { findOverkill } from '../../../src/learn/evaluate/diagnose/overkill.js';
import { computeOverkillReport } from '../../../src/learn/report/compute-overkill-report.js';
import { computeVolume } from '../../../src/learn/report/read-volume.js';
import type { OverkillReport, Volume } from '../../../src/learn/report/report.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';

const monthly = computeVolume(1000);

function compute(table: OutcomeTable, volume: Volume = monthly): OverkillReport {
  const rows = listRows(table.prompts.length);
  const settings = { groups: rows, taskOf: new Int32Array(rows.length) };
  const overkill = findOverkill(table, { baseline: 'large', ...settings });
  return computeOverkillReport(overkill, table, { ...settings, volume, showPrompts: false });
}

/** What is printed of a table, as one line. */
function capture(table: OutcomeTable, volume: Volume = monthly): string {
  const report = compute(table, volume);
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
  it('says where a few prompts have most of the weight', () => {
    const build = (weight: number): OutcomeTable =>
      buildOutcomeTable(
        ['large', 'small'],
        Array.from({ length: 800 }, (_, row) => ({
          quality: [1, 1],
          costUsd: [0.01, 0.001],
          weight: row < 12 ? weight : 1,
        })),
      );
    expect(capture(build(1))).not.toContain('weight');
    const lopsided = capture(build(1000));
    expect(lopsided).toContain('on 800 prompts (effectively 13)');
    expect(lopsided).toContain('all show as much as 13 of equal weight');
  });

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

  it('is not that of a task without requests', () => {
    const table = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 800 }, (_, row) => ({
        task: row % 2 === 0 ? 'easy' : 'hard',
        quality: row % 2 === 0 ? [1, 1] : [1, 0],
        costUsd: [0.01, 0.001],
      })),
    );
    const mixOf = (requestsOfTask: Record<string, number>): Volume => ({
      kind: 'mix',
      requests: 1000,
      requestsOfTask,
    });
    expect(capture(table, mixOf({ easy: 500, hard: 500 }))).toContain('overkill for 1 of 2 tasks');
    expect(capture(table, mixOf({ easy: 0, hard: 1000 }))).toContain(
      'No cheaper model is shown not to be worse in any of 1 task.',
    );
  });

  it('says of a saving that it is carried over to prompts without a cost, and gives no range', () => {
    const build = (isUnknown: (row: number) => boolean): OutcomeTable =>
      buildOutcomeTable(
        ['large', 'small'],
        Array.from({ length: 800 }, (_, row) => ({
          task: 'easy',
          quality: [1, 1],
          costUsd: [0.01, isUnknown(row) ? null : 0.001],
        })),
      );
    const half = build((row) => row % 2 === 0);
    expect(capture(half)).toContain('Costs are missing: the share that is saved');
    const [header = '', row = ''] = formatOverkillCsv(compute(half)).split('\n');
    const cells = row.split(',');
    const read = (column: string) => cells[header.split(',').indexOf(column)];
    expect(read('candidate_both_costs_share')).toBe('0.5');
    expect(Number(read('saved_usd'))).toBeCloseTo(9, 4);
    expect([read('saved_usd_low'), read('saved_usd_high')]).toEqual(['', '']);
    expect(capture(build(() => false))).not.toContain('Costs are missing');
  });

  it('gives the difference on the prompts that both answered, where the quality now is of others, too', () => {
    const table = buildOutcomeTable(
      ['large', 'small'],
      Array.from({ length: 100 }, (_, row) => ({
        task: 'easy',
        quality: row < 20 ? [0, null] : [1, row < 60 ? 0 : 1],
        costUsd: [0.01, 0.001],
      })),
    );
    expect(capture(table)).toContain(
      'On the 80 of 100 prompts that both answered, small differs by -0.500 [',
    );
    const [header = '', row = ''] = formatOverkillCsv(compute(table)).split('\n');
    const place = header.split(',').indexOf('candidate_difference');
    expect(row.split(',')[place]).toBe('-0.5');
  });

  it('explains the words of the findings, and limits no chance of errors where nothing was tested', () => {
    const build = (costUsd: readonly (number | null)[]): OutcomeTable =>
      buildOutcomeTable(
        ['large', 'small'],
        Array.from({ length: 100 }, () => ({ task: 'easy', quality: [1, 0], costUsd })),
      );
    const tested = capture(build([0.01, 0.001]));
    expect(tested).toContain('Not worse: by less than 0.030');
    expect(tested).toContain('Was worse: by more than 0.030');
    const untested = capture(build([null, null]));
    expect(untested).toContain('cost unknown');
    expect(untested).toContain('none was tested');
    expect(untested).not.toContain('Holm');
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
