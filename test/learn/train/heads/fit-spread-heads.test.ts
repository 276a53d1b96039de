import { beforeAll, describe, expect, it } from 'vitest';
import { fitSpreadHeads } from '../../../../src/learn/train/heads/fit-spread-heads.js';
import type { MixtureHeadsInput } from '../../../../src/learn/train/heads/mixture-heads.js';
import {
  sharedTensorFlowEngine,
  type TensorFlowEngine,
} from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { createRandom } from '../../../../src/util/random.js';
import { createNormal } from '../../../support/dense-problem.js';

let engine: TensorFlowEngine;
beforeAll(async () => {
  engine = await sharedTensorFlowEngine();
});

/**
 * One task, and models that find the same prompts hard. Each head is that difficulty and a deviation
 * of its own, by which the model does better or worse as much as `truth` says.
 */
function plant(modelCount: number, truth: number, rowCount = 1500): MixtureHeadsInput {
  const random = createRandom(1);
  const normal = createNormal(2);
  const heads: number[] = [];
  const quality: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const difficulty = 1.5 * normal();
    for (let model = 0; model < modelCount; model++) {
      const deviation = normal();
      heads.push(difficulty + deviation);
      const logOdds = difficulty + truth * deviation;
      quality.push(random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0);
    }
  }
  return {
    rowCount,
    taskCount: 1,
    modelCount,
    taskPosterior: new Float32Array(rowCount).fill(1),
    heads: Float32Array.from(heads),
    quality: Float32Array.from(quality),
    weights: new Float64Array(rowCount).fill(1),
    groups: Int32Array.from({ length: rowCount }, (_, row) => row),
    taskQuality: new Float32Array(modelCount).fill(0.5),
  };
}

describe('fitSpreadHeads', () => {
  it('keeps nothing of deviations that are chance, and all of those that are true', () => {
    expect(fitSpreadHeads(engine, plant(5, 0)).headSpread).toBe(0);
    expect(fitSpreadHeads(engine, plant(5, 1)).headSpread).toBe(1);
  });

  it('keeps a part of deviations that exaggerate', () => {
    const { headSpread } = fitSpreadHeads(engine, plant(5, 0.3));
    expect(headSpread).toBeGreaterThan(0);
    expect(headSpread).toBeLessThan(0.6);
  });

  it('keeps all of the only difference of two models', () => {
    expect(fitSpreadHeads(engine, plant(2, 0)).headSpread).toBe(1);
  });

  it('tells the same from more rows than it looks at', () => {
    const { headSpread, headWeight } = fitSpreadHeads(engine, plant(3, 0, 9000));
    expect(headSpread).toBe(0);
    for (const weight of headWeight) expect(weight).toBeGreaterThan(0.5);
  });
});
