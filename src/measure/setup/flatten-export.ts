import { canonicalJson } from '../../util/canonical-json.js';
import { isJsonObject, listObjects, type JsonObject, type JsonValue } from '../../util/json.js';
import { ownJson, tryParseJson } from '../../util/parse-json.js';
import type { Table, TableRow } from '../tables/table.js';
import { readExportedMessages } from './exported-messages.js';

export type ExportKind = 'langfuse' | 'langsmith';

/** The columns of an export that an example is made of. */
export interface ExportColumns {
  readonly prompt?: string;
  readonly reference?: string;
}

/**
 * Makes a plain table of an export: the records that are calls of a model, with their inputs and
 * outputs as text or messages in place of the objects around them. Notes of the table say which
 * records, and which members of inputs and expected answers, are left out.
 */
export function flattenExport(table: Table, kind: ExportKind, columns: ExportColumns): Table {
  const parsed = table.rows.map(({ line, members }) => ({
    line,
    members: members.ok ? { ok: true as const, value: parseCells(members.value) } : members,
  }));
  const { rows, notes } = selectCalls(parsed, kind);
  const unused = new UnusedMembers();
  const flat = rows.map(({ line, members }) => {
    if (!members.ok) return { line, members };
    const cells = members.value;
    const asked = columns.prompt === undefined ? undefined : cells[columns.prompt];
    const value = Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => {
        const onUnused = (member: string): void => unused.add(name, member);
        const isAnswer =
          name === columns.reference || (name !== columns.prompt && answerColumn.test(name));
        return [name, isAnswer ? unwrapAnswer(cell, asked, onUnused) : unwrap(cell, onUnused)];
      }),
    );
    return { line, members: { ok: true as const, value } };
  });
  return { ...table, rows: flat, notes: [...table.notes, ...notes, ...unused.describe(columns)] };
}

/** What says, in each tool, which record is a call of a model, and where it belongs. */
const recordColumns = {
  langfuse: { kind: 'type', call: 'GENERATION', trace: 'traceId', parent: 'parentObservationId' },
  langsmith: { kind: 'run_type', call: 'llm', trace: 'trace_id', parent: 'parent_run_id' },
} as const;

/**
 * Of the records of each trace, the calls of models; or, without any, the record that it starts with.
 * Traces and examples of datasets, which are no such records, are all kept.
 */
function selectCalls(
  rows: readonly TableRow[],
  exportKind: ExportKind,
): { readonly rows: readonly TableRow[]; readonly notes: readonly string[] } {
  const { kind, call, trace, parent } = recordColumns[exportKind];
  const read = ({ members }: TableRow, name: string): JsonValue =>
    members.ok ? (members.value[name] ?? null) : null;
  const withCalls = new Set(
    rows.filter((row) => read(row, kind) === call).map((row) => read(row, trace)),
  );
  const selected = rows.filter((row) => {
    if (typeof read(row, kind) !== 'string') return true;
    return withCalls.has(read(row, trace)) ? read(row, kind) === call : !read(row, parent);
  });
  if (selected.length === rows.length) return { rows, notes: [] };
  const note =
    `${selected.length} of ${rows.length} records are prompts: the calls of models, ` +
    'and the start of each trace without any';
  return { rows: selected, notes: [note] };
}

function parseCells(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, cell]) => [name, parseCell(cell)]));
}

/** The JSON that exports write into cells; everything else as it is. */
function parseCell(cell: JsonValue): JsonValue {
  if (typeof cell !== 'string' || !/^\s*[[{"]/.test(cell)) return cell;
  const value = tryParseJson(cell, ownJson);
  return value === undefined ? cell : value;
}

/** Members that hold the text or the messages of a prompt, the most telling first. */
const promptMembers = [
  'messages',
  'input',
  'question',
  'prompt',
  'query',
  'text',
  'output',
  'answer',
  'expected',
  'message',
  'content',
];

/** Columns that a user may choose for the expected answers later. */
const answerColumn = /outputs?$|expected|reference|answer/i;

/** Members that hold an expected answer, the most telling first. */
const answerMembers = [
  'answer',
  'output',
  'final_answer',
  'result',
  'generation',
  'expected',
  'expected_output',
  'expected_answer',
  'reference',
  'ground_truth',
  'target',
  'label',
  'sql',
  'response',
  'completion',
  'messages',
  'message',
  'content',
  'text',
];

/** Where no other holds the answer, a query may be what was asked for. */
const answerWrappers = [...answerMembers, 'query'];

/** Members of outputs that often repeat what was asked; a query may be the answer, where one is to be written. */
const askedMember = /^(inputs?|question|query|prompt)$/;

/** Members that only explain what stands beside them. */
const explainingMember = /^(?:explanation|reasoning|rationale|thoughts?|notes?|confidence)$/;

/** Members beside the messages of a request that are no part of what is asked. */
const settings =
  /^(model|model_name|temperature|top_p|max_tokens|max_completion_tokens|stream|stop|n|seed|user|metadata|tool_choice|response_format|parallel_tool_calls)$/;

/**
 * The answer in recorded outputs, many of which repeat the inputs: null where they hold nothing else
 * than the question.
 */
function unwrapAnswer(
  value: JsonValue,
  asked: JsonValue | undefined,
  onUnused: (member: string) => void,
): JsonValue {
  if (!isJsonObject(value) || 'role' in value) return unwrap(value, onUnused, answerWrappers);
  const inputs = isJsonObject(asked) ? asked : {};
  const known = listAsked(asked);
  const isRepeated = (name: string, member: JsonValue): boolean => {
    if (!askedMember.test(name))
      return name in inputs && canonicalJson(inputs[name] ?? null) === canonicalJson(member);
    // A query that was to be written may well be a part of the request for it.
    return known.some(
      (one) => foldAsked(one) === foldAsked(member) || (name !== 'query' && holds(one, member)),
    );
  };
  const members = Object.entries(value);
  const added = members.filter(([name, member]) => !isRepeated(name, member));
  const answers = added.map(([name]) => name).filter((name) => !askedMember.test(name));
  const hasAnswer = answers.some((name) => answerMembers.includes(name));
  const isExplained = answers.every((name) => explainingMember.test(name));
  const told = added.filter(
    ([name]) => !askedMember.test(name) || (name === 'query' ? isExplained : !hasAnswer),
  );
  // What was asked for may be a text as it stands.
  const kept = told.length > 0 ? told : members.filter(([name]) => !askedMember.test(name));
  for (const [name] of members) {
    if (!kept.some(([one]) => one === name)) onUnused(name);
  }
  if (kept.length === 0 && members.length > 0) return null;
  return unwrap(Object.fromEntries(kept), onUnused, answerWrappers);
}

/** All that a prompt holds: the values of its inputs, its text, and what its messages say. */
function listAsked(asked: JsonValue | undefined): readonly JsonValue[] {
  if (asked === undefined) return [];
  const prompt = unwrap(asked, () => undefined);
  const messages = Array.isArray(prompt) ? listObjects(prompt as readonly JsonValue[]) : [];
  const contents = messages.map(({ content = null }) => content);
  return [asked, prompt, ...contents, ...(isJsonObject(asked) ? Object.values(asked) : [])];
}

function holds(asked: JsonValue, member: JsonValue): boolean {
  return typeof asked === 'string' && typeof member === 'string' && asked.includes(member.trim());
}

function foldAsked(value: JsonValue): string {
  return canonicalJson(typeof value === 'string' ? value.trim() : value);
}

/** The text or messages in an object such as `{"question": "..."}`; other objects stay. */
function unwrap(
  value: JsonValue,
  onUnused: (member: string) => void,
  wrappers: readonly string[] = promptMembers,
  depth = 0,
): JsonValue {
  const messages = readExportedMessages(value);
  if (messages !== undefined) return messages;
  if (!isJsonObject(value) || depth > 3) return value;
  // A single message: what an answer is recorded as.
  if ('role' in value && 'content' in value) {
    return Array.isArray(value['content']) ? [value] : value['content'];
  }
  const generated = readGeneration(value);
  if (generated !== undefined) return generated;
  const names = Object.keys(value);
  const wrapper = names.length === 1 ? names[0] : wrappers.find((name) => name in value);
  if (wrapper === undefined) return value;
  const content = unwrap(value[wrapper] ?? null, onUnused, wrappers, depth + 1);
  const { tools } = value;
  const hasTools = Array.isArray(tools) && tools.length > 0 && Array.isArray(content);
  for (const name of names) {
    if (name === wrapper || (name === 'tools' && hasTools) || settings.test(name)) continue;
    if (value[name] !== null && value[name] !== '') onUnused(name);
  }
  return hasTools ? { messages: content, tools: tools as readonly JsonValue[] } : content;
}

/** The text of `{"generations": [[{"text": "..."}]]}`, LangChain's result of a call. */
function readGeneration({ generations }: JsonObject): JsonValue | undefined {
  let first: JsonValue | undefined = generations;
  while (Array.isArray(first)) first = (first as readonly JsonValue[])[0];
  return isJsonObject(first) ? first['text'] : undefined;
}

/** Counts members of cells that no example is made of, by column. */
class UnusedMembers {
  readonly #counts = new Map<string, Map<string, number>>();

  add(column: string, member: string): void {
    const counts = this.#counts.get(column) ?? new Map<string, number>();
    counts.set(member, (counts.get(member) ?? 0) + 1);
    this.#counts.set(column, counts);
  }

  /** A note for each column that examples are made of. */
  describe({ prompt, reference }: ExportColumns): string[] {
    const whole = new Map([
      [prompt, 'prompts'],
      [reference, 'expected answers'],
    ]);
    return [...this.#counts].flatMap(([column, counts]) => {
      const name = whole.get(column);
      if (name === undefined) return [];
      const members = [...counts].slice(0, 5).map(([member, count]) => `${member} (${count})`);
      const more = counts.size > 5 ? `, and ${counts.size - 5} more` : '';
      return [`not part of the ${name}: the members ${members.join(', ')}${more} of "${column}"`];
    });
  }
}
