import { describe, expect, it } from 'vitest';
import { checkRequestValues } from '../../../../src/learn/evaluate/plan/check-request-values.js';
import {
  standardObjectives,
  type ObjectiveRequest,
} from '../../../../src/learn/evaluate/plan/objective-request.js';

const keep = { kind: 'keep_quality', name: 'keep', keepQuality: 0.9, lowest: 'cost' };
const cost = { kind: 'limit_cost', name: 'cheap', maxCostPerRequestUsd: 0.01 };
const latency = { kind: 'limit_latency', name: 'soon', maxLatencyP95Ms: 900 };

function check(request: object): () => void {
  return () => checkRequestValues(request as ObjectiveRequest, 1);
}

describe('an objective that a program requests', () => {
  it.each([
    ...standardObjectives,
    keep,
    { ...keep, keepQuality: 1, guarantee: 'point' },
    cost,
    latency,
  ])('is taken as it should be: %j', (request) => {
    expect(check(request)).not.toThrow();
  });

  it.each<[object, string]>([
    [{ ...keep, keepQuality: 90 }, 'keepQuality'],
    [{ ...keep, keepQuality: 0 }, 'keepQuality'],
    [{ ...keep, keepQuality: Number.NaN }, 'keepQuality'],
    [{ ...keep, keepQuality: '0.9' }, 'keepQuality'],
    [{ ...keep, lowest: 'price' }, 'lowest'],
    [{ ...keep, guarantee: 'sure' }, 'guarantee'],
    [{ ...keep, name: '' }, 'name'],
    [{ ...keep, name: '  ' }, 'name'],
    [{ ...keep, name: undefined }, 'name'],
    [{ ...keep, kind: 'keep' }, 'kind'],
    [{ ...cost, maxCostPerRequestUsd: -1 }, 'maxCostPerRequestUsd'],
    [{ ...cost, maxCostPerRequestUsd: Infinity }, 'maxCostPerRequestUsd'],
    [{ ...latency, maxLatencyP95Ms: 0 }, 'maxLatencyP95Ms'],
    [{ ...latency, maxLatencyP95Ms: Number.NaN }, 'maxLatencyP95Ms'],
  ])('is refused where a value is wrong: %j', (request, member) => {
    expect(check(request)).toThrow(
      expect.objectContaining({ code: 'usage', where: `objectives[1].${member}` }) as Error,
    );
  });
});
