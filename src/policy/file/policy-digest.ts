import { canonicalJson } from '../../util/canonical-json.js';

/**
 * SHA-256 over the canonical JSON of a policy file without its `digest` and `signature`, as
 * `sha256:` and hexadecimal digits. Uses Web Crypto, which all supported engines have.
 */
export async function computePolicyDigest(
  file: Readonly<Record<string, unknown>>,
): Promise<string> {
  const content = Object.fromEntries(
    Object.entries(file).filter(([key]) => key !== 'digest' && key !== 'signature'),
  );
  const bytes = new TextEncoder().encode(canonicalJson(content));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
