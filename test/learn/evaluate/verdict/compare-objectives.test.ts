import { describe, expect, it } from 'vitest';
import { chooseDefaultObjective } from '../../../../src/learn/evaluate/verdict/compute-advice.js';
import {
  describeBetter,
  findBetterObjective,
  listUnbeaten,
  type ObjectiveFigures,
} from '../../../../src/learn/evaluate/verdict/compare-objectives.js';
import { buildObjective } from '../../../support/routing-policy.js';

const figure = (objective: string, quality: number, costUsd: number | null): ObjectiveFigures => ({
  objective,
  quality,
  costUsd,
});

const objectives = [
  buildObjective({ description: 'highest quality' }),
  buildObjective({ name: 'balanced' }),
];
const beaten = [figure('quality', 0.86, 0.002), figure('balanced', 0.89, 0.001)];

describe('an objective that another one beats in quality and cost', () => {
  it.each([
    ['better and cost less', 0.9, 0.001],
    ['as good and cost less', 0.86, 0.001],
    ['better at no higher cost', 0.9, 0.002],
    ['better at no higher cost', 0.9, 0.00199],
  ])('is described with the other one, which was %s', (gain, quality, costUsd) => {
    const figures = [figure('quality', 0.86, 0.002), figure('balanced', quality, costUsd)];
    const [first, second] = describeBetter(objectives, objectives, { figures, baseline: 'c' });
    expect(first?.description).toBe(`highest quality; on held-out prompts, "balanced" was ${gain}`);
    expect(second).toEqual(objectives[1]);
  });

  it('says which prompts it leaves to the baseline', () => {
    const guarded = objectives.map((one) => ({ ...one, confidenceLimit: 0.7 }));
    const [first] = describeBetter(guarded, guarded, { figures: beaten, baseline: 'c' });
    expect(first?.description).toMatch(
      /^highest quality, with prompts of no clear task left to c; on held-out prompts, "balanced" was/,
    );
  });

  it('is described as it is where it asks for low latency', () => {
    const request = { kind: 'limit_latency', name: 'quality', maxLatencyP95Ms: 900 } as const;
    const planned = objectives.map((one) => ({ ...one, request }));
    expect(describeBetter(objectives, planned, { figures: beaten, baseline: 'c' })).toEqual(
      objectives,
    );
  });

  it('is no advice, unless it asks for low latency and is faster than the baseline', () => {
    const list = (constantModel: string, planned?: typeof objectives) =>
      listUnbeaten(
        objectives.map((one) => ({ ...one, constantModel })),
        planned,
        { figures: beaten, baseline: 'c' },
      );
    const request = { kind: 'limit_latency', name: 'quality', maxLatencyP95Ms: 900 } as const;
    const forLatency = objectives.map((one) => ({ ...one, request }));
    expect(list('a', objectives)).toEqual(['balanced']);
    expect(list('a')).toEqual(['balanced']);
    expect(list('c', forLatency)).toEqual(['balanced']);
    expect(list('a', forLatency)).toEqual(['quality', 'balanced']);
  });

  it('is not the default, unless a user names it', () => {
    expect(chooseDefaultObjective(objectives, undefined, beaten)).toBe('balanced');
    expect(chooseDefaultObjective(objectives, 'quality', beaten)).toBe('quality');
    const constant = [objectives[0], { name: 'balanced', constantModel: 'c' }].flatMap(
      (one) => one ?? [],
    );
    expect(chooseDefaultObjective(constant, undefined, beaten)).toBe('quality');
  });
});

describe('an objective', () => {
  it.each([
    ['costs more', figure('balanced', 0.89, 0.003)],
    ['is worse', figure('balanced', 0.85, 0.001)],
    ['is the same', figure('balanced', 0.86, 0.002)],
    ['is better by less than tables show', figure('balanced', 0.8604, 0.00199)],
    ['has an unknown cost', figure('balanced', 0.9, null)],
  ])('is not beaten by one that %s', (_, other) => {
    const figures = [figure('quality', 0.86, 0.002), other];
    expect(findBetterObjective('quality', figures)).toBeUndefined();
    expect(chooseDefaultObjective(objectives, undefined, figures)).toBe('quality');
  });

  it('is compared with the best of those that beat it', () => {
    const figures = [...beaten, figure('cost', 0.91, 0.0015), figure('fast', 0.91, 0.0019)];
    expect(findBetterObjective('quality', figures)?.objective).toBe('cost');
    const close = [...beaten, figure('fast', 0.89, 0.000999)];
    expect(findBetterObjective('quality', close)?.objective).toBe('balanced');
  });
});
