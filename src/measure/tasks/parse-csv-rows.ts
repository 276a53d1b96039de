import { isMissingText } from '../tables/blank-cell.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { parseCsv } from '../../util/parse-csv.js';
import { failure, success, type Result } from '../../util/result.js';
import { exampleFieldNames } from './example-schema.js';
import type { ParsedRows, ExampleRowProblem, ExampleRow } from './example-rows.js';
import { ownJson, parseJson } from '../../util/parse-json.js';
import { listNumbers, type SpelledNumber } from './spelled-numbers.js';

const metadataPrefix = 'metadata.';
const jsonFields: ReadonlySet<string> = new Set(['messages', 'tools', 'metadata', 'weight']);
const jsonOrTextFields: ReadonlySet<string> = new Set(['reference', 'grader']);

/**
 * Parses comma-, semicolon- or tab-separated values with a header line. The columns are the fields
 * of an example, and `metadata.<name>` for one member of the metadata. `messages`, `tools`,
 * `metadata` and `weight` are JSON; `reference` and `grader` are JSON if they start with `[` or `{`,
 * and text otherwise; empty cells are absent. Line breaks inside cells become `\n`. A prompt that is
 * only what programs write for a missing one, such as `nan`, is a problem.
 */
export function parseCsvRows(text: string): ParsedRows {
  const rows: ExampleRow[] = [];
  const problems: ExampleRowProblem[] = [];
  let columns: readonly string[] = [];
  let hasKnownColumns = false;
  const parsed = parseCsv(text.replace(/\r\n?/g, '\n'), {
    delimiter: 'header',
    onHeader(header, line) {
      columns = header;
      problems.push(...checkColumns(columns, line));
      hasKnownColumns = problems.length === 0;
    },
    onRow({ line, cells }) {
      if (!hasKnownColumns) return;
      const row = cells.ok ? parseRow(columns, cells.value) : cells;
      if (row.ok) rows.push({ line, ...row.value });
      else problems.push({ line, what: row.problem });
    },
  });
  if (!parsed.ok) problems.push(parsed.problem);
  return { rows, defaults: undefined, problems };
}

function checkColumns(columns: readonly string[], line: number): ExampleRowProblem[] {
  const problems: string[] = [];
  for (const name of columns) {
    const known = exampleFieldNames.includes(name) || name.startsWith(metadataPrefix);
    if (!known) {
      const what = describeUnknownName(name, [...exampleFieldNames, `${metadataPrefix}<name>`]);
      problems.push(`header: ${what}`);
    }
  }
  if (columns.includes('metadata') && columns.some((name) => name.startsWith(metadataPrefix))) {
    problems.push(`header: use either "metadata" or "${metadataPrefix}<name>" columns`);
  }
  return problems.map((what) => ({ line, what }));
}

function parseRow(
  columns: readonly string[],
  cells: readonly string[],
): Result<Omit<ExampleRow, 'line'>> {
  const numbers: SpelledNumber[] = [];
  const fields: [string, unknown][] = [];
  const metadata: [string, unknown][] = [];
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] as string;
    if (cell === '') continue;
    if (name.startsWith(metadataPrefix)) {
      metadata.push([name.slice(metadataPrefix.length), cell]);
      continue;
    }
    // A blank prompt is left to the schema.
    if (name === 'prompt' && cell.trim() !== '' && isMissingText(cell)) {
      return failure(
        `the prompt is only "${cell.trim()}", as programs write where one is missing; ` +
          'remove the row or, if this is the prompt, write the task set as JSON Lines',
      );
    }
    const isJson = jsonFields.has(name) || (jsonOrTextFields.has(name) && /^\s*[[{]/.test(cell));
    if (!isJson) {
      fields.push([name, cell]);
      continue;
    }
    try {
      fields.push([name, parseJson(cell, ownJson)]);
      if (!jsonOrTextFields.has(name)) continue;
      numbers.push(...listNumbers(cell).map((one) => ({ ...one, path: [name, ...one.path] })));
    } catch (cause) {
      const hint = jsonFields.has(name)
        ? 'write JSON here'
        : `a ${name} that starts with [ or { is read as JSON`;
      return failure(`${name}: not valid JSON (${(cause as Error).message}); ${hint}`);
    }
  }
  if (metadata.length > 0) fields.push(['metadata', Object.fromEntries(metadata)]);
  return success({ value: Object.fromEntries(fields), numbers });
}
