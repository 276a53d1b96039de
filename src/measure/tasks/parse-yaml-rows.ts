import { isMap, isNode, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { isJsonObject } from '../../util/json.js';
import type { ParsedRows, RowProblem, ExampleRow } from './example-rows.js';

/**
 * Parses a YAML list of tasks, or an object with `tasks` (the list) and, where wanted, `defaults`
 * for all of them.
 */
export function parseYamlRows(text: string): ParsedRows {
  const parsed = parseYaml(text);
  if ('problems' in parsed) return { rows: [], defaults: undefined, problems: parsed.problems };
  const { document, value, lineOf } = parsed;
  if (value === null || value === undefined) return { rows: [], defaults: undefined, problems: [] };
  if (Array.isArray(value)) {
    return { rows: listRows(document.contents, value, lineOf), defaults: undefined, problems: [] };
  }
  const unknown = isJsonObject(value)
    ? Object.keys(value).filter((key) => key !== 'tasks' && key !== 'defaults')
    : [];
  if (!isJsonObject(value) || !Array.isArray(value['tasks']) || unknown.length > 0) {
    const found = unknown.length > 0 ? ` (found: ${unknown.join(', ').slice(0, 200)})` : '';
    const what = `write a list of tasks, or an object with "tasks" and "defaults" only${found}`;
    return { rows: [], defaults: undefined, problems: [{ line: 1, what }] };
  }
  const defaultsNode = isMap(document.contents) ? document.get('defaults', true) : undefined;
  const listNode = isMap(document.contents) ? document.get('tasks', true) : undefined;
  return {
    rows: listRows(listNode, value['tasks'], lineOf),
    defaults:
      value['defaults'] === undefined
        ? undefined
        : { line: lineOf(defaultsNode), value: value['defaults'] },
    problems: [],
  };
}

/** Parses one YAML document as a whole: a sidecar with defaults. */
export function parseYamlValue(text: string): ExampleRow | { readonly problems: RowProblem[] } {
  const parsed = parseYaml(text);
  if ('problems' in parsed) return parsed;
  return { line: parsed.lineOf(parsed.document.contents), value: parsed.value };
}

interface ParsedYaml {
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly lineOf: (node: unknown) => number;
}

function parseYaml(text: string): ParsedYaml | { readonly problems: RowProblem[] } {
  const lineCounter = new LineCounter();
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    // A warning is a tag that YAML does not know and would leave out.
    const failures = [...document.errors, ...document.warnings];
    if (failures.length > 0) {
      return {
        problems: failures.map((failure) => ({
          line: lineAt(failure.pos[0]),
          what: `not valid YAML (${failure.message})`,
        })),
      };
    }
    const lineOf = (node: unknown): number =>
      isNode(node) && node.range ? lineAt(node.range[0]) : 1;
    return { document, value: document.toJS({ maxAliasCount: 100 }) as unknown, lineOf };
  } catch (cause) {
    // Excessive nesting or expansion of aliases.
    return { problems: [{ line: 1, what: `not usable YAML (${(cause as Error).message})` }] };
  }
}

function listRows(
  node: unknown,
  values: readonly unknown[],
  lineOf: (node: unknown) => number,
): ExampleRow[] {
  const items = isSeq(node) ? node.items : [];
  return values.map((value, index) => ({ line: lineOf(items[index]), value }));
}
