import { describe, expect, it } from 'vitest';
import { chooseFamily } from '../../../../src/learn/train/heads/choose-family.js';
import type { FamilyName } from '../../../../src/learn/train/heads/families.js';
import {
  computeTrainingData,
  type TrainingData,
} from '../../../../src/learn/train/training-data.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

/** Even rows are won by `left`, odd ones by `right`, which also wins every fourth row more. */
const data: TrainingData = computeTrainingData(
  buildOutcomeTable(
    ['left', 'right'],
    Array.from({ length: 80 }, (_, row) => ({
      prompt: `${String.fromCharCode(97 + (row % 26)).repeat(9)} question ${row * 7919} about ${row}`,
      quality: row % 2 === 0 ? [1, row % 4 === 0 ? 1 : 0] : [0, 1],
    })),
  ),
);
const rows = listRows(80);
const knowing = (row: number, model: number): number =>
  0.1 + 0.8 * (data.table.quality[2 * row + model] as number);
const ofMeans = (_: number, model: number): number => (model === 0 ? 0.5 : 0.75);

function build(name: FamilyName, estimate: (row: number, model: number) => number) {
  const quality = Float32Array.from({ length: 160 }, (_, cell) =>
    estimate(Math.floor(cell / 2), cell % 2),
  );
  return { name, quality };
}

describe('chooseFamily', () => {
  const choose = (...candidates: ReturnType<typeof build>[]) =>
    chooseFamily({ data, rows }, candidates);

  it('takes a family that chooses better models', () => {
    const { name, scores } = choose(build('constant', ofMeans), build('linear', knowing));
    expect(name).toBe('linear');
    expect(scores.map(({ isEligible }) => isEligible)).toEqual([false, true]);
    expect(scores[0]?.argmaxQuality).toBeCloseTo(0.75, 6);
    expect(scores[1]?.argmaxQuality).toBe(1);
    expect(scores[1]?.logLoss).toBeCloseTo(-Math.log(0.9), 5);
  });

  it('takes the simplest of equals, but the default before it', () => {
    const equals = (['linear', 'task_table', 'constant'] as const).map((name) =>
      build(name, knowing),
    );
    expect(choose(...equals).name).toBe('linear');
    expect(choose(...equals, build('task_mixture', knowing)).name).toBe('task_mixture');
  });

  it('tells families that choose alike by their log loss', () => {
    const blurred = build('linear', (row, model) => 0.5 + 0.01 * (knowing(row, model) - 0.5));
    const { name, scores } = choose(blurred, build('task_table', knowing));
    expect(scores[0]?.argmaxQuality).toBe(scores[1]?.argmaxQuality);
    expect(name).toBe('task_table');
  });

  it('does not take the default where it is clearly worse', () => {
    const bad = build('task_mixture', (row, model) => 1 - knowing(row, model));
    expect(choose(build('constant', ofMeans), bad).name).toBe('constant');
  });

  it('reads only the given rows', () => {
    const half = rows.filter((row) => row < 40);
    const wrongLater = build('linear', (row, model) => (row < 40 ? knowing(row, model) : 0.5));
    const { scores } = chooseFamily({ data, rows: half }, [wrongLater]);
    expect(scores[0]?.argmaxQuality).toBe(1);
  });

  it('leaves missing outcomes out of every score', () => {
    const quality = data.table.quality.map((value, cell) => (cell < 40 ? Number.NaN : value));
    const holed = { ...data, table: { ...data.table, quality } };
    const { scores } = chooseFamily({ data: holed, rows }, [build('linear', knowing)]);
    expect(scores[0]?.argmaxQuality).toBe(1);
    expect(scores[0]?.logLoss).toBeCloseTo(-Math.log(0.9), 5);
  });
});
