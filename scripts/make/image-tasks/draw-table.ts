import { colors, line, picture, rectangle, text, type Picture } from './picture.js';

export interface TableLook {
  readonly title: string;
  /** Widths of the columns in pixels. */
  readonly widths: readonly number[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Lines below the table. */
  readonly notes?: readonly string[];
  /** Whether the columns but the first are numbers, at the right edge. @default true */
  readonly hasNumbers?: boolean;
}

const rowHeight = 27;
const left = 16;
const top = 44;

export function drawTable({
  title,
  widths,
  header,
  rows,
  notes = [],
  hasNumbers = true,
}: TableLook): Picture {
  const full = widths.reduce((total, width) => total + width, 0);
  const bottom = top + rowHeight * (rows.length + 1);
  const parts = [
    text(left, 28, title, { size: 16, bold: true }),
    rectangle(left, top, full, rowHeight, { fill: colors.shade }),
  ];
  for (const [number, cells] of [header, ...rows].entries()) {
    const y = top + rowHeight * number;
    parts.push(line([left, y], [left + full, y], { stroke: colors.grid }));
    let x = left;
    for (const [column, cell] of cells.entries()) {
      const width = widths[column] ?? 0;
      const isRight = hasNumbers && column > 0;
      const at = isRight ? x + width - 10 : x + 8;
      const anchor = isRight ? 'end' : 'start';
      parts.push(text(at, y + 18, cell, { bold: number === 0, anchor }));
      x += width;
    }
  }
  parts.push(rectangle(left, top, full, bottom - top, { stroke: colors.ink }));
  for (const [index, note] of notes.entries()) {
    parts.push(text(left, bottom + 22 + 19 * index, note, { size: 13 }));
  }
  return picture(Math.max(full, 300) + 2 * left, bottom + 16 + 20 * notes.length, parts);
}
