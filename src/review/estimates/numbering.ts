/** Numbers names from 0, in the order in which they appear. */
export interface Numbering {
  /** By number. */
  readonly names: readonly string[];
  /** The number of a name, which a new one gets; -1 for null. */
  find(name: string | null): number;
}

/** @param first those that get the first numbers */
export function createNumbering(first: readonly string[] = []): Numbering {
  const names = [...first];
  const numbers = new Map(names.map((name, index) => [name, index]));
  return {
    names,
    find(name) {
      if (name === null) return -1;
      const found = numbers.get(name);
      if (found !== undefined) return found;
      numbers.set(name, names.length);
      return names.push(name) - 1;
    },
  };
}
