import { createNumbering } from '../estimates/numbering.js';
import type { DrawnRequest } from './audit-file.js';

/**
 * Numbers the groups of requests that depend on each other, from 0: those of one conversation, those
 * with one prompt, which share its answers and grades, and all that are linked by either.
 */
export function groupRequests(
  drawn: readonly Pick<DrawnRequest, 'conversation' | 'example'>[],
): number[] {
  const parents = new Map<string, string>();
  const findRoot = (name: string): string => {
    let root = name;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    // Shortens the way of the next search.
    if (root !== name) parents.set(name, root);
    return root;
  };
  for (const { conversation, example } of drawn) {
    if (conversation === null) continue;
    const [one, other] = [findRoot(`prompt ${example}`), findRoot(`chat ${conversation}`)];
    if (one !== other) parents.set(one, other);
  }
  const groups = createNumbering();
  return drawn.map(({ example }) => groups.find(findRoot(`prompt ${example}`)));
}
