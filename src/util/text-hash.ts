/**
 * A 32-bit FNV-1a hash of a string's UTF-16 code units, finished with murmur3's mixer so that all
 * bits are usable. For seeds and buckets, not for integrity.
 */
export function textHash(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mixHash(hash);
}

/** 64 bits of a hash as 16 hexadecimal digits, for ids that must be short. */
export function textDigest(text: string): string {
  return [textHash(text), textHash(text, 1)]
    .map((hash) => hash.toString(16).padStart(8, '0'))
    .join('');
}

/** murmur3's 32-bit finalizer (Austin Appleby, public domain). */
export function mixHash(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
