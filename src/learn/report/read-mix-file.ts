import { parse as parseYaml } from 'yaml';
import type { Volume } from './report.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { parseCsv } from '../../util/parse-csv.js';
import { readTextFile } from '../../util/read-text-file.js';

/**
 * Reads how many requests of each task there are a month: CSV with the columns `task` and `requests`,
 * or YAML or JSON with a number per task. A task that is not named has none.
 *
 * @param tasks the tasks of the run
 * @throws RoutesmithError `invalid_input` for anything else than known tasks with numbers
 */
export async function readMixFile(
  file: string,
  tasks: readonly string[],
): Promise<Volume & { readonly kind: 'mix' }> {
  const text = await readTextFile(file);
  const entries = /\.[ct]sv$/i.test(file) ? parseTable(text, file) : parseMapping(text, file);
  const requestsOfTask = new Map<string, number>();
  for (const [task, requests] of entries) {
    if (!tasks.includes(task)) throw invalid(file, describeUnknownName(task, tasks));
    if (requestsOfTask.has(task)) throw invalid(file, `the task "${task}" is there twice`);
    if (!Number.isFinite(requests) || requests < 0) {
      throw invalid(file, `the requests of "${task}" must be a number of 0 or more`);
    }
    requestsOfTask.set(task, requests);
  }
  const requests = [...requestsOfTask.values()].reduce((sum, value) => sum + value, 0);
  if (requests === 0) throw invalid(file, 'there are no requests');
  return { kind: 'mix', requests, requestsOfTask: Object.fromEntries(requestsOfTask) };
}

function parseTable(text: string, file: string): [string, number][] {
  const entries: [string, number][] = [];
  let columns = { task: -1, requests: -1 };
  const parsed = parseCsv(text, {
    delimiter: 'header',
    onHeader(header) {
      columns = { task: header.indexOf('task'), requests: header.indexOf('requests') };
    },
    onRow({ line, cells }) {
      if (!cells.ok) throw invalid(`${file}:${line}`, cells.problem);
      const cell = (index: number): string => cells.value[index] ?? '';
      entries.push([cell(columns.task), parseNumber(cell(columns.requests))]);
    },
  });
  if (!parsed.ok) throw invalid(`${file}:${parsed.problem.line}`, parsed.problem.what);
  for (const [name, index] of Object.entries(columns)) {
    if (index === -1) throw invalid(file, `there is no column "${name}"`);
  }
  return entries;
}

function parseMapping(text: string, file: string): [string, number][] {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (cause) {
    throw invalid(file, 'the file is neither YAML nor JSON', cause);
  }
  if (!isJsonObject(value)) throw invalid(file, 'there must be a number of requests for each task');
  return Object.entries(value).map(([task, requests]) => [
    task,
    typeof requests === 'number' ? requests : Number.NaN,
  ]);
}

function parseNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function invalid(where: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where,
    fix: 'Write a line "task: requests" for each task, such as "summarise: 40000".',
    cause,
  });
}
