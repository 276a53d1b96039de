import { describe, expect, it } from 'vitest';
import { describeLeftOut, leaveOutModels } from '../../../src/learn/train/comparable-models.js';
import { buildOutcomeTable } from '../../support/outcome-table.js';

/** Two models with all outcomes, and one that has them where `isKnown` says so. */
function buildTable(promptCount: number, isKnown: (row: number) => boolean) {
  return buildOutcomeTable(
    ['small', 'large', 'new'],
    Array.from({ length: promptCount }, (_, row) => ({
      task: row % 3 === 0 ? 'code' : 'chat',
      quality: [0, 1, isKnown(row) ? 1 : null],
    })),
  );
}

describe('models that cannot be compared', () => {
  it.each([
    ['without outcomes', () => false, 'new has no outcomes'],
    ['with six outcomes', (row: number) => row < 6, 'only 6 of 300 prompts'],
    ['with 40 outcomes in all tasks', (row: number) => row < 40, 'only 40 of 300 prompts'],
    ['without a whole task', (row: number) => row % 3 !== 0, 'for none of code'],
  ])('%s are left out by name', (_, isKnown, reason) => {
    const { table, leftOut } = leaveOutModels(buildTable(300, isKnown));
    expect(table.models).toEqual(['small', 'large']);
    expect(table.quality).toHaveLength(600);
    const all = { leftOutModels: leftOut, ungradedPrompts: 0, ungradedTasks: [] };
    expect(describeLeftOut(all).join()).toContain(reason);
  });

  it.each([
    ['100 outcomes in all tasks', (row: number) => row < 100],
    ['half of the outcomes', (row: number) => row % 2 === 0],
  ])('do not include one with %s', (_, isKnown) => {
    const table = buildTable(300, isKnown);
    expect(leaveOutModels(table)).toEqual({ table, leftOut: [] });
  });
});
