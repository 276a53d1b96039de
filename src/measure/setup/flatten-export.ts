import { isJsonObject, type JsonObject, type JsonValue } from '../../util/json.js';
import { ownJson, tryParseJson } from '../../util/parse-json.js';
import { listColumns } from '../tables/column-map.js';
import type { Table, TableRow } from '../tables/table.js';
import { findOptionColumns } from './option-columns.js';
import { parseCell } from './parse-cell.js';
import { unwrapAnswer } from './unwrap-answer.js';
import { promptMembers, unwrap } from './unwrap-members.js';

export type ExportKind = 'langfuse' | 'langsmith' | 'mlflow';

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
export function flattenExport(given: Table, kind: ExportKind, columns: ExportColumns): Table {
  const table = kind === 'langfuse' ? omitArchived(given) : given;
  const parsed = table.rows.map(({ line, members }) => ({
    line,
    members: members.ok ? { ok: true as const, value: parseCells(members.value) } : members,
  }));
  const { rows, notes } = selectCalls(parsed, kind);
  const unused = new UnusedMembers();
  const options = new Set(findOptionColumns(table.columns)?.columns);
  const lifted = new Set<string>();
  const flat = rows.map(({ line, members }) => {
    if (!members.ok) return { line, members };
    const cells =
      columns.prompt === undefined ? members.value : liftOptions(members.value, columns.prompt);
    for (const name of Object.keys(cells)) {
      if (!(name in members.value)) lifted.add(name);
    }
    const asked = columns.prompt === undefined ? undefined : cells[columns.prompt];
    const value = Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => {
        if (options.has(name) || lifted.has(name)) return [name, cell];
        const onUnused = (member: string): void => unused.add(name, member);
        const onDoubt = (members: readonly string[]): void => unused.addDoubt(name, members);
        const isAnswer =
          name === columns.reference || (name !== columns.prompt && answerColumn.test(name));
        return [
          name,
          isAnswer ? unwrapAnswer(cell, asked, { onUnused, onDoubt }) : unwrap(cell, onUnused),
        ];
      }),
    );
    return { line, members: { ok: true as const, value } };
  });
  const all = [...new Set([...table.columns, ...lifted])];
  return {
    ...table,
    columns: all,
    rows: flat,
    notes: [...table.notes, ...notes, ...unused.describe(columns)],
  };
}

/** The items of a dataset of Langfuse that are in use, without the column that says so. */
function omitArchived(table: Table): Table {
  const statusOf = ({ members }: TableRow): JsonValue | undefined =>
    members.ok ? readCell(members.value['status'] ?? null) : undefined;
  const isStatus = (row: TableRow): boolean =>
    !row.members.ok || /^(?:ACTIVE|ARCHIVED)$/.test(String(statusOf(row)));
  if (!table.columns.includes('status') || !table.rows.every(isStatus)) return table;
  const rows = table.rows.filter((row) => statusOf(row) !== 'ARCHIVED');
  const omitted = table.rows.length - rows.length;
  const note = `${omitted} of ${table.rows.length} items are left out, as they are archived`;
  return {
    ...table,
    columns: table.columns.filter((column) => column !== 'status'),
    rows,
    notes: omitted === 0 ? table.notes : [...table.notes, note],
  };
}

/** The cells, with the options among the inputs of a question as columns of their own. */
function liftOptions(cells: JsonObject, prompt: string): JsonObject {
  const inputs = cells[prompt];
  if (!isJsonObject(inputs)) return cells;
  const names = findOptionColumns(Object.keys(inputs))?.columns ?? [];
  if (names.some((name) => name in cells)) return cells;
  const isOption = ([name]: readonly [string, JsonValue]): boolean => names.includes(name);
  const rest = Object.entries(inputs).filter((member) => !isOption(member));
  if (names.length === 0 || !rest.some(([name]) => promptMembers.includes(name))) return cells;
  const options = Object.entries(inputs).filter(isOption);
  return { ...cells, ...Object.fromEntries(options), [prompt]: Object.fromEntries(rest) };
}

/** What says, in each tool, which record is a call of a model, and where it belongs. */
const recordColumns = {
  langfuse: { kind: 'type', call: 'GENERATION', trace: 'traceId', parent: 'parentObservationId' },
  langsmith: { kind: 'run_type', call: 'llm', trace: 'trace_id', parent: 'parent_run_id' },
  // Data for evaluations, which has no records of calls.
  mlflow: { kind: '', call: '', trace: '', parent: '' },
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
  return Object.fromEntries(Object.entries(members).map(([name, cell]) => [name, readCell(cell)]));
}

/** The JSON that exports write into cells, also as Python writes it; everything else as it is. */
function readCell(cell: JsonValue): JsonValue {
  if (typeof cell !== 'string') return cell;
  return parseCell(cell) ?? (/^\s*"/.test(cell) ? tryParseJson(cell, ownJson) : undefined) ?? cell;
}

/** Columns that a user may choose for the expected answers later. */
const answerColumn = /outputs?$|expected|reference|answer/i;

/** Cells of a column, any of whose members may be the expected answer. */
interface Doubt {
  cells: number;
  readonly members: Set<string>;
}

function describeDoubt(column: string, { cells, members }: Doubt): string {
  const names = listColumns([...members]);
  const cellsOf = `${cells} ${cells === 1 ? 'cell' : 'cells'} of "${column}"`;
  return (
    `no expected answer is taken from ${cellsOf}: which of ${names} is the answer is not clear. ` +
    'Keep only the answer there'
  );
}

/** Counts members of cells that no example is made of, by column. */
class UnusedMembers {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #doubts = new Map<string, Doubt>();

  add(column: string, member: string): void {
    const counts = this.#counts.get(column) ?? new Map<string, number>();
    counts.set(member, (counts.get(member) ?? 0) + 1);
    this.#counts.set(column, counts);
  }

  /** Counts a cell without an answer, as one of these members may be it as well as another. */
  addDoubt(column: string, members: readonly string[]): void {
    const doubt = this.#doubts.get(column) ?? { cells: 0, members: new Set() };
    doubt.cells += 1;
    for (const member of members) doubt.members.add(member);
    this.#doubts.set(column, doubt);
  }

  /** Notes on the columns that examples are made of. */
  describe({ prompt, reference = '' }: ExportColumns): string[] {
    const doubt = this.#doubts.get(reference);
    const doubts = doubt === undefined ? [] : [describeDoubt(reference, doubt)];
    const whole = new Map([
      [prompt, 'prompts'],
      [reference, 'expected answers'],
    ]);
    const unused = [...this.#counts].flatMap(([column, counts]) => {
      const name = whole.get(column);
      if (name === undefined) return [];
      const members = [...counts].slice(0, 5).map(([member, count]) => `${member} (${count})`);
      const more = counts.size > 5 ? `, and ${counts.size - 5} more` : '';
      return [`not part of the ${name}: the members ${members.join(', ')}${more} of "${column}"`];
    });
    return [...unused, ...doubts];
  }
}
