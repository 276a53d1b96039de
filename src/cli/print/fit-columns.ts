import { noBreak } from '../../util/wrap-text.js';

/** Spaces between two columns. */
const gap = 2;

/**
 * Widths of columns so that a table fits. The widest column that can still break between words gives
 * way first, the names in the first column last; a table of long words stays wider than asked.
 *
 * @param rows cells by row, of which the first is the head
 * @param maxWidth of the whole table, gaps included
 */
export function fitColumns(rows: readonly (readonly string[])[], maxWidth: number): number[] {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
  // Even an empty column takes one.
  const widths = columns.map((cells) => Math.max(1, ...cells.map(measureText)));
  const narrowest = columns.map(([title = '', ...cells]) =>
    Math.max(longestWord(title), ...cells.map(measureUnbroken)),
  );
  let excess = computeExcess(widths, maxWidth);
  while (excess > 0) {
    const slack = widths.map((width, column) => width - (narrowest[column] ?? width));
    const widest = widths.reduce(
      (best, width, column) =>
        (slack[column] ?? 0) > 0 && (best <= 0 || width > (widths[best] ?? 0)) ? column : best,
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** A table that is laid out. */
export interface FittedTable {
  /** Cells by row, with line breaks in names. */
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

/**
 * Fits a table, by what costs the reader least: breaks between words, then in long names, and only if it
 * is still too wide, between the two ends of intervals.
 *
 * @param rows cells by row, each from `keepTogether`
 */
export function fitTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  maxWidth: number,
): FittedTable {
  const fit = (cells: readonly (readonly string[])[]): FittedTable =>
    breakNames(cells, fitColumns([head, ...cells], maxWidth), maxWidth);
  const fitted = fit(rows);
  if (computeExcess(fitted.widths, maxWidth) <= 0) return fitted;
  return fit(rows.map((row) => row.map((cell) => cell.replaceAll(`,${noBreak}`, ', '))));
}

function computeExcess(widths: readonly number[], maxWidth: number): number {
  return widths.reduce((sum, width) => sum + width + gap, -gap) - maxWidth;
}

/** Names are not broken into shorter lines than this. */
const minNameWidth = 16;

/**
 * Breaks long names in the first column after a slash, colon or hyphen, by as much as the table is
 * too wide. A name without these stays whole.
 *
 * @param rows cells by row, without the head
 * @param widths as `fitColumns` gives them
 * @returns the cells, with line breaks, and the new widths
 */
function breakNames(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  maxWidth: number,
): FittedTable {
  const excess = computeExcess(widths, maxWidth);
  const [first = 0, ...others] = widths;
  if (excess <= 0 || first <= minNameWidth) return { rows, widths };
  const target = Math.max(minNameWidth, first - excess);
  const broken = rows.map(([name = '', ...cells]) => [breakName(name, target), ...cells]);
  const width = Math.max(
    target,
    ...broken.flatMap(([name = '']) => name.split('\n').map(measureText)),
  );
  return width < first ? { rows: broken, widths: [width, ...others] } : { rows, widths };
}

function breakName(name: string, width: number): string {
  if (name.includes(' ') || measureText(name) <= width) return name;
  const lines = [''];
  for (const part of name.split(/(?<=[/:-])/)) {
    const line = lines.at(-1) as string;
    if (line !== '' && measureText(line + part) > width) lines.push(part);
    else lines[lines.length - 1] = line + part;
  }
  return lines.join('\n');
}

/** Cells up to this width stay in one line. */
const unbrokenWidth = 13;

function measureUnbroken(cell: string): number {
  const width = measureText(cell);
  return width <= unbrokenWidth ? width : longestWord(cell);
}

function longestWord(text: string): number {
  return Math.max(...text.split(' ').map(measureText));
}

/** Columns that a text takes at most: characters beyond the alphabets count as two. */
function measureText(text: string): number {
  return [...text].reduce(
    (sum, character) => sum + (character >= '\u1100' && character !== noBreak ? 2 : 1),
    0,
  );
}
