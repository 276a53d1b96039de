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

/** Parses one JSON value per line. Blank lines are skipped. */
export function parseJsonlRows(text: string): ParsedRows {
  const rows: ExampleRow[] = [];
  const problems: RowProblem[] = [];
  for (const [index, lineText] of text.split('\n').entries()) {
    if (lineText.trim() === '') continue;
    const line = index + 1;
    try {
      rows.push({ line, value: JSON.parse(lineText) as unknown });
    } catch (cause) {
      const reason = (cause as Error).message;
      problems.push({ line, what: `not valid JSON (${reason}); write one JSON object per line` });
    }
  }
  return { rows, defaults: undefined, problems };
}
