import { describe, expect, it } from 'vitest';
import {
  encodeSignedText,
  isSignedBy,
  writeSignatureText,
} from '../../../src/policy/file/policy-signature.js';

/** The identity signs for the key that is the identity, whatever is signed: S = 0, R = A. */
const identity = new Uint8Array(32).fill(0).fill(1, 0, 1);
const forged = new Uint8Array(64).fill(1, 0, 1);

describe('a public key of small order', () => {
  it('would let anyone sign, by Web Crypto alone', async () => {
    const key = await crypto.subtle.importKey('raw', identity, 'Ed25519', false, ['verify']);
    const text = encodeSignedText('digest');
    expect(await crypto.subtle.verify('Ed25519', key, forged, text)).toBe(true);
  });

  it('signs nothing', async () => {
    const key = writeSignatureText(identity);
    expect(await isSignedBy('digest', writeSignatureText(forged), [key])).toBe(false);
  });
});
