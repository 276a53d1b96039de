import { styleText } from 'node:util';
import Table from 'cli-table3';
import { keepTogether, restoreSpaces, wrapSentences, wrapText } from '../../util/wrap-text.js';
import { fitTable } from './fit-columns.js';
import { escapeControls, formatSafeJson } from '../../util/escape-controls.js';
import { quoteWord } from '../../util/quote-word.js';

export { escapeControls } from '../../util/escape-controls.js';

/** A text style, or several, by the names of Node's `util.styleText`. */
type Style = Parameters<typeof styleText>[0];

/** Output fits this many columns. */
const minOutputColumns = 80;

type OutputStream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/**
 * Prints a line of the result to standard output. A terminal gets long sentences broken between words;
 * a file or another program gets them whole.
 */
export function print(line = ''): void {
  writeLine(process.stdout, line);
}

/** Prints a line about the work to standard error, which keeps standard output for the result. */
export function printNotice(line: string): void {
  writeLine(process.stderr, line);
}

function writeLine(stream: OutputStream, line: string): void {
  const text = stream.isTTY === true ? wrapSentences(line, minOutputColumns) : line;
  stream.write(`${text}\n`);
}

/** Prints a warning to standard error. */
export function printWarning(text: string): void {
  printNotice(style(['bold', 'yellow'], escapeControls(`WARNING: ${text}`), process.stderr));
}

/**
 * Prints a paragraph in lines of at most 80 columns.
 *
 * @param first spaces before its first line
 * @param rest spaces before the others. @default as the first
 */
export function printWrapped(text: string, first = 0, rest = first): void {
  const lines = wrapText(escapeControls(text), minOutputColumns - Math.max(first, rest));
  lines.forEach((line, index) => print(' '.repeat(index === 0 ? first : rest) + line));
}

/** Prints a paragraph as `printWrapped` does, in a style, which is not escaped. */
export function printStyled(format: Style, text: string): void {
  for (const line of wrapText(escapeControls(text), minOutputColumns)) print(style(format, line));
}

/** Prints a value as JSON to standard output. NaN and infinite numbers become null. */
export function printJson(value: unknown): void {
  process.stdout.write(`${formatSafeJson(value)}\n`);
}

/** Styles a text where the stream is a terminal and `NO_COLOR` is not set. */
export function style(format: Style, text: string, stream: OutputStream = process.stdout): string {
  const isPlain = stream.isTTY !== true || (process.env['NO_COLOR'] ?? '') !== '';
  return isPlain ? text : styleText(format, text, { validateStream: false });
}

/** The line above all output that comes from simulated models. */
export function describeSimulated(): string {
  return style(
    ['bold', 'magenta'],
    'SIMULATED: made-up practice models. These numbers say nothing about real models.',
  );
}

/**
 * The command line of this process, quoted for a shell.
 *
 * @param argv as `process.argv`: node, the program, the arguments
 */
export function describeCommandLine(argv: readonly string[]): string {
  return ['routesmith', ...argv.slice(2).map(quoteWord)].join(' ');
}

export interface TableColumn {
  readonly title: string;
  /** @default 'right', for numbers */
  readonly align?: 'left' | 'right';
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const indent = '  ';

/**
 * Formats a table as text without lines, indented by two, for terminals and logs. Cells of a table
 * that is wider than 80 columns, or than a wider terminal, break between words.
 *
 * @param columns titles, of which those given as a string are for numbers
 * @param rows a cell per column; control characters are escaped
 */
export function formatTable(
  columns: readonly (string | TableColumn)[],
  rows: readonly (readonly string[])[],
): string {
  const specs = columns.map((column): TableColumn =>
    typeof column === 'string' ? { title: column } : column,
  );
  const head = specs.map(({ title }) => escapeControls(title));
  const cells = rows.map((row) =>
    row.map((cell) => keepTogether(escapeControls(cell).replaceAll(/\s+/g, ' '))),
  );
  const maxColumns = Math.max(minOutputColumns, process.stdout.columns ?? 0);
  const maxWidth = maxColumns - indent.length;
  const fitted = fitTable(head, cells, maxWidth);
  const layOut = (lines: readonly string[][]): string[] => {
    const table = new Table({
      chars: noLines,
      colAligns: specs.map(({ align }) => align ?? 'right'),
      colWidths: [...fitted.widths],
      wordWrap: true,
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    });
    table.push(...lines);
    return restoreSpaces(table.toString()).split('\n');
  };
  return [
    ...layOut([head]).map((line) => style('bold', line.trimEnd())),
    ...(cells.length === 0 ? [] : layOut(fitted.rows.map((row) => [...row]))).map((line) =>
      line.trimEnd(),
    ),
  ]
    .map((line) => indent + line)
    .join('\n');
}

/** A column of text. */
export function textColumn(title: string): TableColumn {
  return { title, align: 'left' };
}
