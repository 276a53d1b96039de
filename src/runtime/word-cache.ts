/** What words add to the scores of a prompt, remembered from prompt to prompt. */
export interface WordCache {
  /**
   * The entry of a word, from `start` up to `end` of a text; computed if it is not there yet.
   *
   * @returns -1 where the cache is full: clear it and start the prompt again
   */
  find(text: string, start: number, end: number, hash: number): number;
  clear(): void;
}

/** Computes an entry: the word stands in `text` from `start` up to `end`. */
type ComputeEntry = (entry: number, text: string, start: number, end: number, hash: number) => void;

/** Code units of a word that are kept to tell it from others; of longer words, all are kept apart. */
const keptUnits = 32;

/**
 * A hash table of words with open addressing, of fixed size: words are compared unit by unit, so
 * that two words of one hash are never taken for each other, and looking a word up allocates
 * nothing.
 *
 * @param capacity number of entries
 * @param computeEntry called once for each new word
 */
export function createWordCache(capacity: number, computeEntry: ComputeEntry): WordCache {
  const slotCount = 2 ** Math.ceil(Math.log2(2 * capacity));
  /** Entry plus one, by slot; 0 is free. */
  const slots = new Int32Array(slotCount);
  const hashes = new Int32Array(capacity);
  const lengths = new Int32Array(capacity);
  const units = new Uint16Array(capacity * keptUnits);
  const longWords = new Map<number, string>();
  let size = 0;

  const isEqual = (entry: number, text: string, start: number, end: number): boolean => {
    const length = end - start;
    if (lengths[entry] !== length) return false;
    if (length > keptUnits) return longWords.get(entry) === text.slice(start, end);
    const offset = entry * keptUnits;
    for (let index = 0; index < length; index++) {
      if (units[offset + index] !== text.charCodeAt(start + index)) return false;
    }
    return true;
  };

  return {
    find(text, start, end, hash) {
      let slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
      for (;;) {
        const entry = (slots[slot] as number) - 1;
        if (entry < 0) break;
        if (hashes[entry] === hash && isEqual(entry, text, start, end)) return entry;
        slot = (slot + 1) & (slotCount - 1);
      }
      if (size === capacity) return -1;
      const entry = size++;
      slots[slot] = entry + 1;
      hashes[entry] = hash;
      lengths[entry] = end - start;
      if (end - start > keptUnits) longWords.set(entry, text.slice(start, end));
      else {
        for (let index = start; index < end; index++) {
          units[entry * keptUnits + index - start] = text.charCodeAt(index);
        }
      }
      computeEntry(entry, text, start, end, hash);
      return entry;
    },
    clear() {
      slots.fill(0);
      longWords.clear();
      size = 0;
    },
  };
}
