import { RoutesmithError } from '../../../util/errors.js';
import { parseCsv, type CsvOptions } from '../../../util/parse-csv.js';

/**
 * Parses a file of outcomes in CSV, or in tab-separated values if its name ends in `.tsv`.
 *
 * @throws RoutesmithError `invalid_outcomes` for an empty file, and for a problem of `parseCsv`
 */
export function parseOutcomesCsv(
  text: string,
  file: string,
  callbacks: Pick<CsvOptions, 'onHeader' | 'onRow'>,
): void {
  const delimiter = /\.tsv(\.gz)?$/i.test(file) ? '\t' : ',';
  const parsed = parseCsv(text, { delimiter, ...callbacks });
  if (!parsed.ok) {
    const { line, what } = parsed.problem;
    throw new RoutesmithError('invalid_outcomes', what, {
      where: `${file}:${line}`,
      fix: 'Give each column its own name, close each quote, and double quotes in cells ("").',
    });
  }
  if (parsed.value) return;
  throw new RoutesmithError('invalid_outcomes', 'the file is empty', {
    where: file,
    fix: 'Give a CSV file with a header row.',
  });
}
