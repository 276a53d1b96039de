import { describe, expect, it } from 'vitest';
import { computeLearningCurve } from '../../../src/learn/evaluate/learning-curve.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

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
