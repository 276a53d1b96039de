import Papa from 'papaparse';
import { failure, success, type Result } from './result.js';

/** A row of a CSV text, without the header. */
export interface CsvRow {
  /** The line in the text where the row starts, from 1. */
  readonly line: number;
  /** As many cells as the header. */
  readonly cells: Result<readonly string[]>;
}

/** Why a CSV text cannot be read to its end. */
export interface CsvProblem {
  readonly line: number;
  readonly what: string;
}

export interface CsvOptions {
  /** `header`: the one of comma, semicolon and tab that occurs most often in the header. */
  readonly delimiter: ',' | '\t' | 'header';
  /** Called once, before any row, with trimmed names. */
  readonly onHeader: (header: readonly string[], line: number) => void;
  readonly onRow: (row: CsvRow) => void;
}

/**
 * Parses a CSV text row by row. The first row is the header; blank lines are skipped. Errors of the
 * callbacks are rethrown.
 *
 * @returns false if the text has no header; a problem if a column name occurs twice, or a quoted
 * cell is never closed (it would swallow the rest of the text)
 */
export function parseCsv(text: string, options: CsvOptions): Result<boolean, CsvProblem> {
  let columns: number | undefined;
  let fatal: CsvProblem | undefined;
  let line = 1;
  Papa.parse<string[]>(text, {
    header: false,
    delimiter: options.delimiter === 'header' ? findDelimiter(text) : options.delimiter,
    skipEmptyLines: false,
    step: ({ data: cells, errors, meta }, parser) => {
      const start = line;
      line += 1 + countNewlines(cells, meta.linebreak === '\r' ? '\r' : '\n');
      if (cells.length <= 1 && (cells[0] ?? '').trim() === '') return;
      const error = errors[0];
      if (error?.code === 'MissingQuotes') {
        fatal = { line: start, what: 'a quoted cell of this row is never closed' };
      } else if (columns === undefined) {
        const header = cells.map((cell) => cell.trim());
        fatal = findHeaderProblem(header, start);
        columns = header.length;
        if (fatal === undefined) options.onHeader(header, start);
      } else {
        options.onRow({ line: start, cells: checkRow(cells, columns, error, line - 1) });
      }
      if (fatal !== undefined) parser.abort();
    },
  });
  return fatal === undefined ? success(columns !== undefined) : failure(fatal);
}

/** Uses only the header, because prompts often contain commas and semicolons. */
function findDelimiter(text: string): string {
  const header = /[^\r\n]+/.exec(text)?.[0] ?? '';
  const counted = [',', ';', '\t'].map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).length,
  }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

function countNewlines(cells: readonly string[], newline: string): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf(newline); at !== -1; at = cell.indexOf(newline, at + 1)) count++;
  }
  return count;
}

function findHeaderProblem(header: readonly string[], line: number): CsvProblem | undefined {
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index);
  return twice === undefined ? undefined : { line, what: `the column "${twice}" occurs twice` };
}

function checkRow(
  cells: readonly string[],
  columns: number,
  error: { readonly message: string } | undefined,
  lastLine: number,
): CsvRow['cells'] {
  if (error !== undefined) {
    return failure(
      `not valid CSV (${error.message}; the row ends on line ${lastLine}); quote the whole cell, and double the quotes inside it`,
    );
  }
  if (cells.length === columns) return success(cells);
  return failure(
    `${cells.length} cells where the header has ${columns}; put quotes around cells that hold the separator`,
  );
}
