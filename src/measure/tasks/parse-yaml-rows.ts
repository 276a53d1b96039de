import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import { isJsonObject } from '../../util/json.js';
import { failure, success, type Result } from '../../util/result.js';
import type { ParsedRows, ExampleRowProblem, ExampleRow } from './example-rows.js';
import { describeRespelled, spelledFields } from './spelled-numbers.js';
import { createYamlNumbers, type YamlNumbers } from './yaml-numbers.js';

/**
 * Parses a YAML list of examples, or an object with `tasks` (the list) and optionally `defaults` for
 * all of them.
 */
export function parseYamlRows(text: string): ParsedRows {
  const parsed = parseYaml(text);
  if (!parsed.ok) return { rows: [], defaults: undefined, problems: parsed.problem };
  const { document, value, lineOf, numbersOf } = parsed.value;
  if (value === null || value === undefined) return { rows: [], defaults: undefined, problems: [] };
  if (Array.isArray(value)) {
    const rows = listRows(document.contents, value, parsed.value);
    return { rows, defaults: undefined, problems: [] };
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
    rows: listRows(listNode, value['tasks'], parsed.value),
    defaults:
      value['defaults'] === undefined
        ? undefined
        : {
            line: lineOf(defaultsNode),
            value: value['defaults'],
            numbers: numbersOf(defaultsNode),
          },
    problems: [],
  };
}

/** Parses one YAML document: a sidecar file with defaults. */
export function parseYamlValue(text: string): Result<ExampleRow, readonly ExampleRowProblem[]> {
  const parsed = parseYaml(text);
  if (!parsed.ok) return parsed;
  const { document, value, lineOf, numbersOf } = parsed.value;
  const { contents } = document;
  return success({ line: lineOf(contents), value, numbers: numbersOf(contents) });
}

interface ParsedYaml {
  readonly document: Document.Parsed;
  readonly value: unknown;
  readonly lineOf: (node: unknown) => number;
  readonly numbersOf: YamlNumbers;
}

function parseYaml(text: string): Result<ParsedYaml, readonly ExampleRowProblem[]> {
  const lineCounter = new LineCounter();
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    // A warning means an unknown tag, which would be dropped.
    const issues = [...document.errors, ...document.warnings];
    if (issues.length > 0) {
      return failure(
        issues.map(({ pos, message }) => ({
          line: lineAt(pos[0]),
          what: `not valid YAML (${message})`,
        })),
      );
    }
    const changed = listChangedTexts(document);
    if (changed.length > 0) {
      return failure(changed.map(({ offset, what }) => ({ line: lineAt(offset), what })));
    }
    const lineOf = (node: unknown): number =>
      isNode(node) && node.range ? lineAt(node.range[0]) : 1;
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return success({ document, value, lineOf, numbersOf: createYamlNumbers(document) });
  } catch (cause) {
    // Nesting that is too deep, or too many aliases.
    return failure([{ line: 1, what: `not usable YAML (${(cause as Error).message})` }]);
  }
}

/** Members whose text matters as it is written, beside those that are checked with the grader. */
const textMembers = /^(?:id|task|prompt|content|answer|wrongAnswers)$/;

/**
 * Values that YAML reads as numbers or booleans with another spelling: 1.10 is 1.1, 007 is 7, 0x1F is
 * 31. Those of a reference or a grader are left to who knows the grader.
 */
function listChangedTexts(
  document: Document.Parsed,
): readonly { readonly offset: number; readonly what: string }[] {
  const found: { offset: number; what: string }[] = [];
  visit(document, {
    Pair(_, { key }) {
      return isScalar(key) && spelledFields.some((field) => field === key.value)
        ? visit.SKIP
        : undefined;
    },
    Scalar(_, node, path) {
      if (node.type !== 'PLAIN' || typeof node.value === 'string' || node.value === null) return;
      const written = node.source ?? '';
      if (String(node.value) === written || Number.isNaN(node.value)) return;
      const member = path.findLast((one) => isPair(one));
      const name = isPair(member) && isScalar(member.key) ? String(member.key.value) : '';
      if (!textMembers.test(name)) return;
      const what = describeRespelled(name, written, node.value);
      found.push({ offset: node.range?.[0] ?? 0, what });
    },
  });
  return found;
}

function listRows(
  node: unknown,
  values: readonly unknown[],
  { lineOf, numbersOf }: Pick<ParsedYaml, 'lineOf' | 'numbersOf'>,
): ExampleRow[] {
  const items = isSeq(node) ? node.items : [];
  return values.map((value, index) => ({
    line: lineOf(items[index]),
    value,
    numbers: numbersOf(items[index]),
  }));
}
