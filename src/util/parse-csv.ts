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
  /** `header`: as `detectDelimiter` finds it. */
  readonly delimiter: ',' | '\t' | 'header';
  /** Called once, before any row, with trimmed names. */
  readonly onHeader: (header: readonly string[], line: number) => void;
  readonly onRow: (row: CsvRow) => void;
}

/**
 * Parses a CSV text row by row. The first row is the header; blank lines are skipped. Errors of the
 * callbacks are rethrown.
 *
 * @returns false if the text has no header; a problem if a column name occurs twice, a quoted
 * cell is never closed (it would swallow the rest of the text), or one separated by tabs holds rows
 */
export function parseCsv(text: string, options: CsvOptions): Result<boolean, CsvProblem> {
  let columns: number | undefined;
  let fatal: CsvProblem | undefined;
  const { delimiter, headerLine, start } =
    options.delimiter === 'header'
      ? detectDelimiter(text)
      : { delimiter: options.delimiter, headerLine: 1, start: 0 };
  let line = headerLine;
  Papa.parse<string[]>(start === 0 ? text : text.slice(start), {
    header: false,
    delimiter,
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
      } else if (delimiter === '\t' && holdsWholeRows(cells, columns)) {
        fatal = {
          line: start,
          what:
            `a quoted cell of this row ends on line ${line - 1}, and what it holds looks like whole rows; ` +
            'separate the cells by commas if some hold tabs; if a text starts with a quotation mark, ' +
            'quote the whole cell, and double the quotes inside it',
        };
      } else {
        options.onRow({ line: start, cells: checkRow(cells, columns, error, line - 1) });
      }
      if (fatal !== undefined) parser.abort();
    },
  });
  return fatal === undefined ? success(columns !== undefined) : failure(fatal);
}

export interface DetectedDelimiter {
  readonly delimiter: string;
  /** The line of the header, from 1, and where it starts in the text. */
  readonly headerLine: number;
  readonly start: number;
}

/**
 * Finds the delimiter of a CSV text: the one in Excel's first line `sep=;`, or else the one of comma,
 * semicolon and tab that occurs most often in the header outside quotation marks. Rows are not
 * counted, because prompts often contain commas and semicolons.
 */
export function detectDelimiter(text: string): DetectedDelimiter {
  const directive = /^sep=([,;\t|])\r?\n/i.exec(text);
  if (directive?.[1] !== undefined) {
    return { delimiter: directive[1], headerLine: 2, start: directive[0].length };
  }
  const unquoted = text.slice(0, headerCharacters).replace(/"(?:[^"]|"")*"/g, '');
  const header = /[^\r\n]+/.exec(unquoted)?.[0] ?? '';
  const counted = [',', ';', '\t'].map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).length,
  }));
  const { delimiter } = counted.reduce((best, other) => (other.count > best.count ? other : best));
  return { delimiter, headerLine: 1, start: 0 };
}

/** Headers are shorter than this. */
const headerCharacters = 100_000;

function countNewlines(cells: readonly string[], newline: string): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf(newline); at !== -1; at = cell.indexOf(newline, at + 1)) count++;
  }
  return count;
}

/**
 * Whether all lines of a row may be rows themselves. Few tools quote cells between tabs, and then a
 * text that starts with a quotation mark swallows the rows up to the next one.
 */
function holdsWholeRows(cells: readonly string[], columns: number): boolean {
  const lines = cells.join('\t').split(/\r\n?|\n/);
  if (columns < 2 || lines.length < 2) return false;
  return lines.every((line) => line.split('\t').length === columns);
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
