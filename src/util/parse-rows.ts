import { parseCsv } from './parse-csv.js';
import { parseJsonLines, type JsonLine } from './parse-json-lines.js';
import { failure, success } from './result.js';

/**
 * Parses the rows of a small file as JSON values, each with its line: JSON Lines, or a table with a
 * header if the file's name ends in `.csv` or `.tsv`. Cells of a table are texts. What cannot be read
 * is a row with a problem, and so is a table without a header.
 *
 * @param file its name; `.gz` may follow the ending
 */
export function parseRows(text: string, file: string): readonly JsonLine[] {
  if (!/\.(csv|tsv)(\.gz)?$/i.test(file)) return [...parseJsonLines(text)];
  const rows: JsonLine[] = [];
  let header: readonly string[] = [];
  const parsed = parseCsv(text, {
    delimiter: /\.tsv(\.gz)?$/i.test(file) ? '\t' : 'header',
    onHeader(names) {
      header = names;
    },
    onRow({ line, cells }) {
      if (!cells.ok) rows.push({ line, ...cells });
      else {
        const members = header.map((name, index) => [name, cells.value[index] ?? '']);
        rows.push({ line, ...success<unknown>(Object.fromEntries(members)) });
      }
    },
  });
  if (!parsed.ok) rows.push({ line: parsed.problem.line, ...failure(parsed.problem.what) });
  else if (!parsed.value) rows.push({ line: 1, ...failure('the file is empty') });
  return rows;
}
