import { parseJsonLines } from '../../util/parse-json-lines.js';
import { ownJson, parseJson } from '../../util/parse-json.js';
import { listSpelledNumbers, type SpelledNumber } from './spelled-numbers.js';

/** One row of a task set's file, decoded but not yet validated. */
export interface ExampleRow {
  /** Where the row starts, from 1. */
  readonly line: number;
  readonly value: unknown;
  /** The numbers of its reference and grader as the file writes them. */
  readonly numbers?: readonly SpelledNumber[];
}

/** Something wrong with a task set's file, and what to change. */
export interface ExampleRowProblem {
  readonly line: number;
  readonly what: string;
}

/** The result of parsing a task set's file. */
export interface ParsedRows {
  readonly rows: readonly ExampleRow[];
  /** The defaults for all rows, if the file contains them. */
  readonly defaults: ExampleRow | undefined;
  readonly problems: readonly ExampleRowProblem[];
}

/** Parses one JSON value per line. Blank lines are skipped. */
export function parseJsonlRows(text: string): ParsedRows {
  const rows: ExampleRow[] = [];
  const problems: ExampleRowProblem[] = [];
  const parse = (json: string): Omit<ExampleRow, 'line'> => {
    const value = parseJson(json, ownJson);
    return { value, numbers: listSpelledNumbers(value, json) };
  };
  for (const parsed of parseJsonLines(text, parse)) {
    const { line } = parsed;
    if (parsed.ok) rows.push({ line, ...parsed.value });
    else problems.push({ line, what: `${parsed.problem}; write one JSON object per line` });
  }
  return { rows, defaults: undefined, problems };
}
