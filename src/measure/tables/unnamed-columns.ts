import { success } from '../../util/result.js';
import type { TableRow } from './table.js';

/** True for the names of a data frame's index, which pandas saves unless told not to. */
export function isIndexName(name: string): boolean {
  return name === '' || /^(Unnamed: \d+(\.\d+)*|__index_level_\d+__)$/.test(name);
}

/** The names of a header's columns; those without one are named by their place, such as `column 2`. */
export function nameColumns(header: readonly string[]): readonly string[] {
  return header.map((name, index) => {
    if (name !== '') return name;
    let given = `column ${index + 1}`;
    while (header.includes(given)) given += ' (no name)';
    return given;
  });
}

/** Of columns without a name of their own, those that hold nothing but the numbers of the rows. */
export function findRowNumberColumns(
  unnamed: readonly string[],
  rows: readonly TableRow[],
): ReadonlySet<string> {
  return new Set(unnamed.filter((name) => isEmpty(name, rows) || countsRows(name, rows)));
}

/** The rows without some of their columns. */
export function omitColumns(
  rows: readonly TableRow[],
  omitted: ReadonlySet<string>,
): readonly TableRow[] {
  if (omitted.size === 0) return rows;
  return rows.map(({ line, members }) => ({
    line,
    members: members.ok
      ? success(
          Object.fromEntries(Object.entries(members.value).filter(([name]) => !omitted.has(name))),
        )
      : members,
  }));
}

/** A sentence about a file in which few columns have names, if any. */
export function describeUnnamed(
  file: string,
  columns: readonly string[],
  unnamed: readonly string[],
): readonly string[] {
  if (unnamed.length * 2 <= columns.length) return [];
  return [
    `${unnamed.length} of the ${columns.length} columns of ${file} have no name: ` +
      'its first row does not look like a header',
  ];
}

function isEmpty(name: string, rows: readonly TableRow[]): boolean {
  return rows.every(({ members }) => !members.ok || (members.value[name] ?? null) === null);
}

/** Whether a column counts from 0 or 1. */
function countsRows(name: string, rows: readonly TableRow[]): boolean {
  const isCountedFrom = (first: number): boolean =>
    rows.every(
      ({ members }, index) => !members.ok || Number(members.value[name] ?? NaN) === first + index,
    );
  return isCountedFrom(0) || isCountedFrom(1);
}
