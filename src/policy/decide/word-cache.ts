/** Numbers the distinct words of prompts, so that what they add to scores can be remembered. */
export interface WordCache {
  /**
   * The entry of the token at a place of `tokens`, see `TokenList`; a new one is computed first.
   *
   * @returns -1 when the cache is full: clear it and start the prompt again
   */
  find(units: Uint16Array, tokens: Int32Array, place: number): number;
  clear(): void;
}

/**
 * A hash table of fixed size with open addressing. Words with equal hashes are told apart by their
 * length and their first code units, and a lookup allocates nothing.
 *
 * @param capacity number of entries
 * @param keptUnits number of units at the start of a word that `computeEntry` reads besides its hash
 * @param computeEntry called once for each new word, with its entry and its place
 */
export function createWordCache(
  capacity: number,
  keptUnits: number,
  computeEntry: (entry: number, place: number) => void,
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
    find(units, tokens, place) {
      const start = tokens[place]!;
      const end = tokens[place + 1]!;
      const hash = tokens[place + 2]!;
      let slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
      for (;;) {
        const entry = slots[slot]! - 1;
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
      computeEntry(entry, place);
      return entry;
    },
    clear() {
      slots.fill(0);
      size = 0;
    },
  };
}
