import { describe, expect, it } from 'vitest';
import { countFits, fitPart } from '../../../src/learn/train/fit-part.js';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import { createProjectionFitter } from '../../../src/learn/train/projection/projection-fitter.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData, type TrainingData } from '../../../src/learn/train/training-data.js';
import { listRows } from '../../../src/util/numeric-arrays.js';
import { buildPlantedOutcomes, plantedTasks } from '../../support/planted-outcomes.js';

const table = buildPlantedOutcomes(200, { seed: 3 });
const data = computeTrainingData(table);

async function fit(of: TrainingData, options: { readonly leavesOutTasks?: boolean } = {}) {
  const engine = await sharedTensorFlowEngine();
  const projections = createProjectionFitter(selectProjectionProblem(of), 0);
  const rows = listRows(of.table.prompts.length);
  let fits = 0;
  try {
    const split = { trainingRows: rows, predictedRows: new Int32Array(0) };
    const onFit = (): void => void (fits += 1);
    const settings = { seed: 1, family: 'task_table', onFit, ...options } as const;
    return { ...(await fitPart({ engine, projections, data: of }, split, settings)), fits };
  } finally {
    await projections.close();
  }
}

describe('a fitted part', () => {
  it('scores each prompt also as if its task had never been seen', async () => {
    const { leftOut, outOfFold, fits } = await fit(data);
    expect(fits).toBe(countFits(data, {}));
    expect([...(leftOut?.rows ?? [])].sort((a, b) => a - b)).toEqual([...listRows(200)]);
    const countRight = (quality: Float32Array | undefined): number =>
      data.table.prompts.filter(({ task }, row) => {
        const own = [...(quality?.subarray(3 * row, 3 * row + 3) ?? [])];
        return own.indexOf(Math.max(...own)) === plantedTasks.indexOf(task ?? '') % 3;
      }).length;
    expect(countRight(outOfFold.quality)).toBeGreaterThan(180);
    // What the other tasks teach is of no use.
    expect(countRight(leftOut?.estimates.quality)).toBeLessThan(100);
  });

  it('has no such scores where they are not wanted, or where fewer than three tasks are known', async () => {
    const unwanted = await fit(data, { leavesOutTasks: false });
    expect(unwanted.leftOut).toBeUndefined();
    expect(unwanted.fits).toBe(4);
    const prompts = table.prompts.map((prompt) => ({ ...prompt, task: 'one' }));
    expect(countFits(computeTrainingData({ ...table, prompts }), {})).toBe(4);
  });
});
