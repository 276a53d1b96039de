import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSweep } from '../../src/sweep/plan-sweep.js';
import { buildPoolModel } from '../support/pool-model.js';
import { buildTask } from '../support/task-set.js';

const tasks = Array.from({ length: 12 }, (_, index) => buildTask(`task-${index}`));
const models = ['a', 'b', 'c'].map((id) => buildPoolModel({ id, model: id }));
const settings = { tasks, models, repeats: 2, seed: 1, settledKeys: new Set<string>() };
const plan = planSweep(settings);
const keys = plan.pending.map((cell) => cell.cellKey);

describe('planSweep', () => {
  it('plans every task, model and repeat once', () => {
    expect(new Set(keys).size).toBe(12 * 3 * 2);
    expect(plan.pending).toHaveLength(12 * 3 * 2);
  });

  it('leaves out settled cells, whatever the order of tasks and models', () => {
    fc.assert(
      fc.property(
        fc.subarray(keys),
        fc.shuffledSubarray(tasks, { minLength: tasks.length }),
        fc.shuffledSubarray(models, { minLength: models.length }),
        (settled, shuffledTasks, shuffledModels) => {
          const rest = planSweep({
            ...settings,
            tasks: shuffledTasks,
            models: shuffledModels,
            settledKeys: new Set(settled),
          });
          const pending = rest.pending.map((cell) => cell.cellKey);
          expect(new Set([...pending, ...settled])).toEqual(new Set(keys));
          expect(pending).toHaveLength(keys.length - settled.length);
          expect(rest.settled).toHaveLength(settled.length);
        },
      ),
    );
  });

  it('lets models take turns, so that an early end has seen all of them', () => {
    expect(plan.pending.slice(0, 6).map((cell) => cell.model.id)).toEqual([
      'a',
      'b',
      'c',
      'a',
      'b',
      'c',
    ]);
  });

  it('orders prompts by the seed and not by the file', () => {
    const order = (seed: number, someTasks = tasks) =>
      planSweep({ ...settings, seed, tasks: someTasks }).pending.map((cell) => cell.task.id);
    expect(order(1, tasks.toReversed())).toEqual(order(1));
    expect(order(2)).not.toEqual(order(1));
    expect(new Set(order(2))).toEqual(new Set(order(1)));
  });

  it('takes the first prompts of that order where there is a limit', () => {
    const few = planSweep({ ...settings, limit: 4 });
    expect(few.pending).toHaveLength(4 * 3 * 2);
    expect(new Set(few.pending.map((cell) => cell.task.id))).toEqual(
      new Set(plan.pending.slice(0, 12).map((cell) => cell.task.id)),
    );
  });

  it('names the tasks that ask the same as an earlier one', () => {
    const twin = buildTask('twin', { prompt: tasks[0]?.prompt ?? '' });
    const withTwin = planSweep({ ...settings, tasks: [...tasks, twin] });
    expect(withTwin.duplicateTasks).toEqual([twin]);
    expect(withTwin.pending).toHaveLength(plan.pending.length);
  });

  it('refuses two models that would get the very same requests', () => {
    const twins = [buildPoolModel({ id: 'a' }), buildPoolModel({ id: 'b' })];
    expect(() => planSweep({ ...settings, models: twins })).toThrow(
      expect.objectContaining({ code: 'invalid_pool' }),
    );
  });
});
