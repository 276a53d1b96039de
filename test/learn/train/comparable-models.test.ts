import { describe, expect, it } from 'vitest';
import {
  describeLeftOut,
  leaveOutModels,
  selectComparable,
} from '../../../src/learn/train/comparable-models.js';
import { computeTrainingData } from '../../../src/learn/train/training-data.js';
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
  it.each([
    ['none', 0],
    ['twelve', 12],
  ])('are all left out where two of them share %s', (_, shared) => {
    const table = buildLogTable(['big', 'small'], (row) => (row < shared ? [0, 1] : [row % 2]));
    const { leftOut } = leaveOutModels(table);
    const reason =
      'big and small have too few outcomes of the same prompts to be compared ' +
      `(big and small share ${shared} prompts; 20 are needed)`;
    expect(leftOut.map((one) => one.reason)).toEqual([reason, reason]);
    const message = `no models to compare; ${reason}`;
    expect(() => selectComparable(table)).toThrow(message);
    expect(() => computeTrainingData(table)).toThrow(message);
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
      'log has too few outcomes of the same prompts as a and b to be compared with them ' +
      '(log and a share 0 prompts; 20 are needed)';
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
      'a has too few outcomes of the same prompts as c and d to be compared with them ' +
        '(a and c share 0 prompts; 20 are needed), so it is left out. ' +
        'Sweep the missing prompts, or train on a and b instead: --models a,b.',
    );
  });

  it.each([
    ['two thirds', 24, 16, 8],
    ['about half', 48, 30, 18],
  ])('do not include one of a small table with %s of the cells', (_, count, first, second) => {
    const table = buildOutcomeTable(
      ['a', 'b'],
      Array.from({ length: count }, (_cell, row) => ({
        quality: [row < first ? 1 : null, row < second ? null : 0],
      })),
    );
    expect(leaveOutModels(table).leftOut).toEqual([]);
  });
});
