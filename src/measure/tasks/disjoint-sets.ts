/** Sets that only ever grow together; each is known by one of its members. */
export interface DisjointSets {
  find(member: number): number;
  union(one: number, other: number): void;
}

/** Holds `count` sets of one member each, numbered from 0. */
export function createDisjointSets(count: number): DisjointSets {
  const parents = Int32Array.from({ length: count }, (_, index) => index);

  function find(member: number): number {
    let root = member;
    while (parents[root] !== root) {
      const grandparent = parents[parents[root] as number] as number;
      parents[root] = grandparent;
      root = grandparent;
    }
    return root;
  }

  return {
    find,
    union(one, other) {
      parents[find(one)] = find(other);
    },
  };
}
