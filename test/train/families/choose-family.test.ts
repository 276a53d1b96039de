import { beforeAll, describe, expect, it } from 'vitest';
import { createPredictions } from '../../../src/train/families/base-rates.js';
import { chooseFamily } from '../../../src/train/families/choose-family.js';
import { constantFamily } from '../../../src/train/families/constant-family.js';
import { assignRowFolds } from '../../../src/train/families/cross-fit-family.js';
import type {
  FamilyInput,
  FamilyName,
  ModelFamily,
} from '../../../src/train/families/model-family.js';
import { taskTableFamily } from '../../../src/train/families/task-table-family.js';
import {
  sharedTensorFlowEngine,
  type TensorFlowEngine,
} from '../../../src/train/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../../src/train/training-data.js';
import { buildOutcomeTable, listRows } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

let engine: TensorFlowEngine;
beforeAll(async () => {
  engine = await sharedTensorFlowEngine();
});

/** A family whose estimates are given by the test. */
function buildFamily(
  name: FamilyName,
  estimate: (row: number, model: number) => number,
  onFit?: (input: FamilyInput) => void,
): ModelFamily {
  return {
    name,
    description: 'of a test',
    engine: 'none',
    fit(input) {
      onFit?.(input);
      const predictions = createPredictions(input.data);
      const modelCount = input.data.table.models.length;
      for (const row of input.predictedRows) {
        for (let model = 0; model < modelCount; model++) {
          predictions.quality[row * modelCount + model] = estimate(row, model);
        }
      }
      return { predictions };
    },
  };
}

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

describe('chooseFamily', () => {
  const choose = (
    families: readonly [ModelFamily, ...ModelFamily[]],
    changes: { rows?: Int32Array; onFit?: (done: number, total: number) => void } = {},
  ) => chooseFamily({ engine, data, rows, seed: 1, families, ...changes });

  it('takes a family that chooses better models', () => {
    const constant = buildFamily('constant', ofMeans);
    const { family, scores, outOfFold } = choose([constant, buildFamily('linear', knowing)]);
    expect(family.name).toBe('linear');
    expect(scores.map(({ isEligible }) => isEligible)).toEqual([false, true]);
    expect(scores[0]?.argmaxQuality).toBeCloseTo(0.75, 6);
    expect(scores[1]?.argmaxQuality).toBe(1);
    expect(scores[1]?.logLoss).toBeCloseTo(-Math.log(0.9), 5);
    expect(outOfFold.quality[0]).toBeCloseTo(0.9, 6);
  });

  it('takes the simplest of equals, but the default before it', () => {
    const equals = (['linear', 'knn', 'mlp'] as const).map((name) => buildFamily(name, knowing));
    const [first, ...others] = equals as [ModelFamily, ...ModelFamily[]];
    expect(choose([first, ...others]).family.name).toBe('linear');
    const mixture = buildFamily('task_mixture', knowing);
    expect(choose([first, ...others, mixture]).family.name).toBe('task_mixture');
  });

  it('tells families that choose alike by their log loss', () => {
    const blurred = buildFamily('linear', (row, model) => 0.5 + 0.01 * (knowing(row, model) - 0.5));
    const { family, scores } = choose([blurred, buildFamily('mlp', knowing)]);
    expect(scores[0]?.argmaxQuality).toBe(scores[1]?.argmaxQuality);
    expect(family.name).toBe('mlp');
  });

  it('does not take the default where it is clearly worse', () => {
    const bad = buildFamily('task_mixture', (row, model) => 1 - knowing(row, model));
    expect(choose([buildFamily('constant', ofMeans), bad]).family.name).toBe('constant');
  });

  it('reads only the given rows, each predicted once by a fit that did not see it', () => {
    const some = rows.subarray(0, 60);
    const seen: number[] = [];
    const reports: number[] = [];
    const family = buildFamily('linear', knowing, ({ trainingRows, predictedRows }) => {
      seen.push(...predictedRows);
      expect(trainingRows.length + predictedRows.length).toBe(60);
      const groups = new Set(Array.from(trainingRows, (row) => data.groups[row]));
      for (const row of predictedRows) expect(groups.has(data.groups[row])).toBe(false);
    });
    choose([family], { rows: some, onFit: (done, total) => reports.push(done, total) });
    expect(seen.sort((a, b) => a - b)).toEqual([...some]);
    expect(reports).toEqual([1, 3, 2, 3, 3, 3]);
    const folds = assignRowFolds({ data, rows: some, seed: 1, folds: 3 });
    expect(new Set(folds)).toEqual(new Set([0, 1, 2]));
  });

  it('leaves missing outcomes out of every score', () => {
    const quality = data.table.quality.map((value, cell) => (cell < 40 ? Number.NaN : value));
    const holed = { ...data, table: { ...data.table, quality } };
    const { scores } = chooseFamily({
      engine,
      data: holed,
      rows,
      seed: 1,
      families: [buildFamily('linear', knowing)],
    });
    expect(scores[0]?.argmaxQuality).toBe(1);
    expect(scores[0]?.logLoss).toBeCloseTo(-Math.log(0.9), 5);
  });

  it('finds that tasks tell who is good at what, on planted outcomes', () => {
    const planted = computeTrainingData(buildPlantedOutcomes(160, { seed: 3 }));
    const { family, scores } = chooseFamily({
      engine,
      data: planted,
      rows: listRows(160),
      seed: 1,
      families: [constantFamily, taskTableFamily],
    });
    expect(family.name).toBe('task_table');
    const [constant, table] = scores;
    expect(table?.logLoss).toBeLessThan(constant?.logLoss ?? 0);
    expect(table?.argmaxQuality).toBeGreaterThan(constant?.argmaxQuality ?? 1);
  });
});
