import { describe, expect, it } from 'vitest';
import {
  encodeSignedText,
  isSignedBy,
  readSerial,
  writeSignatureText,
} from '../../../src/policy/file/policy-signature.js';
import { createSigningKeys, signDigest } from '../../../src/policy/file/sign-policy.js';

const prime = 2n ** 255n - 19n;
/** The y of the four points of order 8; the other points of small order have 0, 1 and -1. */
const orderEight = [
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
];

/** 32 bytes, little-endian, with the sign of x in the highest bit. */
function encodePoint(y: bigint, sign: bigint): Uint8Array {
  const value = y | (sign << 255n);
  return Uint8Array.from({ length: 32 }, (_, place) => Number((value >> BigInt(8 * place)) & 255n));
}

/** Every encoding of a point of small order, also those with a y beyond the prime or a needless sign. */
const smallOrder = [0n, 1n, prime - 1n, prime, prime + 1n, ...orderEight].flatMap((y) =>
  [0n, 1n].map((sign) => encodePoint(y, sign)),
);

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

  it.each(smallOrder.map((bytes) => [writeSignatureText(bytes)]))(
    'is refused in every encoding: %s',
    async (key) => {
      // Where the key hides what it adds to the equation, this is the signature of anything.
      for (const start of smallOrder) {
        const signature = new Uint8Array(64);
        signature.set(start);
        expect(await isSignedBy('digest', writeSignatureText(signature), [key])).toBe(false);
      }
    },
  );

  it('is not what a real key is taken for', async () => {
    for (let count = 0; count < 20; count++) {
      const { privateKey, publicKey } = await createSigningKeys();
      const signature = await signDigest('digest', privateKey);
      expect(await isSignedBy('digest', signature, [publicKey])).toBe(true);
    }
  });
});

describe('a serial number', () => {
  it('is signed with the digest', async () => {
    const { privateKey, publicKey } = await createSigningKeys();
    const signature = await signDigest('digest', privateKey, 7);
    expect(readSerial(signature)).toBe(7);
    expect(await isSignedBy('digest', signature, [publicKey])).toBe(true);
    const forgeries = [':8:', ':07:', ':'].map((text) => signature.replace(':7:', text));
    for (const forged of forgeries) {
      expect(await isSignedBy('digest', forged, [publicKey])).toBe(false);
    }
    const plain = await signDigest('digest', privateKey);
    expect(readSerial(plain)).toBe(0);
    const claimed = plain.replace('ed25519:', 'ed25519:9:');
    expect(await isSignedBy('digest', claimed, [publicKey])).toBe(false);
  });

  it.each([0, -1, 0.5, Number.NaN, 1e15])('is a whole number from 1: not %d', async (serial) => {
    const { privateKey } = await createSigningKeys();
    await expect(signDigest('digest', privateKey, serial)).rejects.toMatchObject({ code: 'usage' });
  });
});
