/** One line of a JSONL text, parsed, or what is wrong with it. */
export type JsonLine =
  | { readonly line: number; readonly value: unknown; readonly problem?: undefined }
  | { readonly line: number; readonly problem: string };

/**
 * Parses a text of one JSON value per line, with line numbers from 1; blank lines are skipped. A
 * line that is not JSON is given with its problem, and the caller decides what that means.
 */
export function* parseJsonLines(text: string): Generator<JsonLine> {
  let start = 0;
  for (let line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(start, end);
    start = end + 1;
    if (content.trim() === '') continue;
    yield parseLine(content, line);
  }
}

function parseLine(content: string, line: number): JsonLine {
  try {
    return { line, value: JSON.parse(content) };
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 120) : String(error);
    return { line, problem: `the line is not JSON (${detail})` };
  }
}
