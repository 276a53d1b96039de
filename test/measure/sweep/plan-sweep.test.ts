import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSweep, type SweepPlan } from '../../../src/measure/sweep/plan-sweep.js';
import { computeCellKey } from '../../../src/measure/sweep/cell-key.js';
import { buildPoolModel } from '../../support/pool-model.js';
import { buildExample } from '../../support/task-set.js';

const examples = Array.from({ length: 12 }, (_, index) => buildExample(`task-${index}`));
const models = ['a', 'b', 'c'].map((id) => buildPoolModel({ id, model: id }));
const settings = { examples, models, repeats: 2, seed: 1 };
const plan = planSweep(settings);
const listCells = ({ order, buildCell }: SweepPlan) => [...order].map(buildCell);
const cells = listCells(plan);
const listKeys = (some: SweepPlan) => listCells(some).map(({ cellKey }) => cellKey);

describe('planSweep', () => {
  it('plans every task, model and repeat once', () => {
    expect(new Set(cells.map(({ cellKey }) => cellKey)).size).toBe(12 * 3 * 2);
    expect(plan.cellCount).toBe(12 * 3 * 2);
    expect([...plan.order].sort((a, b) => a - b)).toEqual([...cells.keys()]);
  });

  it('gives every cell the key of its content', () => {
    for (const [place, { cellKey, ...cell }] of cells.entries()) {
      expect(cellKey).toBe(computeCellKey(cell));
      expect(plan.computeKey(plan.order[place] as number)).toBe(cellKey);
    }
  });

  it('is the same in the same order, whatever the order of examples and models', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(examples, { minLength: examples.length }),
        fc.shuffledSubarray(models, { minLength: models.length }),
        (shuffledTasks, shuffledModels) => {
          const other = planSweep({ ...settings, examples: shuffledTasks, models: shuffledModels });
          expect(listKeys(other)).toEqual(listKeys(plan));
        },
      ),
    );
  });

  it('asks all models a prompt before the next prompt, in an order of its own for each', () => {
    const turns = Array.from({ length: 24 }, (_, turn) => cells.slice(turn * 3, turn * 3 + 3));
    for (const turn of turns) {
      expect(new Set(turn.map(({ promptHash }) => promptHash)).size).toBe(1);
      expect(turn.map(({ model }) => model.id).sort()).toEqual(['a', 'b', 'c']);
    }
    const orders = turns.map((turn) => turn.map(({ model }) => model.id).join());
    expect(new Set(orders).size).toBeGreaterThan(3);
  });

  it('orders prompts by the seed and not by the file', () => {
    const order = (seed: number) =>
      listCells(planSweep({ ...settings, seed })).map(({ example }) => example.id);
    expect(order(2)).not.toEqual(order(1));
    expect(new Set(order(2))).toEqual(new Set(order(1)));
  });

  it('takes the first prompts of that order where there is a limit', () => {
    const few = listCells(planSweep({ ...settings, limit: 4 }));
    expect(few).toHaveLength(4 * 3 * 2);
    expect(new Set(few.map((cell) => cell.example.id))).toEqual(
      new Set(cells.slice(0, 12).map((cell) => cell.example.id)),
    );
  });

  it('names the examples with the same prompt as an earlier one', () => {
    const twin = buildExample('twin', { prompt: examples[0]?.prompt ?? '' });
    const withTwin = planSweep({ ...settings, examples: [...examples, twin] });
    expect(withTwin.duplicateExamples).toEqual([twin]);
    expect(withTwin.cellCount).toBe(plan.cellCount);
  });

  it('refuses two models that would get the very same requests', () => {
    const twins = [buildPoolModel({ id: 'a' }), buildPoolModel({ id: 'b' })];
    expect(() => planSweep({ ...settings, models: twins })).toThrow(
      expect.objectContaining({ code: 'invalid_pool' }),
    );
  });
});
