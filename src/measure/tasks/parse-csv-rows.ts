import papaparse from 'papaparse';
import { describeUnknownName } from '../../util/describe-issues.js';
import { taskFieldNames } from './example-schema.js';
import type { ParsedRows, RowProblem, ExampleRow } from './example-rows.js';

const metadataPrefix = 'metadata.';
const jsonFields: ReadonlySet<string> = new Set(['messages', 'tools', 'metadata', 'weight']);
const jsonOrTextFields: ReadonlySet<string> = new Set(['reference', 'grader']);

/**
 * Parses comma, semicolon or tab separated values with a header line. The columns are the fields of
 * a task, and `metadata.<name>` for one member of the metadata. `messages`, `tools` and `metadata`
 * hold JSON; `reference` and `grader` are JSON if they start with `[` or `{`, and text if not; empty
 * cells are absent. Line ends inside cells become `\n`.
 */
export function parseCsvRows(text: string): ParsedRows {
  const { lines, problems } = parseLines(text.replace(/\r\n?/g, '\n'));
  const [header, ...body] = lines;
  if (header === undefined || problems.length > 0)
    return { rows: [], defaults: undefined, problems };
  const columns = header.cells.map((name) => name.trim());
  problems.push(...checkColumns(columns, header.line));
  if (problems.length > 0) return { rows: [], defaults: undefined, problems };

  const rows: ExampleRow[] = [];
  for (const { line, cells } of body) {
    if (cells.length !== columns.length) {
      const what = `${cells.length} cells where the header has ${columns.length}; put quotes around cells that hold the separator`;
      problems.push({ line, what });
      continue;
    }
    const row = parseRow(columns, cells);
    if (typeof row === 'string') problems.push({ line, what: row });
    else rows.push({ line, value: row });
  }
  return { rows, defaults: undefined, problems };
}

interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Cells with the line they start on; a quoted cell may take several lines. */
function parseLines(text: string): { lines: CsvLine[]; problems: RowProblem[] } {
  const parsed = papaparse.parse<string[]>(text, { delimiter: findDelimiter(text), newline: '\n' });
  const lines: CsvLine[] = [];
  const lineOfRow: number[] = [];
  let line = 1;
  for (const cells of parsed.data) {
    lineOfRow.push(line);
    if (cells.length > 1 || cells[0] !== '') lines.push({ line, cells });
    line += 1 + cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  }
  const problems = parsed.errors.map((error) => ({
    line: lineOfRow[error.row ?? 0] ?? 1,
    what: `${error.message}; quote the whole cell, and double the quotes inside it`,
  }));
  return { lines, problems };
}

/** Decided by the header alone: prompts are full of commas and semicolons. */
function findDelimiter(text: string): string {
  const header = text.split('\n', 1)[0] as string;
  const counted = [',', ';', '\t'].map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).length,
  }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

function checkColumns(columns: readonly string[], line: number): RowProblem[] {
  const problems: string[] = [];
  for (const [index, name] of columns.entries()) {
    const known = taskFieldNames.includes(name) || name.startsWith(metadataPrefix);
    if (!known) {
      const what = describeUnknownName(name, [...taskFieldNames, `${metadataPrefix}<name>`]);
      problems.push(`header: ${what}`);
    } else if (columns.indexOf(name) < index) {
      problems.push(`header: the column "${name}" occurs twice; rename one`);
    }
  }
  if (columns.includes('metadata') && columns.some((name) => name.startsWith(metadataPrefix))) {
    problems.push(`header: use either "metadata" or "${metadataPrefix}<name>" columns`);
  }
  return problems.map((what) => ({ line, what }));
}

/** The row's fields, or what is wrong with a cell. */
function parseRow(
  columns: readonly string[],
  cells: readonly string[],
): Record<string, unknown> | string {
  const fields: [string, unknown][] = [];
  const metadata: [string, unknown][] = [];
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] as string;
    if (cell === '') continue;
    if (name.startsWith(metadataPrefix)) {
      metadata.push([name.slice(metadataPrefix.length), cell]);
      continue;
    }
    const isJson = jsonFields.has(name) || (jsonOrTextFields.has(name) && /^\s*[[{]/.test(cell));
    if (!isJson) {
      fields.push([name, cell]);
      continue;
    }
    try {
      fields.push([name, JSON.parse(cell) as unknown]);
    } catch (cause) {
      const hint = jsonFields.has(name)
        ? 'write JSON here'
        : `a ${name} that starts with [ or { is read as JSON`;
      return `${name}: not valid JSON (${(cause as Error).message}); ${hint}`;
    }
  }
  if (metadata.length > 0) fields.push(['metadata', Object.fromEntries(metadata)]);
  return Object.fromEntries(fields);
}
