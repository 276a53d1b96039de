import { decodeBase64, encodeBase64 } from './base64.js';

/** How public keys and signatures begin; base64 follows. */
const prefix = 'ed25519:';

/** What is signed: the digest, which covers everything else, and what for. */
export function encodeSignedText(digest: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`routesmith policy\n${digest}`);
}

/** A public key or a signature as text. */
export function writeSignatureText(bytes: Uint8Array): string {
  return prefix + encodeBase64(bytes);
}

/**
 * Whether one of the keys has signed a digest. What is no key or no signature has not.
 *
 * @param publicKeys as `routesmith keygen` gives them
 * @throws what Web Crypto throws where the engine has no Ed25519
 */
export async function isSignedBy(
  digest: string,
  signature: string | undefined,
  publicKeys: readonly string[],
): Promise<boolean> {
  const signed = readSignatureText(signature);
  for (const text of publicKeys) {
    const raw = readSignatureText(text);
    if (signed?.length !== 64 || raw?.length !== 32 || isSmallOrder(raw)) continue;
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', key, signed, encodeSignedText(digest))) return true;
  }
  return false;
}

/**
 * Whether a key is one of the few points of order 8 or less, for which anyone can make signatures
 * (RFC 8032, section 7; their encodings: eprint.iacr.org/2020/1244). Six bytes tell them apart.
 */
function isSmallOrder(key: Uint8Array): boolean {
  const start = key.slice(0, 6).join();
  return /^([01](,0){5}|23[678](,255){5}|38,232,149,143,194,178|199,23,106,112,61,77)$/.test(start);
}

function readSignatureText(text: unknown): Uint8Array<ArrayBuffer> | undefined {
  return typeof text === 'string' && text.startsWith(prefix)
    ? decodeBase64(text.slice(prefix.length))
    : undefined;
}
