import { describe, expect, it } from 'vitest';
import { computeModelMeans } from '../../../../src/learn/evaluate/strategies/model-means.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

describe('the means of models', () => {
  it('differ from a model with all outcomes as on the shared prompts, so that easy prompts alone win nothing', () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      // "weak" was only run on the easy half and on ten hard prompts, which it fails.
      quality: [row < 30 ? 1 : row < 40 ? 0 : null, row < 30 ? 1 : row < 50 ? 1 : 0],
      costUsd: [row < 40 ? 1 : null, row < 40 ? 2 : 100],
    }));
    const { quality, costUsd } = computeModelMeans(
      buildOutcomeTable(['weak', 'strong'], rows),
      listRows(60),
    );
    const strong = { quality: 50 / 60, costUsd: (40 * 2 + 20 * 100) / 60 };
    expect(quality[1]).toBeCloseTo(strong.quality, 6);
    expect(costUsd[1]).toBeCloseTo(strong.costUsd, 6);
    // On those 40 prompts, 0.25 worse and half as expensive.
    expect(quality[0]).toBeCloseTo(strong.quality - 0.25, 6);
    expect(costUsd[0]).toBeCloseTo(strong.costUsd / 2, 6);
  });

  it('of a model with all outcomes are theirs, whatever the others lack', () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      quality: [row % 2, row < 40 ? 1 : null, row < 25 ? null : 0],
    }));
    const table = buildOutcomeTable(['whole', 'first', 'last'], rows);
    expect(computeModelMeans(table, listRows(60)).quality[0]).toBe(0.5);
  });

  it('are those of nearly all outcomes, where a single call failed', () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({
      quality: [row === 99 ? null : row < 70 ? 1 : 0, row < 60 ? 0.5 : null],
    }));
    const { quality } = computeModelMeans(buildOutcomeTable(['big', 'small'], rows), listRows(100));
    expect(quality[0]).toBeCloseTo(70 / 99, 6);
    expect(quality[1]).toBeCloseTo(70 / 99 - 0.5, 6);
  });

  it('are over the prompts that all of them answered, where no model has nearly all outcomes', () => {
    const rows = Array.from({ length: 60 }, (_, row) => ({
      quality: [row < 50 ? row % 2 : null, row < 10 ? null : 0.5],
      costUsd: [row < 50 ? 1 : null, row < 10 ? null : row < 50 ? 2 : 100],
    }));
    const means = computeModelMeans(buildOutcomeTable(['early', 'late'], rows), listRows(60));
    expect(means).toMatchObject({ quality: [0.5, 0.5], costUsd: [1, 2] });
  });

  it('weigh the tasks as all prompts do, so that a model not run on the hard one wins nothing', () => {
    // Task 0 is easy for both; of task 1, "weak" was run on ten prompts only, and failed.
    const rows = Array.from({ length: 100 }, (_, row) => ({
      quality: [row < 50 ? 1 : row < 60 ? 0 : null, row < 50 ? 0.9 : 0.8],
    }));
    const table = buildOutcomeTable(['weak', 'strong'], rows);
    const taskOf = Int32Array.from(rows, (_, row) => (row < 50 ? 0 : 1));
    const { quality } = computeModelMeans(table, listRows(100), taskOf);
    expect(quality[0]).toBeCloseTo(0.5, 6);
    expect(quality[1]).toBeCloseTo(0.85, 6);
  });

  it('leave a model without any outcome aside', () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({ quality: [row % 2, null] }));
    const { quality } = computeModelMeans(buildOutcomeTable(['a', 'silent'], rows), listRows(40));
    expect(quality).toEqual([0.5, Number.NaN]);
  });

  it("are over each model's own prompts where fewer than 20 are shared", () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      quality: row < 20 ? [1, null] : [null, 0.5],
    }));
    const { quality } = computeModelMeans(buildOutcomeTable(['a', 'b'], rows), listRows(40));
    expect(quality).toEqual([1, 0.5]);
  });

  it('compare a model with the others on the few prompts that it shares with them', () => {
    // All are perfect on the six easy prompts, which are all that "new" was run on.
    const rows = Array.from({ length: 100 }, (_, row) => ({
      quality: [row < 60 ? 1 : 0, row < 80 ? 1 : 0, row < 6 ? 1 : null],
      costUsd: [1, 2 + (row % 3), row < 6 ? 4 + 2 * (row % 3) : null],
    }));
    const means = computeModelMeans(
      buildOutcomeTable(['small', 'large', 'new'], rows),
      listRows(100),
    );
    expect(means.quality[0]).toBeCloseTo(0.6, 6);
    expect(means.quality[1]).toBeCloseTo(0.8, 6);
    expect(means.quality[2]).toBeLessThanOrEqual(0.8);
    // Twice the cost of "large" on the same prompts.
    expect(means.costUsd[2]).toBeGreaterThan(1.8 * (means.costUsd[1] ?? 0) * 0.8);
  });

  it('take what a model does elsewhere for a task that it was not run on', () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({
      quality: row < 50 ? [0.8, 0.4] : [0.4, null],
    }));
    const taskOf = Int32Array.from(rows, (_, row) => (row < 50 ? 0 : 1));
    const table = buildOutcomeTable(['all', 'half'], rows);
    const { quality } = computeModelMeans(table, listRows(100), taskOf);
    expect(quality[0]).toBeCloseTo(0.6, 6);
    expect(quality[1]).toBeCloseTo(0.3, 6);
  });

  it('take what a model does elsewhere for a task where it shares no prompt with the others', () => {
    // In task 1, "large" was asked the hard prompts and "small" the easy ones.
    const rows = Array.from({ length: 150 }, (_, row) => ({
      quality: row < 50 ? [0.8, 0.4] : row < 110 ? [0.6, null] : [null, 1],
    }));
    const taskOf = Int32Array.from(rows, (_, row) => (row < 50 ? 0 : 1));
    const table = buildOutcomeTable(['large', 'small'], rows);
    const { quality } = computeModelMeans(table, listRows(150), taskOf);
    expect(quality[0]).toBeGreaterThan(quality[1] ?? 1);
  });

  it('leave out a cost that is known for less than half of the outcomes', () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      quality: [1, 0],
      costUsd: [1, row < 19 ? 2 : null],
      latencyMs: [row < 20 ? 10 : null, 20],
    }));
    const { costUsd, latencyMs } = computeModelMeans(
      buildOutcomeTable(['a', 'b'], rows),
      listRows(40),
    );
    expect(costUsd).toEqual([1, Number.NaN]);
    expect(latencyMs[0]).toBeCloseTo(10, 6);
  });
});
