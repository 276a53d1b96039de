import { beforeAll, describe, expect, it } from 'vitest';
import { fitMixtureHeads } from '../../../../src/learn/train/heads/fit-mixture-heads.js';
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

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/**
 * Two models, two tasks: model 0 solves 90 % of task 0 and 30 % of task 1, model 1 the other way
 * round. The head of model 0 knows its hard prompts where `headsKnow`; other heads are noise.
 */
function plant(rowCount: number, headsKnow: boolean): MixtureHeadsInput {
  const random = createRandom(5);
  const normal = createNormal(6);
  const taskPosterior: number[] = [];
  const heads: number[] = [];
  const quality: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const task = row % 2;
    taskPosterior.push(task === 0 ? 0.95 : 0.05, task === 0 ? 0.05 : 0.95);
    const difficulty = headsKnow ? 2 * normal() : 0;
    heads.push(headsKnow ? difficulty : normal(), normal());
    const logOdds = (model: number): number =>
      (model === task ? 2.2 : -0.85) + (model === 0 ? difficulty : 0);
    quality.push(...[0, 1].map((model) => (random() < sigmoid(logOdds(model)) ? 1 : 0)));
  }
  return {
    rowCount,
    taskCount: 2,
    modelCount: 2,
    taskPosterior: Float32Array.from(taskPosterior),
    heads: Float32Array.from(heads),
    quality: Float32Array.from(quality),
    weights: new Float64Array(rowCount).fill(1),
    groups: Int32Array.from({ length: rowCount }, (_, row) => row),
    taskQuality: new Float32Array(4).fill(0.6),
  };
}

describe('fitMixtureHeads', () => {
  it('finds which model is better at which task', () => {
    const { taskQuality } = fitMixtureHeads(engine, plant(2000, false));
    const [first0, second0, first1, second1] = taskQuality as unknown as [
      number,
      number,
      number,
      number,
    ];
    expect(first0 - second0).toBeGreaterThan(1.5);
    expect(second1 - first1).toBeGreaterThan(1.5);
  });

  it('gives weight to a head that knows, and next to none to noise', () => {
    const { headWeight } = fitMixtureHeads(engine, plant(2000, true));
    expect(headWeight[0]).toBeGreaterThan(0.7);
    expect(headWeight[0]).toBeLessThan(1.2);
    expect(Math.abs(headWeight[1] as number)).toBeLessThan(0.15);
    const noise = fitMixtureHeads(engine, plant(2000, false)).headWeight;
    expect(Math.max(...noise.map(Math.abs))).toBeLessThan(0.15);
  });

  it('stays at the prior with little data', () => {
    const prior = Math.log(0.6 / 0.4);
    const { taskQuality, headWeight } = fitMixtureHeads(engine, plant(4, true));
    for (const value of taskQuality) expect(Math.abs(value - prior)).toBeLessThan(0.5);
    for (const value of headWeight) expect(Math.abs(value)).toBeLessThan(0.9);
  });

  it('learns of a model without outcomes only what holds for all models', () => {
    const input = plant(500, true);
    const quality = input.quality.map((value, cell) => (cell % 2 === 1 ? Number.NaN : value));
    const result = fitMixtureHeads(engine, { ...input, quality });
    const alone = { quality: 30, sharedQuality: 1e6, head: 30, slope: 30, sharedSlope: 1e6 };
    const apart = fitMixtureHeads(engine, { ...input, quality }, { penalties: alone });
    const prior = Math.log(0.6 / 0.4);
    for (const weight of [1, 3]) {
      expect(apart.taskQuality[weight]).toBeCloseTo(prior, 2);
      expect(apart.headWeight[weight]).toBeCloseTo(0, 2);
    }
    const [known0, missing0, known1, missing1] = result.taskQuality as unknown as number[];
    expect(Math.sign((missing0 as number) - (missing1 as number))).toBe(
      Math.sign((known0 as number) - (known1 as number)),
    );
    expect(result.headWeight[0]).toBeGreaterThan(0.5);
    expect([...result.bias, ...result.taskQuality].every(Number.isFinite)).toBe(true);
  });

  it('stays finite for certain priors and scores beyond measure', () => {
    const input = plant(100, true);
    const extreme = {
      ...input,
      heads: input.heads.map((value) => 1e4 * value),
      taskQuality: Float32Array.of(1e-6, 1 - 1e-6, 0.5, 0.5),
    };
    const { bias, taskQuality, headWeight } = fitMixtureHeads(engine, extreme);
    expect([...bias, ...taskQuality, ...headWeight].every(Number.isFinite)).toBe(true);
  });

  it('gives the same for the same input, and leaves no tensor behind', () => {
    const input = plant(200, true);
    const first = fitMixtureHeads(engine, input, { steps: 20 });
    const before = engine.tf.memory().numTensors;
    expect(fitMixtureHeads(engine, input, { steps: 20 })).toEqual(first);
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});
