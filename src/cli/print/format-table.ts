import Table from 'cli-table3';
import { escapeControls, style } from './print.js';

export interface TableColumn {
  readonly title: string;
  /** @default 'right', which suits numbers */
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

/**
 * A table as text, without lines, indented by two: as easy to read on a terminal as in a log.
 *
 * @param rows cells per row, one per column; anything that would steer a terminal is made visible
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string {
  const table = new Table({
    chars: noLines,
    colAligns: columns.map(({ align }) => align ?? 'right'),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(
    columns.map(({ title }) => title),
    ...rows.map((row) => row.map((cell) => escapeControls(cell).replaceAll(/\s+/g, ' '))),
  );
  const [head = '', ...lines] = table.toString().split('\n');
  return [style('bold', head.trimEnd()), ...lines.map((line) => line.trimEnd())]
    .map((line) => `  ${line}`)
    .join('\n');
}
