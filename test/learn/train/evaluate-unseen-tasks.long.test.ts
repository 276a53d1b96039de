import { describe, expect, it } from 'vitest';
import { crossValidate } from '../../../src/learn/evaluate/cross-validate.js';
import { evaluateUnseenTasks } from '../../../src/learn/train/evaluate-unseen-tasks.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { splitApart } from '../../../src/learn/train/hold-out.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
import { buildImportedRun } from '../../support/imported-run.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';

describe('evaluating unseen tasks', () => {
  const planted = buildPlantedOutcomes(100, { seed: 6 });

  it('holds out every labeled prompt once, with its task', async () => {
    const prompts = planted.prompts.map((prompt, row) =>
      row < 8 ? { ...prompt, task: undefined } : prompt,
    );
    const data = computeTrainingData({ ...planted, prompts });
    const result = await evaluateUnseenTasks(await sharedTensorFlowEngine(), data, {
      seed: 1,
      groups: 2,
    });
    expect(result?.prompts).toBe(92);
    expect(result?.groups).toEqual([
      [data.tasks[0], data.tasks[2]],
      [data.tasks[1], data.tasks[3]],
    ]);
    expect(result?.strategies.map(({ kind }) => kind)).toContain('routed');
  });

  it('finds that what tasks tell cannot be known of others', async () => {
    const engine = await sharedTensorFlowEngine();
    const result = await evaluateUnseenTasks(engine, computeTrainingData(planted), { seed: 1 });
    const routed = result?.strategies.find(({ name }) => name === 'routed: quality');
    expect(result?.groups).toHaveLength(4);
    expect(routed?.qualityDifference.mean).toBeLessThan(0.1);
  });

  it('does not train on what is like a held-out prompt under another label', async () => {
    // The first forty prompts are in pairs, each under two labels.
    const prompts = planted.prompts.map((prompt, row) => ({
      ...prompt,
      task: ['long', 'short', 'other'][row % 3],
      group: `group ${row < 40 ? Math.floor(row / 2) : row}`,
    }));
    const data = computeTrainingData({ ...planted, prompts });
    const foldOf = data.taskOf;
    for (const fold of [0, 1, 2]) {
      const { trainingRows, predictedRows } = splitApart(data, foldOf, fold);
      const heldOut = new Set(Array.from(predictedRows, (row) => data.groups[row]));
      expect([...predictedRows].every((row) => foldOf[row] === fold)).toBe(true);
      expect([...trainingRows].filter((row) => heldOut.has(data.groups[row]))).toEqual([]);
      expect(trainingRows.length).toBeGreaterThan(20);
    }
    const engine = await sharedTensorFlowEngine();
    const result = await evaluateUnseenTasks(engine, data, { seed: 1 });
    expect(result?.prompts).toBe(100);
    expect(result?.sharedGroups).toBeGreaterThanOrEqual(15);
  });

  it('says nothing where every prompt occurs under every label', async () => {
    const prompts = planted.prompts.map((prompt, row) => ({
      ...prompt,
      task: ['a', 'b', 'c'][row % 3],
      group: `group ${Math.floor(row / 3)}`,
    }));
    const data = computeTrainingData({ ...planted, prompts });
    const engine = await sharedTensorFlowEngine();
    expect(await evaluateUnseenTasks(engine, data, { seed: 1 })).toBeUndefined();
  });

  it('says nothing where the other tasks have too few groups of near-duplicates to train on', async () => {
    // Without the prompts of the first task, each of two forms is one group.
    const prompts = planted.prompts.map((prompt, row) => {
      const { task, group } =
        row < 80
          ? { task: 'free', group: `group ${row}` }
          : row < 90
            ? { task: 'form-a', group: 'form a' }
            : { task: 'form-b', group: 'form b' };
      return { ...prompt, task, group };
    });
    const table = { ...planted, prompts };
    const engine = await sharedTensorFlowEngine();
    const data = computeTrainingData(table);
    expect(await evaluateUnseenTasks(engine, data, { seed: 1 })).toBeUndefined();
    const options = { seed: 1, family: 'task_table', unseenTasks: true } as const;
    const evaluation = await crossValidate(buildImportedRun(table), options);
    expect(evaluation.unseenTasks).toBeNull();
    expect(evaluation.leftOut.join()).toContain('No results on unseen tasks');
  });

  it('says nothing of fewer than three tasks', async () => {
    const prompts = planted.prompts.map((prompt) => ({ ...prompt, task: undefined }));
    const data = computeTrainingData({ ...planted, prompts });
    const engine = await sharedTensorFlowEngine();
    expect(await evaluateUnseenTasks(engine, data, { seed: 1 })).toBeUndefined();
  });
});
