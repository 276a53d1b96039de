import type { JsonObject } from '../../util/json.js';
import type { Result } from '../../util/result.js';

/** One row of a file, by the names of its columns. Absent and empty cells are omitted. */
export interface TableRow {
  /** The line on which it starts, or its number where the format has no lines; from 1. */
  readonly line: number;
  readonly members: Result<JsonObject>;
}

/** A file with one record per row: CSV, TSV, JSON Lines, JSON or Parquet. */
export interface Table {
  readonly file: string;
  /** `csv`: every cell is a text. */
  readonly kind: 'csv' | 'json' | 'parquet';
  /** The names that occur, in the order of their first row. */
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  /** Rows of CSV whose cells are all empty; they are not among the rows. */
  readonly emptyRows: number;
  /** What was found out about the file, such as its encoding; sentences without a full stop. */
  readonly notes: readonly string[];
}
