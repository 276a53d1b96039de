/**
 * The known name that a mistyped one most likely means, or undefined where none is close: at most
 * one edit in three characters apart. Case is ignored.
 */
export function nearestName(name: string, knownNames: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, 60);
  let nearest: string | undefined;
  let nearestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const known of knownNames) {
    const distance = computeEditDistance(wanted, known.toLowerCase());
    if (distance < nearestDistance) {
      nearest = known;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** Levenshtein distance: single-character insertions, deletions and replacements. */
function computeEditDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced =
        (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const removed = (previous[column] as number) + 1;
      const inserted = (current[column - 1] as number) + 1;
      current.push(Math.min(replaced, removed, inserted));
    }
    previous = current;
  }
  return previous[to.length] as number;
}
