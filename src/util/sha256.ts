import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 of a value's canonical JSON, in hexadecimal. */
export function sha256OfJson(value: unknown): string {
  return sha256(canonicalJson(value));
}
