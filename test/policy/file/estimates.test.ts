import { describe, expect, it } from 'vitest';
import {
  estimateCostUsd,
  estimateLatencyMs,
  estimateP95LatencyMs,
  type CostEstimate,
} from '../../../src/policy/file/estimates.js';

describe('estimateCostUsd', () => {
  const tokens: CostEstimate = {
    kind: 'tokens',
    price: { inputPerMillionUsd: 2, outputPerMillionUsd: 10, date: '2025-01-01' },
    fixedInputTokens: 50,
    inputTokensPerCharacter: 0.25,
    outputTokens: [100, 300],
  };

  it('prices the tokens that are expected of the prompt and its tasks', () => {
    // 50 + 0.25 * 600 = 200 input tokens; 0.75 * 100 + 0.25 * 300 = 150 output tokens.
    expect(estimateCostUsd(tokens, 600, [0.75, 0.25])).toBeCloseTo((200 * 2 + 150 * 10) / 1e6, 12);
  });

  it('weighs recorded costs by the tasks', () => {
    expect(estimateCostUsd({ kind: 'recorded', costUsd: [0.001, 0.003] }, 9, [0.5, 0.5])).toBe(
      0.002,
    );
  });

  it('is NaN, not zero, where nothing is known', () => {
    expect(estimateCostUsd({ kind: 'unknown' }, 600, [1, 0])).toBeNaN();
  });
});

describe('estimateLatencyMs and estimateP95LatencyMs', () => {
  it('weigh medians and 95th percentiles by the tasks', () => {
    const latency = { kind: 'recorded', medianMs: [100, 200], p95Ms: [400, 800] } as const;
    expect(estimateLatencyMs(latency, [0.5, 0.5])).toBe(150);
    expect(estimateP95LatencyMs(latency, [0.5, 0.5])).toBe(600);
  });

  it('are NaN where nothing is known', () => {
    expect(estimateLatencyMs({ kind: 'unknown' }, [1])).toBeNaN();
    expect(estimateP95LatencyMs({ kind: 'unknown' }, [1])).toBeNaN();
  });
});
