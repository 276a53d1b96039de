import { describe, expect, it } from 'vitest';
import {
  computeLearningCurve,
  computeTaskPower,
} from '../../../src/learn/evaluate/learning-curve.js';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { createRandom } from '../../../src/util/random.js';
import { buildHeldOut } from '../../support/held-out.js';
import { buildOutcomeTable, listRows, type OutcomeTableRow } from '../../support/outcome-table.js';
import { buildPlantedOutcomes, writePlantedPrompt } from '../../support/planted-outcomes.js';

const options = { seed: 1, folds: 2, family: 'task_table' } as const;

describe('a learning curve', async () => {
  const data = computeTrainingData(buildPlantedOutcomes(160, { seed: 6 }));
  const progress: (readonly [number, number])[] = [];
  const curve = await computeLearningCurve(await sharedTensorFlowEngine(), data, {
    ...options,
    onProgress: (done, total) => progress.push([done, total]),
  });

  it('goes up to all training prompts, on the same held-out prompts', () => {
    const prompts = curve.points.map((point) => point.prompts);
    expect(prompts).toEqual(prompts.toSorted((a, b) => a - b));
    expect(prompts.at(-1)).toBe(80);
    expect(curve.points.at(-1)?.missing).toEqual({ mean: 0, low: 0, high: 0 });
  });

  it('names the fewest prompts that are enough, where some are', () => {
    const { enoughPrompts, points, relevantLoss } = curve;
    const enough = points
      .slice(0, -1)
      .find(({ missing }) => (missing?.high ?? Infinity) < relevantLoss);
    expect(enoughPrompts).toBe(enough?.prompts ?? null);
  });

  it('says for each task how many prompts would tell its two best models apart', () => {
    expect(curve.tasks.map(({ task }) => task)).toEqual(data.tasks);
    for (const { best, second, difference, prompts } of curve.tasks) {
      expect(best).not.toBe(second);
      expect(difference?.mean).toBeGreaterThanOrEqual(0);
      expect(prompts).toBeGreaterThan(0);
    }
  });

  it('reports progress up to the end', () => {
    const [done, total] = progress.at(-1) ?? [];
    expect(done).toBe(total);
  });

  it('shows nothing of more prompts where routing never leaves one model', async () => {
    // "large" is better at every prompt, so no number of them makes routing choose another.
    const data = computeTrainingData(
      buildOutcomeTable(
        ['small', 'large'],
        Array.from({ length: 160 }, (_, row) => ({
          task: row % 2 === 0 ? 'even' : 'odd',
          quality: [0, 1],
          costUsd: [1, 2],
        })),
      ),
    );
    const { points, enoughPrompts, leavesModel } = await computeLearningCurve(
      await sharedTensorFlowEngine(),
      data,
      options,
    );
    expect(points.length).toBeGreaterThan(1);
    const none = { mean: 0, low: 0, high: 0 };
    // Equal choices differ by nothing, as in the table of strategies.
    for (const { gain, missing } of points)
      expect({ gain, missing }).toEqual({ gain: none, missing: none });
    expect({ enoughPrompts, leavesModel }).toEqual({ enoughPrompts: null, leavesModel: false });
  });

  it('calls prompts enough that teach the same choices as all of them', async () => {
    // Each half of the prompts needs its own model.
    const random = createRandom(1);
    const halves = computeTrainingData(
      buildOutcomeTable(
        ['a', 'b'],
        Array.from({ length: 160 }, (_, row) => ({
          task: row % 2 === 0 ? 'sums' : 'letters',
          prompt: writePlantedPrompt(row % 2 === 0 ? 'sums' : 'letters', random),
          quality: row % 2 === 0 ? [1, 0] : [0, 1],
          costUsd: [1, 2],
        })),
      ),
    );
    const { points, enoughPrompts, leavesModel } = await computeLearningCurve(
      await sharedTensorFlowEngine(),
      halves,
      options,
    );
    expect({ enoughPrompts, leavesModel }).toEqual({
      enoughPrompts: points[0]?.prompts,
      leavesModel: true,
    });
    for (const { missing } of points) expect(missing).toEqual({ mean: 0, low: 0, high: 0 });
    for (const { gain } of points) expect(gain?.high).toBeGreaterThan(gain?.mean ?? 1);
  });

  it('leaves out parts with too few prompts to learn from', async () => {
    const few = computeTrainingData(buildPlantedOutcomes(60, { seed: 6 }));
    const { points, enoughPrompts } = await computeLearningCurve(
      await sharedTensorFlowEngine(),
      few,
      options,
    );
    expect(points).toHaveLength(1);
    expect(enoughPrompts).toBeNull();
  });
});

describe('the two best models of a task', () => {
  const rank = (buildRow: (row: number) => OutcomeTableRow) => {
    const table = buildOutcomeTable(
      ['a', 'b'],
      Array.from({ length: 60 }, (_, row) => buildRow(row)),
    );
    const weights = table.prompts.map(({ weight = 1 }) => weight);
    const [power] = computeTaskPower(buildHeldOut(table), indexGroups(listRows(60), weights));
    return power;
  };

  it('are ranked on the prompts that they share', () => {
    // Only `b` was asked the hard half.
    const power = rank((row) => ({
      task: 'sums',
      quality: row % 2 === 0 ? [0.8, 0.9] : [null, 0.3],
    }));
    expect(power).toMatchObject({ best: 'b', second: 'a' });
    expect(power?.difference?.mean).toBeCloseTo(0.1);
  });

  it('are ranked by weighted means, as their difference is', () => {
    const power = rank((row) => ({
      task: 'sums',
      weight: row < 10 ? 20 : 1,
      quality: row < 10 ? [0, 1] : [1, 0.5],
    }));
    expect(power).toMatchObject({ best: 'b', second: 'a' });
    expect(power?.difference?.mean).toBeCloseTo((200 - 25) / 250);
  });
});
