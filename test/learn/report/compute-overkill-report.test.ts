import { describe, expect, it } from 'vitest';
import { findOverkill } from '../../../src/learn/evaluate/diagnose/overkill.js';
import { computeModelMeans } from '../../../src/learn/evaluate/strategies/model-means.js';
import { computeOverkillReport } from '../../../src/learn/report/compute-overkill-report.js';
import { computeVolume } from '../../../src/learn/report/read-volume.js';
import type { OverkillReport, Volume } from '../../../src/learn/report/report.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';

const rows = listRows(400);

/** 200 prompts of each of two tasks; those of "often" weigh nine times as much. */
const table = buildOutcomeTable(
  ['large', 'small'],
  Array.from(rows, (row) => {
    const isOften = row % 2 === 0;
    return {
      task: isOften ? 'often' : 'seldom',
      weight: isOften ? 9 : 1,
      quality: [1, 1],
      costUsd: isOften ? [0.01, 0.009] : [0.1, 0.01],
    };
  }),
);
const taskOf = Int32Array.from(rows, (row) => row % 2);

function report(volume: Volume): OverkillReport {
  const overkill = findOverkill(table, { baseline: 'large', groups: rows, taskOf });
  return computeOverkillReport(overkill, table, {
    volume,
    groups: rows,
    taskOf,
    showPrompts: false,
  });
}

function find({ lines }: OverkillReport, task: string) {
  const line = lines.find((item) => item.task === task);
  if (line === undefined) throw new Error(`no task ${task}`);
  return line;
}

describe('what overkill costs in a month', () => {
  it('splits the requests by the weights of the prompts, as the bill does', () => {
    const found = report(computeVolume(10_000));
    expect(find(found, 'often').requests).toBeCloseTo(9000, 6);
    expect(find(found, 'seldom').requests).toBeCloseTo(1000, 6);
    expect(find(found, 'often').savedUsd?.mean).toBeCloseTo(9, 4);
    expect(find(found, 'seldom').savedUsd?.mean).toBeCloseTo(90, 4);
    const { costUsd } = computeModelMeans(table, rows, taskOf);
    expect(found.costUsd).toBeCloseTo(10_000 * (costUsd[0] as number), 4);
  });

  it('takes the requests of a given mix as they are', () => {
    const mix: Volume = {
      kind: 'mix',
      requests: 30,
      requestsOfTask: { often: 10, seldom: 20 },
    };
    expect(find(report(mix), 'often').requests).toBe(10);
  });

  it('knows the total where the only task of unknown cost has no requests', () => {
    const costs = table.costUsd.map((cost, cell) => (cell % 4 === 2 ? Number.NaN : cost));
    const unpriced = { ...table, costUsd: costs };
    const overkill = findOverkill(unpriced, { baseline: 'large', groups: rows, taskOf });
    const settings = { groups: rows, taskOf, showPrompts: false };
    const totalOf = (requestsOfTask: Readonly<Record<string, number>>): number | null =>
      computeOverkillReport(overkill, unpriced, {
        ...settings,
        volume: { kind: 'mix', requests: 100, requestsOfTask },
      }).costUsd;
    expect(totalOf({ often: 100, seldom: 0 })).toBeCloseTo(1, 6);
    expect(totalOf({ often: 99, seldom: 1 })).toBeNull();
  });

  it('counts no saving on prompts that the cheaper model did not answer', () => {
    const gaps = buildOutcomeTable(
      ['large', 'small'],
      Array.from(rows, (row) => {
        const isLong = row % 4 === 0;
        return {
          task: 'all',
          quality: isLong ? [1, null] : [1, 1],
          costUsd: isLong ? [0.03, null] : [0.01, 0.001],
        };
      }),
    );
    const all = new Int32Array(rows.length);
    const overkill = findOverkill(gaps, { baseline: 'large', groups: rows, taskOf: all });
    const settings = { groups: rows, taskOf: all, showPrompts: false };
    const found = computeOverkillReport(overkill, gaps, {
      ...settings,
      volume: computeVolume(1000),
    });
    expect(overkill.tasks[0]?.cheaper).toMatchObject({ prompts: 300, share: 0.75 });
    expect(found.savedUsd).toBeCloseTo(1000 * 0.75 * 0.009, 6);
    expect(found.costUsd).toBeCloseTo(1000 * (0.75 * 0.01 + 0.25 * 0.03), 6);
  });

  it('saves no more than the baseline costs where costs of the cheaper model are missing', () => {
    const isLong = (row: number): boolean => row % 2 === 1;
    const gaps = buildOutcomeTable(
      ['large', 'small'],
      Array.from(rows, (row) => ({
        task: 'all',
        quality: [1, 1],
        costUsd: isLong(row) ? [0.1, 0.01] : [0.001, null],
      })),
    );
    const all = new Int32Array(rows.length);
    const overkill = findOverkill(gaps, { baseline: 'large', groups: rows, taskOf: all });
    const found = computeOverkillReport(overkill, gaps, {
      volume: computeVolume(1000),
      groups: rows,
      taskOf: all,
      showPrompts: false,
    });
    expect(found.costUsd).toBeCloseTo(50.5, 4);
    expect(found.savedUsd).toBeCloseTo(0.9 * 50.5, 4);
    expect(found.lines[0]?.savedUsd).toMatchObject({ low: null, high: null });
  });
});
