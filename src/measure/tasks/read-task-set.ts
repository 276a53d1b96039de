import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { RoutesmithError } from '../../util/errors.js';
import type { JsonValue } from '../../util/json.js';
import { quoteWord } from '../../util/quote-word.js';
import { readTextFile } from '../../util/read-text-file.js';
import { success } from '../../util/result.js';
import { sha256OfJson } from '../../util/sha256.js';
import { buildExample, buildGraderSpec } from './build-example.js';
import {
  computeTaskSetFingerprint,
  type GraderSpec,
  type Example,
  type TaskSet,
} from './example.js';
import { parseCsvRows } from './parse-csv-rows.js';
import {
  parseJsonlRows,
  type ParsedRows,
  type ExampleRowProblem,
  type ExampleRow,
} from './example-rows.js';
import { parseYamlRows, parseYamlValue } from './parse-yaml-rows.js';
import {
  parseExampleDefaults,
  parseExampleFields,
  type ExampleDefaults,
} from './example-schema.js';
import { findSpellingProblem, type SpelledNumber } from './spelled-numbers.js';

/** How the examples of a task set are checked. */
export interface ReadTaskSetOptions {
  /**
   * Returns what is wrong with an example's grader or reference, or undefined. Usually `checkGrader`
   * of the graders. @default no check
   */
  readonly checkGrader?: (spec: GraderSpec, reference: JsonValue | undefined) => string | undefined;
}

interface FileProblem extends ExampleRowProblem {
  readonly file: string;
}

const reportedProblems = 10;
const extensionPattern = /\.(jsonl|ndjson|csv|yaml|yml)(\.gz)?$/i;

/**
 * Reads a task set: JSONL (`.jsonl`, `.ndjson`), CSV or YAML, each also with `.gz`. Defaults for
 * the whole file come from `<file>.defaults.yaml`, or from `defaults` in a YAML file.
 *
 * @throws RoutesmithError `invalid_task_set` with the first ten problems, each with file, line and
 * what to change; `invalid_input` if a file cannot be read
 */
export async function readTaskSet(
  file: string,
  options: ReadTaskSetOptions = {},
): Promise<TaskSet> {
  const parseRows = selectParser(file);
  const parsed = parseRows(await readTextFile(file));
  const problems: FileProblem[] = parsed.problems.map((problem) => ({ file, ...problem }));
  const defaults = await readDefaults(file, parsed.defaults, problems);
  const built = buildExamples(parsed.rows, defaults, options);
  problems.push(...built.problems.map((problem) => ({ file, ...problem })));
  const { examples, lines, repeatedLines } = built;
  if (problems.length > 0) throw describeProblems(file, problems);
  if (examples.length === 0) {
    throw new RoutesmithError('invalid_task_set', 'the task set is empty', {
      where: file,
      fix: 'Add at least one example: a prompt and a reference answer.',
    });
  }
  return {
    name: basename(file).replace(extensionPattern, ''),
    file,
    examples,
    lines,
    repeatedLines,
    fingerprint: computeTaskSetFingerprint(examples),
  };
}

function selectParser(file: string): (text: string) => ParsedRows {
  switch (extensionPattern.exec(file)?.[1]?.toLowerCase()) {
    case 'jsonl':
    case 'ndjson':
      return parseJsonlRows;
    case 'csv':
      return parseCsvRows;
    case 'yaml':
    case 'yml':
      return parseYamlRows;
    default:
      throw new RoutesmithError('invalid_task_set', 'the format is not clear from the file name', {
        where: file,
        fix: 'Use the extension .jsonl, .csv or .yaml, optionally followed by .gz.',
      });
  }
}

async function readDefaults(
  file: string,
  inFile: ExampleRow | undefined,
  problems: FileProblem[],
): Promise<ExampleDefaults> {
  const sidecar = `${file}.defaults.yaml`;
  const hasSidecar = existsSync(sidecar);
  if (!hasSidecar && inFile === undefined) return {};
  if (hasSidecar && inFile !== undefined) {
    const what = `defaults are also in ${sidecar}; keep them in one place`;
    problems.push({ file, line: inFile.line, what });
    return {};
  }
  const source = hasSidecar ? sidecar : file;
  const row = inFile === undefined ? parseYamlValue(await readTextFile(sidecar)) : success(inFile);
  if (!row.ok) {
    problems.push(...row.problem.map((problem) => ({ file: source, ...problem })));
    return {};
  }
  const result = parseExampleDefaults(row.value.value);
  const { line, numbers = [] } = row.value;
  const problem = result.ok
    ? findSpellingProblem(
        { reference: undefined, grader: buildGraderSpec(result.value.grader) },
        numbers,
      )
    : result.problem;
  if (problem !== undefined) problems.push({ file: source, line, what: `defaults: ${problem}` });
  return result.ok ? result.value : {};
}

function buildExamples(
  rows: readonly ExampleRow[],
  defaults: ExampleDefaults,
  options: ReadTaskSetOptions,
): Pick<TaskSet, 'examples' | 'lines' | 'repeatedLines'> & {
  readonly problems: readonly ExampleRowProblem[];
} {
  const problems: ExampleRowProblem[] = [];
  const examples: Example[] = [];
  const lines = new Map<string, number>();
  const digests = new Map<string, string>();
  const repeatedLines: number[] = [];
  for (const { line, value, numbers = [] } of rows) {
    const result = parseExampleFields(value);
    if (!result.ok) {
      problems.push({ line, what: result.problem });
      continue;
    }
    const example = buildExample(result.value, defaults);
    const found = listExampleProblems(example, numbers, options);
    problems.push(...found.map((what) => ({ line, what })));
    const earlierLine = lines.get(example.id);
    const digest = sha256OfJson(example);
    // The same prompt, reference and grader once more: nothing is lost with it.
    if (earlierLine !== undefined && digests.get(example.id) === digest) {
      repeatedLines.push(line);
      continue;
    }
    if (earlierLine !== undefined) {
      const what =
        result.value.id === undefined
          ? `the same prompt as on line ${earlierLine}; remove one, or give each an id`
          : `the id "${example.id}" is already used on line ${earlierLine}; change one of them`;
      problems.push({ line, what });
    }
    lines.set(example.id, earlierLine ?? line);
    digests.set(example.id, digest);
    examples.push(example);
  }
  return { examples, lines, repeatedLines, problems };
}

function listExampleProblems(
  example: Example,
  numbers: readonly SpelledNumber[],
  { checkGrader }: ReadTaskSetOptions,
): string[] {
  const { grader, reference } = example;
  return [
    grader === undefined ? undefined : checkGrader?.(grader, reference),
    findSpellingProblem(example, numbers),
    findAnswerInPrompt(example),
  ].filter((problem) => problem !== undefined);
}

/** Says where the last message is a model's: such rows are made for fine-tuning. */
function findAnswerInPrompt({ prompt }: Example): string | undefined {
  const last = typeof prompt === 'string' ? undefined : prompt.messages.at(-1);
  if (last?.role !== 'assistant' || (last.tool_calls?.length ?? 0) > 0) return undefined;
  return 'the last message is the assistant\'s, so that every model is shown the answer; move it to "reference"';
}

function describeProblems(file: string, problems: readonly FileProblem[]): RoutesmithError {
  const [first] = problems;
  const advice = isHeader(first) ? { fix: adviceOnHeader(file) } : {};
  if (first !== undefined && problems.length === 1) {
    const where = `${first.file}:${first.line}`;
    return new RoutesmithError('invalid_task_set', first.what, { where, ...advice });
  }
  const lines = problems
    .slice(0, reportedProblems)
    .map((problem) => `  ${problem.file}:${problem.line}: ${problem.what}`);
  const more = problems.length - lines.length;
  if (more > 0) lines.push(`  ... and ${more} more`);
  return new RoutesmithError(
    'invalid_task_set',
    `${problems.length} problems\n${lines.join('\n')}`,
    { where: file, ...advice },
  );
}

/** Whether the columns are those of a spreadsheet, which are no fields of a task set. */
function isHeader(problem: FileProblem | undefined): boolean {
  return problem?.what.startsWith('header: unknown name') === true;
}

function adviceOnHeader(file: string): string {
  return `To make a task set of a spreadsheet, with graders: routesmith init ${quoteWord(file)}`;
}
