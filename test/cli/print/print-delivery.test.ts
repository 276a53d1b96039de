import { afterEach, describe, expect, it, vi } from 'vitest';
import { printDelivery } from '../../../src/cli/print/print-delivery.js';
import type { DeliveredObjective } from '../../../src/learn/evaluate/delivery/compute-delivery.js';

const delivered: DeliveredObjective = {
  objective: 'cost',
  model: 'new',
  promptsBeyondModel: 0,
  weighsLatency: false,
  quality: 0.5,
  costUsd: 0.003,
  latencyMs: 60,
  intervals: { quality: null, costUsd: null, latencyMs: null },
  qualityDifference: { mean: -0.1, low: -0.2, high: 0 },
  costSaved: null,
  latencySaved: null,
  unknownOutcomes: 80,
};

function printed(changes: Partial<DeliveredObjective>): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  printDelivery({ baseline: 'old', objectives: [{ ...delivered, ...changes }] }, 'The file:');
  return write.mock.calls
    .map(([text]) => String(text))
    .join('')
    .replaceAll(/\s+/g, ' ');
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the delivery, where outcomes are missing', () => {
  it('says of how many prompts, and that the means of one model allow for them', () => {
    expect(printed({})).toContain('"cost": 80 prompts without an outcome of new or old. The means');
    expect(printed({ model: 'old' })).toContain('80 prompts without an outcome of old.');
  });

  it('says what leaves them out where several models are chosen', () => {
    const text =
      '80 prompts without an outcome of the chosen model or old. Differences and savings leave them out; the means are comparable with those of old.';
    expect(printed({ model: null })).toContain(text);
    expect(printed({ promptsBeyondModel: 3 })).toContain(text);
  });

  it('says nothing where none is missing', () => {
    expect(printed({ unknownOutcomes: 0 })).not.toContain('without an outcome');
  });
});

describe('the delivery of an objective that saves latency', () => {
  const latencySaved = { mean: 0.4, low: 0.3, high: 0.5 };

  it('says how much, whatever weight of it the objective has', () => {
    expect(printed({ objective: 'fast', weighsLatency: true, latencySaved })).toContain(
      '"fast" takes 60 ms on average: 40 % saved (30 to 50 %).',
    );
  });

  it('says nothing of it for other objectives', () => {
    expect(printed({ latencySaved })).not.toContain('on average');
  });
});
