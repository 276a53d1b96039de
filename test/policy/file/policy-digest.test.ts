import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computePolicyDigest } from '../../../src/policy/file/policy-digest.js';
import { canonicalJson } from '../../../src/util/canonical-json.js';
import { createRandom, shuffle } from '../../../src/util/random.js';

const anyFile = fc.dictionary(fc.string(), fc.jsonValue());

describe('computePolicyDigest', () => {
  it('is SHA-256 over canonical JSON', async () => {
    const file = { b: [1, 'é'], a: { d: null } };
    const expected = createHash('sha256').update(canonicalJson(file)).digest('hex');
    expect(await computePolicyDigest(file)).toBe(`sha256:${expected}`);
  });

  it('does not depend on the order of members', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.nat(), async (file, seed) => {
        const reordered = Object.fromEntries(shuffle(Object.entries(file), createRandom(seed)));
        expect(await computePolicyDigest(reordered)).toBe(await computePolicyDigest(file));
      }),
    );
  });

  it('leaves the digest and the signature out, at the top level only', async () => {
    const digest = await computePolicyDigest({ a: 1 });
    expect(await computePolicyDigest({ a: 1, digest: 'x', signature: 'y' })).toBe(digest);
    expect(await computePolicyDigest({ a: { digest: 'x' } })).not.toBe(
      await computePolicyDigest({ a: {} }),
    );
  });

  it('counts a member named __proto__', async () => {
    const file = JSON.parse('{"a":1,"__proto__":{"a":2}}') as Record<string, unknown>;
    expect(await computePolicyDigest(file)).not.toBe(await computePolicyDigest({ a: 1 }));
  });
});
