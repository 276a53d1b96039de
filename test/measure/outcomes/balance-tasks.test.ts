import { array, assert, constantFrom, double, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceTasks, canBalance } from '../../../src/measure/outcomes/balance-tasks.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

const anyPrompt = record({
  task: constantFrom('maths', 'code', 'chat'),
  weight: double({ min: 0.1, max: 10, noNaN: true }),
});

function tableOf(prompts: readonly { readonly task?: string; readonly weight?: number }[]) {
  return buildOutcomeTable(
    ['a'],
    prompts.map((prompt) => ({ ...prompt, quality: [1] })),
  );
}

describe('a table whose tasks count equally', () => {
  it('has the same weight in every task, and the same mean weight as before', () => {
    let balanced = 0;
    assert(
      property(array(anyPrompt, { minLength: 2, maxLength: 40 }), (given) => {
        const table = tableOf(given);
        if (!canBalance(table)) return;
        balanced += 1;
        const { prompts } = balanceTasks(table);
        const totalOf = (task: string | undefined): number =>
          prompts.reduce((sum, one) => (one.task === task ? sum + (one.weight ?? 1) : sum), 0);
        const totals = [...new Set(prompts.map(({ task }) => task))].map(totalOf);
        for (const total of totals) expect(total).toBeCloseTo(totals[0] as number, 6);
        const before = table.prompts.reduce((sum, { weight = 1 }) => sum + weight, 0);
        expect(totals.reduce((sum, total) => sum + total, 0)).toBeCloseTo(before, 6);
      }),
    );
    expect(balanced).toBeGreaterThan(0);
  });

  it('keeps the order of weights within a task', () => {
    const table = tableOf([{ task: 'a' }, { task: 'a', weight: 3 }, { task: 'b' }]);
    const weights = balanceTasks(table).prompts.map(({ weight }) => weight);
    expect(weights).toEqual([0.625, 1.875, 2.5]);
  });

  it.each([
    ['without labels', [{}, {}]],
    ['with a prompt without one', [{ task: 'a' }, { task: 'b' }, {}]],
    ['with one task', [{ task: 'a' }, { task: 'a' }]],
  ])('is refused %s', (_, prompts) => {
    expect(() => balanceTasks(tableOf(prompts))).toThrow('cannot be counted equally');
  });
});
