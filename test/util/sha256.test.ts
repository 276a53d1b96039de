import { describe, expect, it } from 'vitest';
import { sha256, sha256OfJson } from '../../src/util/sha256.js';

describe('sha256', () => {
  it('gives the published digests (FIPS 180-2)', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('takes text as UTF-8', () => {
    expect(sha256('é')).toBe(sha256(Uint8Array.of(0xc3, 0xa9)));
  });

  it('of JSON does not depend on the order of members', () => {
    expect(sha256OfJson({ a: 1, b: 2 })).toBe(sha256OfJson({ b: 2, a: 1 }));
    expect(sha256OfJson({ a: 1, b: 2 })).toBe(sha256('{"a":1,"b":2}'));
  });
});
