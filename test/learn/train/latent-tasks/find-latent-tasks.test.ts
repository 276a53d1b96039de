import { describe, expect, it } from 'vitest';
import { computeEvaluation } from '../../../../src/learn/evaluate/compute-evaluation.js';
import { computeHeldOut } from '../../../../src/learn/train/hold-out.js';
import { findLatentTasks } from '../../../../src/learn/train/latent-tasks/find-latent-tasks.js';
import { sharedTensorFlowEngine } from '../../../../src/learn/train/solver/tensorflow-backend.js';
import { computeTrainingData } from '../../../../src/learn/train/training-data.js';
import { buildPlantedOutcomes } from '../../../support/planted-outcomes.js';

const planted = buildPlantedOutcomes(360, { seed: 5 });
const unlabeled = {
  ...planted,
  prompts: planted.prompts.map((prompt) => ({ ...prompt, task: undefined })),
};

describe('latent tasks', () => {
  it('are found in prompts without labels, the same each time', () => {
    const { tasks, taskOf, counts } = computeTrainingData(unlabeled);
    expect(tasks).toEqual(['latent-1', 'latent-2', 'latent-3', 'latent-4', 'latent-5', 'latent-6']);
    expect(findLatentTasks(counts, 1)?.taskOf).toEqual(taskOf);
  });

  it('hold prompts of one kind each, where kinds are plain', () => {
    const { taskOf } = computeTrainingData(unlabeled);
    const counts = new Map<string, number>();
    planted.prompts.forEach(({ task }, row) => {
      const key = `${taskOf[row]} ${task}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    const largest = [0, 1, 2, 3, 4, 5].map((latent) =>
      Math.max(0, ...[...counts].filter(([key]) => key.startsWith(`${latent} `)).map(([, n]) => n)),
    );
    expect(largest.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0.9 * 360);
  });

  it('are not looked for among few prompts, nor where there are labels', () => {
    const few = { ...unlabeled, prompts: unlabeled.prompts.slice(0, 199) };
    expect(computeTrainingData(few).tasks).toEqual(['all']);
    expect(computeTrainingData(planted).tasks).toHaveLength(4);
  });

  it('let a policy route as labels would', async () => {
    const engine = await sharedTensorFlowEngine();
    const heldOut = await computeHeldOut(engine, computeTrainingData(unlabeled), {
      seed: 1,
      heldOutFolds: 1,
      family: 'task_mixture',
    });
    const { strategies } = computeEvaluation(heldOut, 1);
    const quality = (name: string) => strategies.find((one) => one.name === name)?.quality ?? 0;
    expect(quality('routed: quality')).toBeGreaterThan(quality('best single') + 0.05);
    expect(quality('per-task table (latent tasks)')).toBeGreaterThan(quality('best single'));
  });
});
