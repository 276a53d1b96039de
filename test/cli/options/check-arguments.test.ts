import { describe, expect, it } from 'vitest';
import {
  checkArguments,
  checkCombination,
  checkOptionValue,
} from '../../../src/cli/options/check-arguments.js';

describe('checkArguments', () => {
  const limits = { type: 'number', whole: true, minimum: 1, maximum: 9 } as const;

  it('names an option with its dashes, and a positional argument without', () => {
    expect(() => checkArguments({ port: 10 }, { port: limits })).toThrow(
      '--port must be a whole number from 1 to 9, but is 10',
    );
    expect(() => checkArguments({ port: '' }, { port: { type: 'string' } }, '')).toThrow(
      /^port is empty/,
    );
  });

  it('says how to write a number where it is given none', () => {
    const budget = { type: 'number', minimum: 0 } as const;
    expect(() => checkArguments({ budget: Number.NaN }, { budget })).toThrow(
      /^--budget must be a number of at least 0\n.*Write a point for decimals, such as 2\.50/,
    );
  });

  it('refuses an option that is given twice, unless it takes a list', () => {
    expect(() => checkArguments({ port: [1, 2] }, { port: limits })).toThrow('more than once');
    expect(() =>
      checkArguments({ port: [1, 2] }, { port: { ...limits, array: true } }),
    ).not.toThrow();
  });
});

describe('checkOptionValue', () => {
  it('suggests the nearest known name', () => {
    expect(() => checkOptionValue('--model', 'larg', ['small', 'large'])).toThrow(
      'did you mean "large"',
    );
    expect(() => checkOptionValue('--model', 'large', ['small', 'large'])).not.toThrow();
  });
});

describe('checkCombination', () => {
  it('refuses the first option that is given', () => {
    const check = (folds: number | undefined): void =>
      checkCombination({ family: undefined, folds }, 'policy', 'Nothing is trained.');
    expect(() => check(3)).toThrow('--folds cannot be combined with --policy');
    expect(() => check(undefined)).not.toThrow();
  });
});
