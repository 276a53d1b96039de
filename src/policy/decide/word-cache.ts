/** What words add to the scores of a prompt, remembered from prompt to prompt. */
export interface WordCache {
  /**
   * The entry of a word, from `start` up to `end` of some units; computed if it is not there yet.
   *
   * @returns -1 where the cache is full: clear it and start the prompt again
   */
  find(units: Uint16Array, start: number, end: number, hash: number): number;
  clear(): void;
}

/**
 * A hash table of words with open addressing, of fixed size. Words of one hash are told apart by
 * their length and their first units, and looking a word up allocates nothing.
 *
 * @param capacity number of entries
 * @param keptUnits units of a word that `computeEntry` reads, besides its hash
 * @param computeEntry called once for each new word, with its entry
 */
export function createWordCache(
  capacity: number,
  keptUnits: number,
  computeEntry: (entry: number, start: number, end: number, hash: number) => void,
): WordCache {
  const slotCount = 2 ** Math.ceil(Math.log2(2 * capacity));
  /** Entry plus one, by slot; 0 is free. */
  const slots = new Int32Array(slotCount);
  /** Hash and length of each entry. */
  const keys = new Int32Array(2 * capacity);
  const kept = new Uint16Array(capacity * keptUnits);
  let size = 0;

  const isEqual = (entry: number, units: Uint16Array, start: number, end: number): boolean => {
    const offset = entry * keptUnits - start;
    const last = Math.min(end, start + keptUnits);
    for (let index = start; index < last; index++) {
      if (kept[offset + index] !== units[index]) return false;
    }
    return true;
  };

  return {
    find(units, start, end, hash) {
      let slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
      for (;;) {
        const entry = (slots[slot] as number) - 1;
        if (entry < 0) break;
        const isAlike = keys[2 * entry] === hash && keys[2 * entry + 1] === end - start;
        if (isAlike && isEqual(entry, units, start, end)) return entry;
        slot = (slot + 1) & (slotCount - 1);
      }
      if (size === capacity) return -1;
      const entry = size++;
      slots[slot] = entry + 1;
      keys[2 * entry] = hash;
      keys[2 * entry + 1] = end - start;
      kept.set(units.subarray(start, Math.min(end, start + keptUnits)), entry * keptUnits);
      computeEntry(entry, start, end, hash);
      return entry;
    },
    clear() {
      slots.fill(0);
      size = 0;
    },
  };
}
