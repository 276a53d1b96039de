import { describe, expect, it } from 'vitest';
import { computePolicyDigest } from '../../../src/policy/file/policy-digest.js';
import { loadPolicy } from '../../../src/policy/decide/load-policy.js';
import { RoutesmithError } from '../../../src/util/errors.js';
import { createRandom } from '../../../src/util/random.js';
import { mutateMember } from '../../support/mutate-policy.js';
import {
  buildConstantPolicy,
  buildMixturePolicy,
  writePolicyFile,
} from '../../support/routing-policy.js';

// `npm run check:fuzz` does a hundred thousand of these.
describe('a policy file with members that are missing, strange or from elsewhere', () => {
  const random = createRandom(5);
  const prototype = Object.getOwnPropertyNames(Object.prototype).length;

  it.each([
    ['a task mixture', buildMixturePolicy(), 150],
    ['a constant policy', buildConstantPolicy(), 600],
  ] as const)(
    'as %s is refused, or decides, even with a digest that fits',
    async (_, policy, n) => {
      const { text } = await writePolicyFile(policy);
      let refused = 0;
      for (let trial = 0; trial < n; trial++) {
        const file = mutateMember(JSON.parse(text) as Record<string, unknown>, random);
        const digest = await computePolicyDigest(file).catch(String);
        try {
          const { decide } = await loadPolicy({ ...file, digest });
          const decision = decide('Add 2 and 3.', { objective: 'cost' });
          expect(decision.ranked.length + decision.excluded.length).toBeGreaterThan(1);
        } catch (error) {
          if (!RoutesmithError.isInstance(error) || error.code !== 'invalid_policy') throw error;
          refused += 1;
        }
        expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(prototype);
      }
      expect(refused).toBeGreaterThan(n / 4);
    },
  );
});
