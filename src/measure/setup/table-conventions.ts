import { formatWhole } from '../../util/format-number.js';
import { success } from '../../util/result.js';
import type { JsonObject, JsonValue } from '../../util/json.js';
import { isBlankCell } from '../tables/blank-cell.js';
import { writeMapping } from '../tables/column-map.js';
import { guessColumn, isAssertionColumn, normalizeColumnName } from '../tables/column-names.js';
import type { Table, TableRow } from '../tables/table.js';
import { parseCell } from './parse-cell.js';
import { readCellRequest, splitAnswer } from './read-request.js';
import type { SourceMapping } from './source-mapping.js';

/** What stands for no input in data for tuning. */
const noInput = /^(?:<?\s?no ?input\s?>?|n\/?a|none|null|nan)?$/i;

/** Columns that hold what a question is asked of. A name of a file or of a topic is none. */
const contextNames = ['context', 'contexts', 'passage', 'document'];
const questionNames: ReadonlySet<string> = new Set(['question', 'query', 'user_input', 'frage']);

/**
 * A table whose instructions or questions are followed by what they are about, as in data for tuning with
 * the columns of Alpaca (`instruction`, `input`, `output`) and Dolly (`instruction`, `context`, `response`),
 * and in those of SQuAD and Ragas (`question`, `context`): neither is a prompt on its own. Other tables are
 * returned as they are.
 *
 * @param taken columns that hold something else
 */
export function joinInstructions(table: Table, taken: ReadonlySet<string>): Table {
  const free = table.columns.filter((column) => !taken.has(column));
  const find = (name: string): string | undefined =>
    free.find((column) => normalizeColumnName(column) === name);
  const prompt = guessColumn('prompt', free);
  if (prompt === undefined) return table;
  const instruction = find('instruction');
  const input = find('input') ?? find('context');
  if (instruction !== undefined && input !== undefined) {
    return prompt === instruction || prompt === input
      ? joinColumns(table, instruction, input, writeText)
      : table;
  }
  const context = contextNames.map(find).find((column) => column !== undefined);
  if (context === undefined || !questionNames.has(normalizeColumnName(prompt))) return table;
  return holdsContexts(table, prompt, context)
    ? joinColumns(table, prompt, context, readContext)
    : table;
}

/** Whether most cells of a column are texts that the questions do not repeat: sentences, or ten words and more. */
function holdsContexts({ rows }: Table, question: string, context: string): boolean {
  const isContext = ({ members }: TableRow): boolean => {
    if (!members.ok || isBlankCell(members.value[context])) return false;
    const text = readContext(members.value[context]);
    if (text === undefined || String(members.value[question]).includes(text)) return false;
    const words = text.trim().split(/\s+/).length;
    return words >= 10 || (words > 2 && /[.!?]["')\]]?$/.test(text.trim()));
  };
  return rows.filter(isContext).length * 2 > rows.length;
}

/** The text of a context, which may be a list of texts, also as a cell of CSV holds it; undefined for messages. */
function readContext(about: JsonValue | undefined): string | undefined {
  const list = typeof about === 'string' && /^\s*\[/.test(about) ? parseCell(about) : about;
  const texts = Array.isArray(list) ? (list as readonly JsonValue[]) : [];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string'))
    return texts.join('\n\n');
  return isPrompt(about) ? writeText(about) : undefined;
}

/** Whether a cell is sent as a text, and not as messages. */
function isPrompt(cell: JsonValue | undefined): boolean {
  const read = readCellRequest(cell);
  return read.ok && 'prompt' in read.value.request;
}

function writeText(cell: JsonValue | undefined): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell ?? null);
}

function joinColumns(
  table: Table,
  instruction: string,
  input: string,
  readInput: (cell: JsonValue) => string | undefined,
): Table {
  const isText = ({ members }: TableRow): boolean => {
    const cell = members.ok ? (members.value[instruction] ?? '') : '';
    return typeof cell === 'string' && isPrompt(cell);
  };
  if (!table.rows.every(isText)) return table;
  let joined = 0;
  const rows = table.rows.map((row) => {
    if (!row.members.ok) return row;
    const { [input]: about = null, ...others } = row.members.value;
    const text = joinTexts(others[instruction], isBlankCell(about) ? undefined : readInput(about));
    if (text === undefined) return { ...row, members: success<JsonObject>(others) };
    joined++;
    return { ...row, members: success<JsonObject>({ ...others, [instruction]: text }) };
  });
  const note =
    `"${input}" follows "${instruction}" in ${formatWhole(joined)} of ${formatWhole(rows.length)} prompts; ` +
    `${writeMapping('prompt', instruction)} leaves it out`;
  const columns = table.columns.filter((column) => column !== input);
  return { ...table, columns, rows, notes: [...table.notes, note] };
}

/** Undefined where there is nothing to join. */
function joinTexts(instruction: JsonValue | undefined, text = ''): string | undefined {
  if (noInput.test(text.trim())) return undefined;
  const isBlank = typeof instruction !== 'string' || instruction.trim() === '';
  return isBlank ? text : `${instruction.trimEnd()}\n\n${text}`;
}

/**
 * The mapping of a table for classification, such as `text,label`: its labels are the expected answers
 * where no other column holds any. Numbers are left: they are mostly indexes, which no model answers.
 */
export function expectLabels(
  table: Table,
  mapping: SourceMapping,
  taken: ReadonlySet<string>,
): { readonly mapping: SourceMapping; readonly notes: readonly string[] } {
  const label = table.columns.find((column) => normalizeColumnName(column) === 'label');
  if (label === undefined || taken.has(label) || mapping.reference !== undefined) {
    return { mapping, notes: [] };
  }
  if (/^(?:messages|conversations)$/i.test(mapping.prompt ?? '')) {
    return { mapping, notes: [] };
  }
  if (holdsNumbers(table, label)) {
    const note = `"${label}" holds numbers: if they are the expected answers, add ${writeMapping('reference', label)}`;
    return { mapping, notes: [note] };
  }
  const { task, ...others } = mapping;
  const used = new Set([...taken, ...Object.values(others), label]);
  const other = task === label ? guessColumn('task', table.columns, used) : task;
  const note =
    `"${label}" is taken for the expected answers, as no other column is one; if it says what ` +
    `a prompt is about, add ${writeMapping('task', label)}`;
  return {
    mapping: { ...others, ...(other !== undefined && { task: other }), reference: label },
    notes: [note],
  };
}

function holdsNumbers({ rows }: Table, column: string): boolean {
  const cells = rows.flatMap(({ members }) => {
    const cell = members.ok ? members.value[column] : undefined;
    return cell === undefined || isBlankCell(cell) ? [] : [cell];
  });
  const numbers = cells.filter(
    (cell) => typeof cell === 'number' || (typeof cell === 'string' && /^\s*-?\d+\s*$/.test(cell)),
  );
  return numbers.length * 2 > cells.length;
}

/** A note about a column of messages whose last ones are taken for the expected answers, as its name does not say. */
export function describeLastAnswers({ rows }: Table, column: string): readonly string[] {
  const isAnswered = ({ members }: TableRow): boolean => {
    const read = members.ok ? readCellRequest(members.value[column]) : undefined;
    return read?.ok === true && splitAnswer(read.value.request).answer !== undefined;
  };
  if (!rows.some(isAnswered)) return [];
  return [
    `the last answers in "${column}" are taken for the expected ones. If a model wrote them, name the ` +
      'expected ones with --map reference=COLUMN, or remove these answers from the file',
  ];
}

/** A note about columns of promptfoo's tests, which hold assertions and settings. */
export function describeAssertions({ columns }: Table): readonly string[] {
  const assertions = columns.find(isAssertionColumn);
  if (assertions === undefined) return [];
  return [
    `"${assertions}" holds assertions of promptfoo, which are not expected answers: run them there, and ` +
      'import the results with "routesmith import results.json", or write the answers into a column "expected"',
  ];
}
