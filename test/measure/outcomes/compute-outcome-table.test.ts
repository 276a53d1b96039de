import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeOutcomeTable,
  type OutcomeArrays,
} from '../../../src/measure/outcomes/compute-outcome-table.js';

const arrays: OutcomeArrays = {
  models: ['small', 'large'],
  prompts: ['What is 2 + 2?', { messages: [{ role: 'user', content: 'Hello.' }] }],
  tasks: ['math', null],
  quality: [
    [0, 1],
    [0.5, null],
  ],
  costUsd: [
    [0.001, 0.01],
    [Number.NaN, 0.02],
  ],
  latencyMs: [Float64Array.of(100, 200), [undefined, 300]],
};

describe('an outcome table from arrays', () => {
  it('has the values, row by row, and NaN where one is missing', () => {
    const table = computeOutcomeTable(arrays);
    expect(table.models).toEqual(['small', 'large']);
    expect([...table.quality]).toEqual([0, 1, 0.5, Number.NaN]);
    expect([...table.ttftMs]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(table).toMatchObject({ costBasis: 'recorded', simulated: false });
    expect(table.prompts).toEqual([
      { id: 'prompt-1', prompt: 'What is 2 + 2?', task: 'math', group: undefined },
      { id: 'prompt-2', prompt: arrays.prompts[1], task: undefined, group: undefined },
    ]);
  });

  it('ignores the cost and the time of a cell that has no quality', () => {
    const { costUsd, latencyMs } = computeOutcomeTable(arrays);
    expect([...costUsd]).toEqual([Math.fround(0.001), Math.fround(0.01), Number.NaN, Number.NaN]);
    expect([...latencyMs]).toEqual([100, 200, Number.NaN, Number.NaN]);
  });

  it('takes weights, groups and ids', () => {
    const { prompts } = computeOutcomeTable({
      ...arrays,
      weights: [3, 1],
      groups: ['family', ''],
      ids: ['a', 'b'],
    });
    expect(prompts.map(({ id, weight, group }) => [id, weight, group])).toEqual([
      ['a', 3, 'family'],
      ['b', undefined, undefined],
    ]);
  });

  it('has no cost basis without a cost, whatever was said', () => {
    const { models, prompts, quality } = arrays;
    expect(computeOutcomeTable({ models, prompts, quality, costBasis: 'tokens' }).costBasis).toBe(
      'none',
    );
  });

  it.each<[string, Partial<OutcomeArrays>, string]>([
    ['a model twice', { models: ['small', 'small'] }, 'models[1]: "small" is there twice'],
    ['a model without a name', { models: ['small', ' '] }, 'models[1]: the name is empty'],
    ['too few labels', { tasks: ['math'] }, 'tasks: there are 1 entries for 2 prompts'],
    ['too few rows', { quality: [[1, 1]] }, 'quality: there are 1 entries for 2 prompts'],
    [
      'a row of another length',
      { quality: [[1, 1], [1]] },
      'quality[1]: there are 1 values for 2 models',
    ],
    [
      'a quality in percent',
      {
        quality: [
          [1, 1],
          [1, 85],
        ],
      },
      'quality[1][1]: quality must be a number from 0 to 1, not 85',
    ],
    [
      'a negative cost',
      {
        costUsd: [
          [-1, 1],
          [1, 1],
        ],
      },
      'costUsd[0][0]: costUsd must be a finite number of at least 0, not -1',
    ],
    ['an empty prompt', { prompts: ['Hello.', ' '] }, 'prompts[1]: the prompt is empty'],
    ['a weight of zero', { weights: [0, 1] }, 'weights[0]: weight must be a positive number'],
    ['an id twice', { ids: ['a', 'a'] }, 'ids[1]: "a" is there twice'],
  ])('names the place of %s', (_, changes, message) => {
    expect(() => computeOutcomeTable({ ...arrays, ...changes })).toThrow(message);
  });

  it.each([
    [{ costUSD: [] }, 'arrays: unknown name "costUSD" (did you mean "costUsd"?'],
    [{ isSimulated: true }, 'arrays: unknown name "isSimulated" (did you mean "simulated"?'],
    [{ quality: undefined }, 'arrays: quality must be given'],
    [{ models: undefined }, 'arrays: models must be given'],
    [{ prompts: 'one' }, 'arrays: prompts must be of type list'],
    [{ costBasis: 'guessed' }, 'arrays, costBasis: unknown name "guessed"'],
  ])('refuses a missing, an unknown or a mistyped member: %j', (wrong, message) => {
    const given = { ...arrays, ...wrong } as OutcomeArrays;
    expect(() => computeOutcomeTable(given)).toThrow(message);
  });

  it.each([
    [
      {
        quality: [
          ['1', 0],
          [0, 1],
        ],
      },
      'quality[0][0]: quality must be a number from 0 to 1, not "1"',
    ],
    [{ quality: [null, [0, 1]] }, 'quality[0]: there are no values for 2 models'],
    [{ quality: [0, 1] }, 'quality[0]: there are no values for 2 models'],
    [{ tasks: [['math'], null] }, 'tasks[0]: the label must be a string'],
    [{ prompts: [null, 'Hello.'] }, 'prompts[0]: '],
  ])('names the entry that is of another type: %j', (wrong, message) => {
    const given = { ...arrays, ...wrong } as never;
    expect(() => computeOutcomeTable(given)).toThrow(message);
  });

  it('keeps every value of every shape', () => {
    const cell = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    const shapes = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }))
      .chain(([width, height]) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        }),
      );
    fc.assert(
      fc.property(shapes, (quality) => {
        const table = computeOutcomeTable({
          models: (quality[0] ?? []).map((_, model) => `model-${model}`),
          prompts: quality.map((_, row) => `prompt ${row}`),
          quality,
        });
        expect([...table.quality]).toEqual(
          quality.flat().map((value) => (value === null ? Number.NaN : Math.fround(value))),
        );
      }),
    );
  });
});
