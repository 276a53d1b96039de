/** One row of a task set's file, decoded but not yet validated. */
export interface ExampleRow {
  /** Where the row starts, from 1. */
  readonly line: number;
  readonly value: unknown;
}

/** Something wrong with a task set's file, and what to change. */
export interface RowProblem {
  readonly line: number;
  readonly what: string;
}

/** What the parser of a file format makes of the text. */
export interface ParsedRows {
  readonly rows: readonly ExampleRow[];
  /** The defaults for all rows, where the format can hold them. */
  readonly defaults: ExampleRow | undefined;
  readonly problems: readonly RowProblem[];
}
