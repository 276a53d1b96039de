import { describe, expect, it } from 'vitest';
import { listHeldOutRows } from '../../../src/learn/evaluate/verdict/held-out.js';
import { computeHeldOut } from '../../../src/learn/train/hold-out.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

describe('holding out prompts', () => {
  const planted = buildPlantedOutcomes(120, { seed: 2 });
  const copies = planted.prompts.map((prompt, row) => ({
    ...prompt,
    // Every second prompt is a copy of the one before it.
    prompt: planted.prompts[row - (row % 2)]?.prompt ?? '',
  }));
  const data = computeTrainingData({ ...planted, prompts: copies });

  it('holds out every prompt once, and never splits copies', async () => {
    const heldOut = await computeHeldOut(await sharedTensorFlowEngine(), data, {
      seed: 1,
      folds: 4,
    });
    expect([...listHeldOutRows(heldOut)].sort((a, b) => a - b)).toEqual([...data.taskOf.keys()]);
    for (const { rows } of heldOut.folds) {
      const inFold = new Set(rows);
      for (const row of rows) expect(inFold.has(row % 2 === 0 ? row + 1 : row - 1)).toBe(true);
    }
  });

  it('does not look at held-out outcomes: changing them changes no estimate and no plan', async () => {
    const engine = await sharedTensorFlowEngine();
    const options = { seed: 1, folds: 4, heldOutFolds: 1 };
    const before = await computeHeldOut(engine, data, options);
    const rows = listHeldOutRows(before);
    const quality = data.table.quality.slice();
    for (const row of rows) {
      for (let cell = row * 3; cell < row * 3 + 3; cell++) quality[cell] = 1 - (quality[cell] ?? 0);
    }
    const after = await computeHeldOut(
      engine,
      { ...data, table: { ...data.table, quality } },
      options,
    );
    expect(after.estimates).toEqual(before.estimates);
    expect(after.folds[0]?.plan).toEqual(before.folds[0]?.plan);
  });

  it('reports each fit, so that progress can be shown', async () => {
    const reports: [number, number][] = [];
    await computeHeldOut(await sharedTensorFlowEngine(), data, {
      seed: 1,
      folds: 4,
      heldOutFolds: 2,
      onProgress: (done, total) => reports.push([done, total]),
    });
    expect(reports.map(([done]) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(reports.map(([, total]) => total))).toEqual(new Set([8]));
  });
});
