import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { spelledFields, type SpelledNumber } from './spelled-numbers.js';

/** Lists the numbers and truth values of a row's reference and grader as YAML spells them. */
export type YamlNumbers = (row: unknown) => readonly SpelledNumber[];

/** @param document whose aliases are known to end, as its `toJS` knows */
export function createYamlNumbers(document: Document.Parsed): YamlNumbers {
  const resolve = createResolver(document);
  return (row) => {
    const map = resolve(row);
    if (!isMap(map)) return [];
    const numbers: SpelledNumber[] = [];
    const add = (node: unknown, path: SpelledNumber['path'], parents: readonly unknown[]): void => {
      const found = resolve(node);
      // One that holds itself is refused for that.
      if (parents.includes(found)) return;
      if (isScalar(found)) {
        const { value, source: written = '' } = found;
        const isNumber = typeof value === 'number' && !Number.isNaN(value);
        if (isNumber || typeof value === 'boolean') numbers.push({ path, written, read: value });
      } else if (isCollection(found)) {
        for (const [index, item] of found.items.entries()) {
          const [place, child] = isPair(item) ? [String(item.key), item.value] : [index, item];
          add(child, [...path, place], [...parents, found]);
        }
      }
    };
    for (const field of spelledFields) add(map.get(field, true), [field], []);
    return numbers;
  };
}

/** Follows aliases, each to the last anchor of its name before it. */
function createResolver(document: Document.Parsed): (node: unknown) => unknown {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node | undefined>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return (node) => {
    let found: unknown = node;
    while (isAlias(found)) found = targets.get(found);
    return isNode(found) ? found : undefined;
  };
}
