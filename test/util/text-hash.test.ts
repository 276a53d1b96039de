import { describe, expect, it } from 'vitest';
import { mixHash, textHash } from '../../src/util/text-hash.js';

describe('textHash', () => {
  it('is the same on every machine', () => {
    expect(textHash('')).toBe(mixHash(0x811c9dc5));
    // FNV-1a of "a" is published as e40c292c.
    expect(textHash('a')).toBe(mixHash(0xe40c292c));
  });

  it('is a whole number of 32 bits, and other with another seed', () => {
    for (const text of ['', 'prompt', '你好', '\ud800', 'x'.repeat(10_000)]) {
      const hash = textHash(text);
      expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
      expect(textHash(text, 1)).not.toBe(hash);
    }
  });

  it('fills buckets evenly', () => {
    const counts = Array.from({ length: 64 }, () => 0);
    for (let index = 0; index < 64_000; index++) {
      const bucket = textHash(`task-${index}`) % 64;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});
