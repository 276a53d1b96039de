import { groupBy } from '../../util/group-by.js';
import { canonicalJson } from '../../util/canonical-json.js';
import { type JsonObject, type JsonValue } from '../../util/json.js';
import { isBlankCell, isSpreadsheetError } from '../tables/blank-cell.js';
import { normalizeColumnName } from '../tables/column-names.js';
import { foldName } from '../tables/name-variants.js';
import { findRecordedCalls } from '../tables/recorded-calls.js';
import type { TableRow } from '../tables/table.js';
import { parseExampleFields } from '../tasks/example-schema.js';
import { parseCell } from './parse-cell.js';
import { holdsNoPrompt, readCellRequest, readStatedAnswer, splitAnswer } from './read-request.js';
import type { Source } from './read-source.js';
import type { SourceMapping } from './source-mapping.js';
import { tidyName } from '../../util/escape-controls.js';
import { trimText } from '../../util/trim-text.js';

/** A prompt with its answer, before it has a grader. */
export interface DraftExample {
  readonly line: number;
  /** `prompt` or `messages`, as in a task set. */
  readonly request: JsonObject;
  readonly id: string | undefined;
  readonly task: string | undefined;
  readonly reference: JsonValue | undefined;
  /** What the source says, where the reference was read from a list in a text; a list of one is its item. */
  readonly listText?: string;
}

/** A label, with the other spellings that were merged into it. */
export interface DraftLabel {
  readonly label: string;
  readonly mergedSpellings: readonly string[];
}

/** The rows of a source that are good for a task set, and what became of the others. */
export interface TaskSetDraft {
  readonly rows: number;
  readonly examples: readonly DraftExample[];
  readonly labels: readonly DraftLabel[];
  readonly dropped: {
    /** Rows without a prompt. */
    readonly empty: number;
    /** Lines of rows with the same prompt and the same answer as an earlier one. */
    readonly duplicates: readonly number[];
    /** Lines of rows whose prompt occurs with different answers: which is right is not known. */
    readonly contradictions: readonly number[];
    readonly unreadable: readonly { readonly line: number; readonly problem: string }[];
    /** Lines of rows whose answer is a call of tools, which is no reference of a text. */
    readonly toolCalls: readonly number[];
  };
  /** Of the duplicates, the rows that differ from the kept one in other columns, and these columns. */
  readonly differing: { readonly lines: readonly number[]; readonly columns: readonly string[] };
  /** Why no example has its id, where a column of ids is mapped but holds something else. */
  readonly idProblem: string | undefined;
  /** How many cells of the prompts have each member that is no part of a request. */
  readonly unusedMembers: ReadonlyMap<string, number>;
}

/**
 * Makes a draft of a task set: reads the mapped columns, merges the spellings of labels that differ
 * in case or spaces, and drops rows that are empty, repeated, contradictory or unreadable.
 */
export function draftTaskSet({ table, kind }: Source, mapping: SourceMapping): TaskSetDraft {
  // What a trace, a run or another record of calls holds was said by a model, and may be wrong.
  const isRecord = kind !== 'table' || findRecordedCalls(table) !== undefined;
  const isRecorded = isRecord && mapping.reference === undefined;
  const labels = new LabelMerger();
  const unreadable: { line: number; problem: string }[] = [];
  const toolCalls: number[] = [];
  const unusedMembers = new Map<string, number>();
  const read: DraftExample[] = [];
  let empty = table.emptyRows;
  for (const row of table.rows) {
    const result = readRow(row, mapping, isRecorded);
    if (result.kind === 'empty') empty++;
    else if (result.kind === 'unreadable') unreadable.push(result);
    else if (result.kind === 'tool_call') toolCalls.push(row.line);
    else {
      labels.add(result.example.task);
      read.push(result.example);
      for (const name of result.unused) {
        unusedMembers.set(name, (unusedMembers.get(name) ?? 0) + 1);
      }
    }
  }
  const { kept, repeats, contradictions } = dropRepeats(read);
  const duplicates = repeats.map(({ line }) => line);
  const differing = findDifferences(table, mapping, repeats);
  const idProblem = mapping.id === undefined ? undefined : findIdProblem(kept);
  const examples = kept.map((example) => ({
    ...example,
    id: idProblem === undefined ? example.id : undefined,
    task: labels.merge(example.task),
  }));
  const used = new Set(examples.map(({ task }) => task));
  return {
    rows: table.rows.length + table.emptyRows,
    examples,
    labels: labels.list().filter(({ label }) => used.has(label)),
    dropped: { empty, duplicates, contradictions, unreadable, toolCalls },
    differing,
    idProblem,
    unusedMembers,
  };
}

/** As in task sets. */
const maxId = 200;

/** Why a column holds no ids. Rows without one get an id of their own, as in any task set. */
function findIdProblem(examples: readonly DraftExample[]): string | undefined {
  const lineOf = new Map<string, number>();
  for (const { id, line } of examples) {
    if (id === undefined) continue;
    if (id.length > maxId) return `line ${line} has more than ${maxId} characters`;
    const earlier = lineOf.get(id);
    if (earlier !== undefined)
      return `lines ${earlier} and ${line} have the same, "${id.slice(0, 60)}"`;
    lineOf.set(id, line);
  }
  return lineOf.size === 0 ? 'no prompt has any' : undefined;
}

type ReadRow =
  | { readonly kind: 'example'; readonly example: DraftExample; readonly unused: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'tool_call' }
  | { readonly kind: 'unreadable'; readonly line: number; readonly problem: string };

function readRow(
  { line, members }: TableRow,
  mapping: SourceMapping,
  isRecorded: boolean,
): ReadRow {
  if (!members.ok) return { kind: 'unreadable', line, problem: members.problem };
  const cell = (name: string | undefined): JsonValue | undefined =>
    name === undefined ? undefined : members.value[name];
  const prompt = cell(mapping.prompt);
  if (holdsNoPrompt(prompt)) return { kind: 'empty' };
  const broken = [mapping.prompt, mapping.reference, mapping.task].find((name) =>
    isSpreadsheetError(cell(name)),
  );
  if (broken !== undefined) {
    const problem = `"${broken}" holds an error of the spreadsheet, ${String(cell(broken))}`;
    return { kind: 'unreadable', line, problem };
  }
  const read = readCellRequest(prompt);
  if (!read.ok) return { kind: 'unreadable', line, problem: read.problem };
  const { request, answer, isToolCall } = splitAnswer(read.value.request);
  const given = cell(mapping.reference);
  if (isToolCall && isBlankCell(given)) return { kind: 'tool_call' };
  const checked = parseExampleFields(request);
  if (!checked.ok) return { kind: 'unreadable', line, problem: checked.problem };
  const told = isBlankCell(given) ? (isRecorded ? undefined : answer) : given;
  const stated = typeof told === 'string' ? readStatedAnswer(told) : told;
  const reference = readReference(stated);
  const isReadList = typeof stated === 'string' && readList(stated) !== undefined;
  const example: DraftExample = {
    line,
    request,
    id: readLabel(cell(mapping.id)),
    task: readLabel(cell(mapping.task)),
    reference,
    ...(isReadList && { listText: stated.trim() }),
  };
  return { kind: 'example', example, unused: read.value.unused };
}

function readReference(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return value;
  return readList(value) ?? trimText(value);
}

/** A list of texts and numbers, in JSON or Python, which is how a cell of a table holds several answers. */
function readList(cell: string): JsonValue | undefined {
  if (!/^\s*\[.*\]\s*$/s.test(cell)) return undefined;
  const list = parseCell(cell);
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const isFlat = list.every(
    (item) => typeof item === 'number' || (typeof item === 'string' && item.trim() !== ''),
  );
  // A list of one is the answer itself, which more graders can take.
  return isFlat ? (list.length === 1 ? list[0] : list) : undefined;
}

/** What people write in place of no label. */
const placeholders = /^(?:n\/?a|none|null|nan|-{1,3}|\?)?$/i;

function readLabel(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const label = tidyName(String(value));
  return isBlankCell(label) || placeholders.test(label) ? undefined : label;
}

/** A row with the prompt and the answer of another one, which is kept. */
interface Repeat {
  readonly line: number;
  readonly keptLine: number;
}

interface Repeats {
  readonly kept: readonly DraftExample[];
  readonly repeats: readonly Repeat[];
  readonly contradictions: readonly number[];
}

/** Keeps one of several rows with the same prompt; none where their answers differ. */
function dropRepeats(examples: readonly DraftExample[]): Repeats {
  const groups = groupBy(examples, ({ request }) => canonicalJson(request));
  const kept: DraftExample[] = [];
  const repeats: Repeat[] = [];
  const contradictions: number[] = [];
  for (const group of groups.values()) {
    const withAnswer = group.filter(({ reference }) => reference !== undefined);
    const answers = new Set(withAnswer.map(({ reference }) => foldReference(reference)));
    if (answers.size > 1) {
      contradictions.push(...group.map(({ line }) => line));
      continue;
    }
    const best = withAnswer[0] ?? (group[0] as DraftExample);
    kept.push(best);
    const others = group.filter((one) => one !== best);
    repeats.push(...others.map(({ line }) => ({ line, keptLine: best.line })));
  }
  return { kept, repeats, contradictions };
}

/** Names of columns that number or date a row, and say nothing of what is asked. */
const rowColumn =
  /^(?:(?:\w+_)?(?:id|uuid)|index|row|no|nr|number|timestamp|date|(?:created|updated)_at)$/;

/** The repeats that differ in other columns: in one that is not used, or in their labels. */
function findDifferences(
  { columns, rows }: Source['table'],
  { prompt, reference, id }: SourceMapping,
  repeats: readonly Repeat[],
): TaskSetDraft['differing'] {
  const compared = columns.filter(
    (column) =>
      ![prompt, reference, id].includes(column) && !rowColumn.test(normalizeColumnName(column)),
  );
  const membersOf = new Map(
    rows.map(({ line, members }) => [line, members.ok ? members.value : {}]),
  );
  const foldCell = (line: number, column: string): string => {
    const cell = membersOf.get(line)?.[column];
    return isBlankCell(cell) ? '' : foldName(canonicalJson(cell ?? null));
  };
  const different = new Set<string>();
  const lines = repeats.flatMap(({ line, keptLine }) => {
    const found = compared.filter((name) => {
      const [here, there] = [foldCell(line, name), foldCell(keptLine, name)];
      return here !== '' && there !== '' && here !== there;
    });
    for (const name of found) different.add(name);
    return found.length === 0 ? [] : [line];
  });
  return { lines, columns: [...different] };
}

/** The form in which references are compared: texts without case and surplus spaces. */
export function foldReference(reference: JsonValue | undefined): string {
  if (typeof reference !== 'string') return canonicalJson(reference ?? null);
  return reference.toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Merges the spellings of labels into the most frequent one. */
class LabelMerger {
  readonly #spellings = new Map<string, Map<string, number>>();

  add(label: string | undefined): void {
    if (label === undefined) return;
    const key = foldName(label);
    const counts = this.#spellings.get(key) ?? new Map<string, number>();
    counts.set(label, (counts.get(label) ?? 0) + 1);
    this.#spellings.set(key, counts);
  }

  merge(label: string | undefined): string | undefined {
    if (label === undefined) return undefined;
    return this.#pick(this.#spellings.get(foldName(label)) ?? new Map([[label, 1]]));
  }

  list(): readonly DraftLabel[] {
    return [...this.#spellings.values()].map((counts) => {
      const label = this.#pick(counts);
      return { label, mergedSpellings: [...counts.keys()].filter((name) => name !== label) };
    });
  }

  #pick(counts: ReadonlyMap<string, number>): string {
    const [first] = [...counts].sort(([, a], [, b]) => b - a);
    return first?.[0] ?? '';
  }
}
