import { describe, expect, it } from 'vitest';
import { readAdaptiveSettings } from '../../../src/cli/options/adaptive-options.js';
import { parseRepeats, readAutoRepeats } from '../../../src/cli/options/repeats-option.js';

describe('--repeats', () => {
  it('is a whole number of at least 1, or auto', () => {
    expect(['1', '3', 'auto'].map(parseRepeats)).toEqual([1, 3, 'auto']);
    for (const text of ['0', '-1', '1.5', 'many', '', ' ', 'Infinity']) {
      expect(() => parseRepeats(text)).toThrow('--repeats must be a whole number');
    }
    expect(() => parseRepeats(['2', '3'])).toThrow('--repeats is given more than once');
  });

  const args = { batch: false, queue: undefined, 'retry-failed': false } as const;

  it.each([
    ['--batch', { ...args, batch: true }],
    ['--queue', { ...args, queue: 'postgres://db/sweeps' }],
    ['--retry-failed', { ...args, 'retry-failed': true }],
  ])('auto is refused together with %s, a number is not', (name, others) => {
    expect(() => readAutoRepeats({ ...others, repeats: 'auto' })).toThrow(
      `${name} cannot be combined with --repeats auto`,
    );
    expect(readAutoRepeats({ ...others, repeats: 2 })).toBe(false);
  });

  it('auto is refused by --adaptive', () => {
    const adaptive = {
      ...args,
      adaptive: true,
      for: undefined,
      worth: undefined,
      'max-calls': undefined,
      'keep-going': false,
      ungraded: false,
      budget: undefined,
      seed: 0,
    };
    expect(() => readAdaptiveSettings({ ...adaptive, repeats: 'auto' })).toThrow(
      '--repeats cannot be combined with --adaptive',
    );
    expect(readAdaptiveSettings({ ...adaptive, repeats: 1 })).toBeDefined();
  });
});
