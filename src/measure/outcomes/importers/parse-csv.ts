import Papa from 'papaparse';
import { RoutesmithError } from '../../../util/errors.js';

/** A row of a CSV file, the header left out. */
export interface CsvRow {
  /** The line in the file where the row starts, from 1, also behind cells of many lines. */
  readonly line: number;
  /** As many cells as the header has, unless there is a problem. */
  readonly cells: readonly string[];
  readonly problem: string | undefined;
}

/**
 * Parses a CSV text row by row. The first row is the header; blank lines are skipped.
 *
 * @param onHeader called once, before any row
 * @throws RoutesmithError `invalid_outcomes` for an empty file, for a column name used twice, and
 * for a quote that is never closed (it would swallow the rest of the file as one cell)
 */
export function parseCsv(
  text: string,
  file: string,
  onHeader: (header: readonly string[]) => void,
  onRow: (row: CsvRow) => void,
): void {
  let header: readonly string[] | undefined;
  let line = 1;
  Papa.parse<string[]>(text, {
    header: false,
    delimiter: /\.tsv(\.gz)?$/i.test(file) ? '\t' : ',',
    skipEmptyLines: false,
    step: ({ data: cells, errors, meta }) => {
      const startLine = line;
      line += 1 + countNewlines(cells, meta.linebreak === '\r' ? '\r' : '\n');
      if (cells.length <= 1 && (cells[0] ?? '').trim() === '') return;
      const error = errors[0];
      if (error?.code === 'MissingQuotes') throw unclosedQuote(file, startLine);
      if (header === undefined) {
        header = checkHeader(cells, `${file}:${startLine}`);
        onHeader(header);
        return;
      }
      const problem =
        error === undefined
          ? findLengthProblem(cells.length, header.length)
          : `the row is not valid CSV (${error.message}); it reaches to line ${line - 1}`;
      onRow({ line: startLine, cells, problem });
    },
  });
  if (header === undefined) {
    throw new RoutesmithError('invalid_outcomes', 'the file is empty', {
      where: file,
      fix: 'Give a CSV file with a header row.',
    });
  }
}

function countNewlines(cells: readonly string[], newline: string): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf(newline); at !== -1; at = cell.indexOf(newline, at + 1)) count++;
  }
  return count;
}

function checkHeader(cells: readonly string[], where: string): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const twice = header.find((name, index) => name !== '' && header.indexOf(name) !== index);
  if (twice === undefined) return header;
  throw new RoutesmithError('invalid_outcomes', `the column "${twice}" is there twice`, {
    where,
    fix: 'Rename or remove one of the two columns.',
  });
}

function findLengthProblem(cells: number, columns: number): string | undefined {
  return cells === columns ? undefined : `the row has ${cells} cells, and the header ${columns}`;
}

function unclosedQuote(file: string, line: number): RoutesmithError {
  return new RoutesmithError('invalid_outcomes', 'a quoted cell of this row is never closed', {
    where: `${file}:${line}`,
    fix: 'Close the quote; a quote inside of a quoted cell is written twice ("").',
  });
}
