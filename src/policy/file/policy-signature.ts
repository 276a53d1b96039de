import { decodeBase64, encodeBase64 } from './base64.js';

/** How public keys and signatures begin; base64 follows. */
const prefix = 'ed25519:';

/** What is signed: the digest, which covers everything else, what for, and the serial number, if any. */
export function encodeSignedText(digest: string, serial?: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`routesmith policy\n${digest}${serial ? `\n${serial}` : ''}`);
}

/** A public key or a signature as text: `ed25519:` and base64, with `SERIAL:` between them. */
export function writeSignatureText(bytes: Uint8Array, serial?: number): string {
  return `${prefix}${serial ? `${serial}:` : ''}${encodeBase64(bytes)}`;
}

/** The serial number of a signature; 0 if it has none. It counts only if the signature does. */
export function readSerial(signature: string | undefined): number {
  return Number(/^ed25519:(\d{1,15}):/.exec(signature ?? '')?.[1] ?? 0);
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
  const serial = readSerial(signature);
  const signed = readSignatureText(signature?.replace(`:${serial}:`, ':'));
  for (const publicKey of publicKeys) {
    const raw = readSignatureText(publicKey);
    if (signed?.length !== 64 || raw?.length !== 32 || isSmallOrder(raw)) continue;
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    const text = encodeSignedText(digest, serial);
    if (await crypto.subtle.verify('Ed25519', key, signed, text)) return true;
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
