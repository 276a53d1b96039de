import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenList } from '../../../src/policy/features/tokens.js';
import { createWordCache } from '../../../src/policy/decide/word-cache.js';

const keptUnits = 32;

/** A cache that notes the words it had to compute, in order of their entries. */
function createNotingCache(capacity: number) {
  const computed: string[] = [];
  const list = createTokenList();
  const cache = createWordCache(capacity, keptUnits, (entry, place) => {
    computed[entry] = list.text.slice(list.tokens[place], list.tokens[place + 1]);
  });
  const find = (word: string, hash: number): number => {
    list.text = `<${word}>`;
    for (let index = 0; index < list.text.length; index++) {
      list.units[index] = list.text.charCodeAt(index);
    }
    list.tokens.set([1, word.length + 1, hash]);
    return cache.find(list.units, list.tokens, 0);
  };
  return { find, clear: () => cache.clear(), computed };
}

describe('createWordCache', () => {
  it('computes a word once, and tells words apart even where all hashes are equal', () => {
    const anyWord = fc.string({ minLength: 1, maxLength: keptUnits });
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 80 }), (words) => {
        const { find, computed } = createNotingCache(80);
        for (const word of words) expect(computed[find(word, word.length % 2)]).toBe(word);
        expect(computed.length).toBe(new Set(words).size);
      }),
    );
  });

  it('tells longer words apart by hash, length and beginning, which is all that is computed from', () => {
    const { find, computed } = createNotingCache(8);
    const long = 'x'.repeat(100);
    expect(find(`${long}a`, 1)).toBe(0);
    expect(find(`${long}a`, 1)).toBe(0);
    expect(find(`${long}b`, 2)).toBe(1);
    expect(find(`${long}bc`, 1)).toBe(2);
    expect(find(`y${long}`, 1)).toBe(3);
    expect(computed).toHaveLength(4);
  });

  it('says that it is full, still finds what it holds, and starts again when cleared', () => {
    const { find, clear, computed } = createNotingCache(2);
    expect(find('one', 1)).toBe(0);
    expect(find('two', 2)).toBe(1);
    expect(find('six', 3)).toBe(-1);
    expect(find('two', 2)).toBe(1);
    clear();
    expect(find('six', 3)).toBe(0);
    expect(computed[0]).toBe('six');
  });
});
