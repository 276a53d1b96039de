import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWordCache } from '../../src/runtime/word-cache.js';

/** A cache that notes the words it had to compute, in order of their entries. */
function createNotingCache(capacity: number) {
  const computed: string[] = [];
  const cache = createWordCache(capacity, (entry, text, start, end) => {
    computed[entry] = text.slice(start, end);
  });
  return { cache, computed };
}

describe('createWordCache', () => {
  it('computes a word once, and tells words apart even where all hashes are equal', () => {
    const anyWord = fc.string({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 80 }), (words) => {
        const { cache, computed } = createNotingCache(80);
        for (const word of words) {
          const entry = cache.find(`<${word}>`, 1, word.length + 1, word.length % 2);
          expect(computed[entry]).toBe(word);
        }
        expect(computed.length).toBe(new Set(words).size);
      }),
    );
  });

  it('says that it is full, still finds what it holds, and starts again when cleared', () => {
    const { cache, computed } = createNotingCache(2);
    expect(cache.find('one', 0, 3, 1)).toBe(0);
    expect(cache.find('two', 0, 3, 2)).toBe(1);
    expect(cache.find('six', 0, 3, 3)).toBe(-1);
    expect(cache.find('two', 0, 3, 2)).toBe(1);
    cache.clear();
    expect(cache.find('six', 0, 3, 3)).toBe(0);
    expect(computed[0]).toBe('six');
  });
});
