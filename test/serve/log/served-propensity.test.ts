import { describe, expect, it } from 'vitest';
import type { RankedModel } from '../../../src/policy/decide/decision.js';
import {
  computeServedPropensity,
  type ChanceBasis,
} from '../../../src/serve/log/served-propensity.js';

const models = ['usual', 'better', 'third', 'down'].map((id) => ({ id }));
const utilityOf: Readonly<Record<string, number | null>> = {
  usual: 0.7,
  better: 0.8,
  third: 0.5,
  down: 0.6,
};

/** Utilities decide who takes over, and the usual model is not the best of them. */
function basisOf(choice: string): ChanceBasis {
  return {
    choice,
    policyChoice: 'usual',
    reason: choice === 'usual' ? 'session_kept' : 'explored',
    exploreShare: 0.4,
    exclusions: [null, null, null, null],
  };
}

function rank(choice: string): RankedModel[] {
  const others = ['better', 'usual', 'down', 'third'].filter((id) => id !== choice);
  return [choice, ...others].map((model) => ({
    model,
    quality: 0.5,
    costUsd: null,
    latencyMs: null,
    utility: utilityOf[model] ?? null,
  }));
}

const propensityOf = (
  served: string,
  unavailable: readonly string[],
  { choice = served, before = [] }: { choice?: string; before?: string[] } = {},
): number =>
  computeServedPropensity(basisOf(choice), models, {
    served,
    before,
    unavailable,
    ranked: rank(choice),
  });

describe('the chance that a model serves a request', () => {
  it('is that of its draw where all models can be called', () => {
    expect(propensityOf('usual', [])).toBeCloseTo(0.7, 12);
    expect(propensityOf('third', [])).toBeCloseTo(0.1, 12);
  });

  it('includes those of models that are down for the model only that takes their place', () => {
    expect(propensityOf('better', ['down'])).toBeCloseTo(0.2, 12);
    expect(propensityOf('usual', ['down'])).toBeCloseTo(0.7, 12);
    expect(propensityOf('third', ['down'])).toBeCloseTo(0.1, 12);
  });

  it('is the same however the request came to the model', () => {
    const skipped = { choice: 'down', before: ['down'] };
    expect(propensityOf('better', ['down'], skipped)).toBeCloseTo(0.2, 12);
    const all = ['down', 'usual', 'third'];
    for (const choice of all) {
      expect(propensityOf('better', all, { choice, before: [choice] })).toBeCloseTo(1, 12);
    }
    expect(propensityOf('better', all)).toBeCloseTo(1, 12);
  });

  it('adds up to 1 over the models that can serve', () => {
    const down = ['better', 'down'];
    expect(propensityOf('usual', down) + propensityOf('third', down)).toBeCloseTo(1, 12);
  });
});
