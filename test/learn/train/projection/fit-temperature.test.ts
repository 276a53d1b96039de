import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computePosterior,
  fitTemperature,
} from '../../../../src/learn/train/projection/fit-temperature.js';
import { createRandom } from '../../../../src/util/random.js';
import { createNormal } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

/** Scores of three tasks, and tasks drawn with the softmax of the scores over a temperature. */
function plant(rowCount: number, temperature: number) {
  const normal = createNormal(3);
  const random = createRandom(4);
  const scores = Float32Array.from({ length: 3 * rowCount }, () => 2 * normal());
  const posterior = computePosterior(scores, listRows(rowCount), 3, temperature);
  const taskOf = Int32Array.from({ length: rowCount }, (_, row) => {
    const draw = random();
    const [first = 0, second = 0] = posterior.subarray(3 * row);
    return draw < first ? 0 : draw < first + second ? 1 : 2;
  });
  return { scores, taskOf, rows: listRows(rowCount) };
}

function fit(
  scores: Float32Array,
  taskOf: Int32Array,
  rows: Int32Array,
  taskCount: number,
): number {
  const tasks = Array.from({ length: taskCount }, (_, task) => `task-${task}`);
  return fitTemperature(
    scores,
    { taskOf, tasks, weights: new Float64Array(taskOf.length).fill(1) },
    rows,
  );
}

describe('fitTemperature', () => {
  it.each([0.3, 1, 3])('recovers %d', (temperature) => {
    const { scores, taskOf, rows } = plant(8000, temperature);
    const ratio = fit(scores, taskOf, rows, 3) / temperature;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('looks at the given rows and at known labels only', () => {
    const { scores, taskOf, rows } = plant(2000, 1);
    const own = fit(scores, taskOf, rows.subarray(0, 1000), 3);
    const spoilt = scores.map((score, cell) => (cell >= 3000 ? -score : score));
    expect(fit(spoilt, taskOf, rows.subarray(0, 1000), 3)).toBe(own);
    const unlabeled = taskOf.map((task, row) => (row >= 1000 ? -1 : task));
    expect(fit(spoilt, unlabeled, rows, 3)).toBe(own);
  });

  it('is 1 where there is nothing to learn it from', () => {
    const { scores, taskOf, rows } = plant(10, 2);
    expect(fit(scores, taskOf, rows, 1)).toBe(1);
    expect(fit(scores, taskOf.fill(-1), rows, 3)).toBe(1);
    expect(fit(scores, taskOf, new Int32Array(0), 3)).toBe(1);
  });

  it('stays between .05 and 20, however sure or wrong the scores are', () => {
    const rows = listRows(50);
    const scores = Float32Array.from({ length: 100 }, (_, cell) => (cell % 2 === 0 ? 1e4 : -1e4));
    for (const label of [0, 1]) {
      const temperature = fit(scores, new Int32Array(50).fill(label), rows, 2);
      expect(temperature >= 0.05 && temperature <= 20).toBe(true);
    }
  });
});

describe('computePosterior', () => {
  it('gives shares that add up to 1, in the order of the scores, and zero in other rows', () => {
    const finite = fc.float({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 6, maxLength: 6 }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        (values, temperature) => {
          const scores = Float32Array.from(values);
          const posterior = computePosterior(scores, Int32Array.of(1), 3, temperature);
          expect([...posterior.subarray(0, 3)]).toEqual([0, 0, 0]);
          const own = [...posterior.subarray(3)];
          expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
          const highest = scores.indexOf(Math.max(...scores.subarray(3)), 3);
          expect(posterior[highest]).toBe(Math.max(...own));
        },
      ),
    );
  });
});
