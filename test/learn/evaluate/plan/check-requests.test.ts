import { describe, expect, it } from 'vitest';
import {
  checkDefaultObjective,
  checkRequests,
} from '../../../../src/learn/evaluate/plan/check-requests.js';
import {
  standardObjectives,
  type ObjectiveRequest,
} from '../../../../src/learn/evaluate/plan/objective-request.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';

const priced = buildOutcomeTable(
  ['a', 'b'],
  Array.from({ length: 20 }, () => ({
    quality: [1, 0],
    costUsd: [0.02, 0.004],
    latencyMs: [900, 300],
  })),
);
const unpriced = buildOutcomeTable(['a', 'b'], [{ quality: [1, 0] }]);
const keep = { kind: 'keep_quality', name: 'keep-98', keepQuality: 0.98, lowest: 'cost' } as const;

describe('objectives that were asked for', () => {
  it('pass where they can be resolved', () => {
    const requests: ObjectiveRequest[] = [
      keep,
      { kind: 'limit_cost', name: 'x', maxCostPerRequestUsd: 0.004 },
      { kind: 'limit_latency', name: 'y', maxLatencyP95Ms: 300 },
    ];
    expect(() => checkRequests(priced, requests)).not.toThrow();
  });

  it.each<[string, ObjectiveRequest[], string]>([
    ['twice', [keep, keep], '"keep-98" is requested twice'],
    ['for 90 times the quality', [{ ...keep, keepQuality: 90 }], 'not a share of the quality'],
    ['by a standard name', [{ ...keep, name: 'cost' }], '"cost" is requested twice'],
    [
      'under what any model costs',
      [{ kind: 'limit_cost', name: 'x', maxCostPerRequestUsd: 0.001 }],
      'Allow at least $0.004',
    ],
    [
      'quicker than any model is',
      [{ kind: 'limit_latency', name: 'x', maxLatencyP95Ms: 10 }],
      'at least 300 ms',
    ],
  ])('%s are refused', (_, requests, message) => {
    expect(() => checkRequests(priced, requests)).toThrow(
      expect.objectContaining({ code: 'usage' }) as Error,
    );
    expect(describeRefusal(() => checkRequests(priced, requests))).toContain(message);
  });

  it('are checked against the held-out prompts of an adaptive sweep, whose means the results are', () => {
    // The prompts that were bought to learn are the dear and slow ones.
    const table = buildOutcomeTable(
      ['a', 'b'],
      Array.from({ length: 60 }, (_, row) => ({
        quality: [1, 0],
        costUsd: row < 20 ? [0.02, 0.004] : [0.2, 0.04],
        latencyMs: row < 20 ? [900, 300] : [9000, 3000],
      })),
    );
    const prompts = table.prompts.map((prompt, row) =>
      row < 20 ? { ...prompt, heldOut: true as const } : prompt,
    );
    const adaptive = { ...table, prompts, design: 'adaptive' as const };
    const requests: ObjectiveRequest[] = [
      { kind: 'limit_cost', name: 'x', maxCostPerRequestUsd: 0.004 },
      { kind: 'limit_latency', name: 'y', maxLatencyP95Ms: 300 },
    ];
    expect(() => checkRequests(adaptive, requests)).not.toThrow();
    expect(() => checkRequests(table, requests)).toThrow('no model costs $0.004 or less');
  });

  it('are refused where costs are not known', () => {
    expect(() => checkRequests(unpriced, [keep])).toThrow('the cost of a, b is unknown');
    expect(() => checkDefaultObjective(unpriced, standardObjectives, 'fast')).toThrow(
      'the latency of a, b is unknown',
    );
    expect(() => checkDefaultObjective(unpriced, standardObjectives, 'quality')).not.toThrow();
    expect(() => checkDefaultObjective(unpriced, standardObjectives, 'best')).toThrow('"best"');
  });
});

function describeRefusal(call: () => void): string {
  try {
    call();
    return '';
  } catch (error) {
    return `${String(error)} ${String((error as { fix?: string }).fix)}`;
  }
}
