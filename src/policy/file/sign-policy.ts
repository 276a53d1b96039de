import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { encodeSignedText, writeSignatureText } from './policy-signature.js';

const privatePrefix = 'ed25519-private:';

/** A pair of keys as text. Anyone who has the private key can sign. */
export interface SigningKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a pair of keys. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const [privateBytes, publicBytes] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey('raw', pair.publicKey),
  ]);
  return {
    privateKey: privatePrefix + encodeBase64(new Uint8Array(privateBytes)),
    publicKey: writeSignatureText(new Uint8Array(publicBytes)),
  };
}

/**
 * Signs the digest of a policy.
 *
 * @param serial a whole number from 1, greater than that of every earlier policy, so that an older one
 * can be refused; a signature without one is older than any
 * @returns the text of the file's member `signature`
 * @throws RoutesmithError `usage` where the key cannot be read; the key is not in the error
 */
export async function signDigest(
  digest: string,
  privateKey: string,
  serial?: number,
): Promise<string> {
  if (serial !== undefined && !(Number.isInteger(serial) && serial >= 1 && serial < 1e15)) {
    throw new RoutesmithError('usage', 'the serial number must be a whole number from 1 to 1e15', {
      fix: 'Use one that only grows, such as the time in seconds.',
    });
  }
  const key = await readPrivateKey(privateKey.trim());
  const signature = await crypto.subtle.sign('Ed25519', key, encodeSignedText(digest, serial));
  return writeSignatureText(new Uint8Array(signature), serial);
}

/** The file's text with a signature in place of any that it has; the policy itself stays as it is. */
export function writeSignature(text: string, signature: string): string {
  const file: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
  if (!isJsonObject(file)) throw new TypeError('a policy file is an object');
  return `${JSON.stringify({ ...file, signature }, null, 1)}\n`;
}

async function readPrivateKey(text: string): Promise<CryptoKey> {
  const bytes = text.startsWith(privatePrefix)
    ? decodeBase64(text.slice(privatePrefix.length))
    : undefined;
  try {
    if (bytes !== undefined) {
      return await crypto.subtle.importKey('pkcs8', bytes, 'Ed25519', false, ['sign']);
    }
  } catch {
    // Without the cause, which may describe the key.
  }
  throw new RoutesmithError('usage', 'the private key cannot be read', {
    fix: `Give the text that "routesmith keygen" prints after "${privatePrefix}", that included.`,
  });
}
