import type { ParsedRows, RowProblem, ExampleRow } from './example-row.js';

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
