import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFeatureCounts } from '../../../../src/learn/train/projection/fit-projection.js';
import { policyLimits } from '../../../../src/policy/file/policy-limits.js';

describe('the number of features that a policy keeps', () => {
  const { maxModels, maxTasks, maxWeights } = policyLimits;

  it('never has more weights than the runtime loads', () => {
    assert(
      property(
        integer({ min: 2, max: maxModels }),
        integer({ min: 1, max: maxTasks }),
        (models, tasks) => {
          const { maxFeatures, firstFeatures } = chooseFeatureCounts(models, tasks);
          expect(maxFeatures * (models + tasks)).toBeLessThanOrEqual(maxWeights);
          expect(firstFeatures).toBeLessThanOrEqual(maxFeatures);
          expect(maxFeatures).toBeGreaterThanOrEqual(2000);
        },
      ),
    );
  });

  it('is less than the usual one for two models and two hundred tasks', () => {
    expect(chooseFeatureCounts(2, 100).maxFeatures).toBe(16_384);
    expect(chooseFeatureCounts(2, 200).maxFeatures).toBe(14_851);
  });
});
