import { describe, expect, it } from 'vitest';
import {
  listObjectiveRequests,
  objectiveOptions,
} from '../../../src/cli/options/objective-options.js';
import { checkArguments } from '../../../src/cli/options/check-arguments.js';

describe('the options that ask for objectives', () => {
  it('give each a name of its number', () => {
    const requests = listObjectiveRequests({
      keepQuality: [0.98, 0.995],
      maxCostPerRequest: [0.002],
      maxLatencyP95: [3000],
    });
    expect(requests.map(({ name }) => name)).toEqual([
      'keep-98',
      'keep-99.5',
      'max-cost-0.002',
      'max-p95-3000',
    ]);
  });

  it('ask for nothing where they are not given', () => {
    const nothing = {
      keepQuality: undefined,
      maxCostPerRequest: undefined,
      maxLatencyP95: undefined,
    };
    expect(listObjectiveRequests(nothing)).toEqual([]);
  });

  it.each([
    [{ 'keep-quality': [0.98, 1.2] }, '--keep-quality must be a number above 0 and at most 1'],
    [{ 'keep-quality': [0] }, '--keep-quality must be a number above 0'],
    [{ 'max-cost-per-request': [Number.NaN] }, '--max-cost-per-request must be a number above 0'],
    [{ 'max-latency-p95': [-1] }, '--max-latency-p95 must be a number above 0'],
  ])('refuse %j', (args, message) => {
    expect(() => checkArguments(args, objectiveOptions)).toThrow(message);
    expect(() => checkArguments({ 'keep-quality': [0.5, 1] }, objectiveOptions)).not.toThrow();
  });
});
