import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../../src/policy/decide/load-policy.js';
import { buildBenchPolicy, writeBenchPrompt } from '../../../../scripts/bench/routing/policy.js';

describe('the policy of the benchmarks', () => {
  it('is loaded as a trained one is, and knows the words of their prompts', async () => {
    const policy = await loadPolicy(await buildBenchPolicy(3));
    const { model, novelty } = policy.decide(writeBenchPrompt(1000, 1));
    expect(policy.policy.models.map(({ id }) => id)).toContain(model);
    expect(novelty).toBeLessThan(0.5);
  });
});
