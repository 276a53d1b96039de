import { beforeAll, describe, expect, it } from 'vitest';
import { keepCells } from '../../../../scripts/bench/keep-cells.js';
import { trainOnCells } from '../../../../scripts/bench/adaptive/train-on-cells.js';
import {
  createTensorFlowEngine,
  type TensorFlowEngine,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

let engine: TensorFlowEngine;

beforeAll(async () => {
  engine = await createTensorFlowEngine();
});

const table = buildPlantedOutcomes(160, { seed: 1 });
const width = table.models.length;
const heldOut = Int32Array.from({ length: 20 }, (_, index) => 7 * index + 3);
const rowOf = (cell: number): number => Math.floor(cell / width);

describe('training on a part of recorded outcomes', () => {
  it('predicts the held-out prompts, whichever others have no outcome', async () => {
    const known = keepCells(table, (cell) => {
      return rowOf(cell) % 3 === 0 || heldOut.includes(rowOf(cell));
    });
    const { rows, quality, costUsd } = await trainOnCells(engine, known, heldOut, 1);
    expect(rows).toEqual(heldOut);
    expect(quality).toHaveLength(heldOut.length * width);
    for (const value of [...quality, ...costUsd]) expect(value).toBeGreaterThan(0);
  });

  it('learns nothing of the held-out outcomes', async () => {
    const isHeldOut = new Set(heldOut);
    const worse = {
      ...table,
      quality: table.quality.map((value, cell) => (isHeldOut.has(rowOf(cell)) ? 0 : value)),
    };
    const estimates = await trainOnCells(engine, table, heldOut, 1);
    expect((await trainOnCells(engine, worse, heldOut, 1)).quality).toEqual(estimates.quality);
  });

  it('refuses held-out prompts that it could not predict', async () => {
    const known = keepCells(table, (cell) => rowOf(cell) !== heldOut[0]);
    await expect(trainOnCells(engine, known, heldOut, 1)).rejects.toThrow('has no known outcome');
  });
});
