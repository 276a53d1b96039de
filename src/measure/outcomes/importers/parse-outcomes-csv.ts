import { RoutesmithError } from '../../../util/errors.js';
import { parseCsv, type CsvOptions } from '../../../util/parse-csv.js';

/**
 * Parses a file of outcomes in CSV, separated by commas, semicolons or tabs.
 *
 * @throws RoutesmithError `invalid_outcomes` for an empty file, and for a problem of `parseCsv`
 */
export function parseOutcomesCsv(
  text: string,
  file: string,
  callbacks: Pick<CsvOptions, 'onHeader' | 'onRow'>,
): void {
  const parsed = parseCsv(text, { delimiter: 'header', ...callbacks });
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
