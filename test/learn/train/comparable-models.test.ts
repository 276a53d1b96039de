import { describe, expect, it } from 'vitest';
import {
  describeLeftOut,
  leaveOutModels,
  selectComparable,
} from '../../../src/learn/train/comparable-models.js';
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

/** Prompts with outcomes of the models that `listModels` names, by number. */
function buildLogTable(models: readonly string[], listModels: (row: number) => readonly number[]) {
  return buildOutcomeTable(
    models,
    Array.from({ length: 300 }, (_, row) => ({
      quality: models.map((_, model) => (listModels(row).includes(model) ? 0.5 : null)),
    })),
  );
}

describe('models without outcomes of the same prompts', () => {
  const reasonOf = (model: string): string =>
    `${model} has too few outcomes of the same prompts as other models to be compared`;

  it.each([
    ['none', 0],
    ['twelve', 12],
  ])('are all left out where two of them share %s', (_, shared) => {
    const table = buildLogTable(['big', 'small'], (row) => (row < shared ? [0, 1] : [row % 2]));
    const { leftOut } = leaveOutModels(table);
    expect(leftOut.map(({ reason }) => reason)).toEqual([reasonOf('big'), reasonOf('small')]);
    expect(() => selectComparable(table)).toThrow(
      'no models to compare: big and small have too few outcomes of the same prompts',
    );
  });

  it('are compared where two of them share twenty', () => {
    const table = buildLogTable(['big', 'small'], (row) => (row < 20 ? [0, 1] : [row % 2]));
    expect(leaveOutModels(table)).toEqual({ table, leftOut: [] });
    expect(selectComparable(table).table).toBe(table);
  });

  it('are left out where the others can be compared', () => {
    const table = buildLogTable(['a', 'b', 'log'], (row) => (row < 150 ? [0, 1] : [2]));
    const { table: left, leftOut } = leaveOutModels(table);
    expect(left.models).toEqual(['a', 'b']);
    const reason =
      'log has too few outcomes of the same prompts as a and b to be compared with them';
    expect(leftOut).toEqual([{ model: 'log', outcomes: 150, reason }]);
  });

  it.each([
    ['', ['a', 'b', 'c', 'd']],
    [', in whatever order', ['c', 'd', 'a', 'b']],
  ])('are those of the pair that shares fewer%s', (_, models) => {
    const listAsked = (row: number): string[] => (row < 100 ? ['a', 'b'] : ['c', 'd']);
    const table = buildLogTable(models, (row) =>
      listAsked(row).map((model) => models.indexOf(model)),
    );
    const { table: left, leftOut } = leaveOutModels(table);
    expect(left.models).toEqual(['c', 'd']);
    const all = { leftOutModels: leftOut, ungradedPrompts: 0, ungradedTasks: [] };
    expect(describeLeftOut(all)[0]).toBe(
      'a has too few outcomes of the same prompts as c and d to be compared with them, so it is left out. ' +
        'Sweep the missing prompts, or train on a and b instead: --models a,b.',
    );
  });

  it('do not include one of a small table with gaps', () => {
    const table = buildOutcomeTable(
      ['a', 'b'],
      Array.from({ length: 24 }, (_, row) => ({
        quality: [row < 16 ? 1 : null, row < 8 ? null : 0],
      })),
    );
    expect(leaveOutModels(table).leftOut).toEqual([]);
  });
});
