import { styleText } from 'node:util';
import Table from 'cli-table3';
import { escapeControls } from '../../util/escape-controls.js';

export { escapeControls } from '../../util/escape-controls.js';

/** A text style, or several, by the names of Node's `util.styleText`. */
type Style = Parameters<typeof styleText>[0];

type OutputStream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** Prints a line of the result to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints a line about the work to standard error, which keeps standard output for the result. */
export function printNotice(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a warning to standard error. */
export function printWarning(text: string): void {
  printNotice(style(['bold', 'yellow'], escapeControls(`WARNING: ${text}`), process.stderr));
}

/** Prints a value as JSON to standard output. NaN and infinite numbers become null. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
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
  const quoted = argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  return ['routesmith', ...quoted].join(' ');
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

/** Output fits this many columns, and a wider terminal. */
const minOutputColumns = 80;

/**
 * Formats a table as text without lines, indented by two, for terminals and logs. Columns that do not
 * fit beside the others follow in a further table, which repeats the first column.
 *
 * @param columns titles, of which those given as a string are for numbers
 * @param rows a cell per column; control characters are escaped
 * @param maxColumns @default 80, or the columns of a wider terminal
 */
export function formatTable(
  columns: readonly (string | TableColumn)[],
  rows: readonly (readonly string[])[],
  maxColumns = Math.max(minOutputColumns, process.stdout.columns ?? 0),
): string {
  const specs = columns.map((column): TableColumn =>
    typeof column === 'string' ? { title: column } : column,
  );
  const lines = [
    specs.map(({ title }) => escapeControls(title)),
    ...rows.map((row) => row.map((cell) => escapeControls(cell).replaceAll(/\s+/g, ' '))),
  ];
  return splitColumns(lines, maxColumns)
    .map((shown) =>
      formatLines(
        shown.map((column) => specs[column]?.align ?? 'right'),
        lines.map((line) => shown.map((column) => line[column] ?? '')),
      ),
    )
    .join('\n\n');
}

/** The columns of each of the tables that together have all of them, the first one in each. */
function splitColumns(lines: readonly (readonly string[])[], maxColumns: number): number[][] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => 2 + (line[column]?.length ?? 0))),
  );
  const [keyWidth = 0, ...others] = widths;
  const tables = [[0]];
  let used = keyWidth;
  others.forEach((width, index) => {
    const last = tables.at(-1) ?? [];
    if (used + width > maxColumns && last.length > 1) {
      tables.push([0, index + 1]);
      used = keyWidth + width;
    } else {
      last.push(index + 1);
      used += width;
    }
  });
  return tables;
}

function formatLines(
  colAligns: ('left' | 'right')[],
  cells: readonly (readonly string[])[],
): string {
  const table = new Table({
    chars: noLines,
    colAligns,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...cells.map((line) => [...line]));
  const [head = '', ...lines] = table.toString().split('\n');
  return [style('bold', head.trimEnd()), ...lines.map((line) => line.trimEnd())]
    .map((line) => `  ${line}`)
    .join('\n');
}

/** A column of text. */
export function textColumn(title: string): TableColumn {
  return { title, align: 'left' };
}
