import { describe, expect, it } from 'vitest';
import { selectProjectionProblem } from '../../../src/learn/train/projection/fit-projection.js';
import {
  fitRoutingModel,
  type RoutingModelOptions,
} from '../../../src/learn/train/fit-routing-model.js';
import { createProjectionFitter } from '../../../src/learn/train/projection/projection-fitter.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { listRows } from '../../support/outcome-table.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

async function fit(
  table: OutcomeTable,
  options: Partial<RoutingModelOptions> = {},
  isTrained = (row: number): boolean => row % 4 > 0,
) {
  const data = computeTrainingData(table);
  const rows = listRows(table.prompts.length);
  const engine = await sharedTensorFlowEngine();
  const projections = createProjectionFitter(selectProjectionProblem(data), 0);
  const fitted = await fitRoutingModel(
    { engine, projections, data },
    {
      trainingRows: rows.filter(isTrained),
      predictedRows: rows.filter((row) => !isTrained(row)),
    },
    { seed: 1, ...options },
  );
  return { data, fitted };
}

describe('fitting a routing model', () => {
  const planted = buildPlantedOutcomes(200, { seed: 3 });

  it('finds that tasks tell who is good at what, and compares all families', async () => {
    const { fitted } = await fit(planted);
    const loss = (name: string) =>
      fitted.familyScores.find((score) => score.name === name)?.logLoss ?? Number.NaN;
    expect(fitted.familyScores.map(({ name }) => name)).toEqual([
      'constant',
      'task_table',
      'linear',
      'task_mixture',
    ]);
    expect(loss('task_mixture')).toBeLessThan(loss('constant'));
    expect(fitted.family).not.toBe('constant');
  });

  it('chooses a family that hardly loses to the means where prompts tell nothing', async () => {
    const { fitted } = await fit(buildPlantedOutcomes(200, { seed: 3, shuffled: true }));
    const lossOf = (name: string) =>
      fitted.familyScores.find((score) => score.name === name)?.logLoss ?? Number.NaN;
    expect(lossOf(fitted.family)).toBeLessThan(lossOf('constant') + 0.02);
  });

  it('fits the family that is asked for, without comparing', async () => {
    const { fitted } = await fit(planted, { family: 'linear' });
    expect(fitted.family).toBe('linear');
    expect(fitted.familyScores).toEqual([]);
    expect([...new Set(fitted.model.headWeight)]).toEqual([1]);
  });

  it('does not compare families on bought cells, whether or not it is told to choose', async () => {
    const prompts = planted.prompts.map((prompt, row) =>
      row % 4 === 0 ? { ...prompt, heldOut: true as const } : prompt,
    );
    const adaptive: OutcomeTable = { ...planted, prompts, design: 'adaptive' };
    for (const options of [{}, { family: 'auto' }] as const) {
      const { fitted } = await fit(adaptive, options);
      expect(fitted.family).toBe('task_table');
      expect(fitted.familyScores).toEqual([]);
    }
  });

  it.each([
    [380, 'task_table'],
    [440, 'task_mixture'],
  ])('gives the file of %i prompts the family that its test had: %s', async (count, family) => {
    const table = buildPlantedOutcomes(count, { seed: 3 });
    const prompts = table.prompts.map((prompt, row) =>
      row % 4 === 0 ? { ...prompt, heldOut: true as const } : prompt,
    );
    const adaptive: OutcomeTable = { ...table, prompts, design: 'adaptive' };
    const tested = await fit(adaptive);
    const filed = await fit(adaptive, {}, () => true);
    expect([tested.fitted.family, filed.fitted.family]).toEqual([family, family]);
  });

  it('chooses without a look at the rows to predict', async () => {
    const quality = planted.quality.map((value, cell) =>
      Math.floor(cell / 3) % 4 === 0 ? 1 - value : value,
    );
    const before = await fit(planted);
    const after = await fit({ ...planted, quality });
    expect(after.fitted.familyScores).toEqual(before.fitted.familyScores);
    expect(after.fitted.predictions).toEqual(before.fitted.predictions);
  });
});
