/** The form in which names are compared: without case, and with single spaces for separators. */
export function foldName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

/** Groups of different names that are equal except for case, spaces, hyphens and underscores. */
export function listNameVariants(names: Iterable<string>): readonly (readonly string[])[] {
  const variants = new Map<string, Set<string>>();
  for (const name of names) {
    const key = foldName(name);
    variants.set(key, (variants.get(key) ?? new Set()).add(name));
  }
  return [...variants.values()].filter(({ size }) => size > 1).map((group) => [...group]);
}
