import { parse as parseYaml } from 'yaml';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { isJsonObject } from '../../util/json.js';
import { parseCsv } from '../../util/parse-csv.js';
import { readTextFile } from '../../util/read-text-file.js';
import { listTaskNames } from '../evaluate/diagnose/task-names.js';
import type { TrainingData } from '../train/training-data.js';
import type { Volume } from './report.js';

/** The requested number of requests. */
export interface VolumeRequest {
  readonly monthlyRequests: number | undefined;
  /** CSV, YAML or JSON file with the monthly requests of each task. */
  readonly mixFile: string | undefined;
}

/**
 * Number of requests that costs are computed for; 1,000 if the user gives none.
 *
 * @throws RoutesmithError `invalid_input` where the mix file is not a number per known task,
 * `insufficient_data` where it has a task without an outcome
 */
export async function readVolume(
  { table, taskOf, ungradedTasks }: Pick<TrainingData, 'table' | 'taskOf' | 'ungradedTasks'>,
  { monthlyRequests, mixFile }: VolumeRequest,
): Promise<Volume> {
  if (mixFile !== undefined) {
    const names = new Set(listTaskNames(table, taskOf).filter((name) => name !== null));
    return readMixFile(mixFile, [...names], ungradedTasks);
  }
  return computeVolume(monthlyRequests);
}

/** The volume of so many requests a month, or of 1,000 requests if none are given. */
export function computeVolume(monthlyRequests: number | undefined): Volume {
  return monthlyRequests === undefined
    ? { kind: 'per_thousand', requests: 1000 }
    : { kind: 'monthly', requests: monthlyRequests };
}

/**
 * Reads the monthly requests of each task: CSV with the columns `task` and `requests`, or YAML or
 * JSON with a number per task. A task that is missing has none.
 *
 * @param ungradedTasks tasks of the run that no result is of
 */
async function readMixFile(
  file: string,
  tasks: readonly string[],
  ungradedTasks: readonly string[],
): Promise<Volume & { readonly kind: 'mix' }> {
  const text = await readTextFile(file);
  const entries = /\.[ct]sv$/i.test(file) ? parseTable(text, file) : parseMapping(text, file);
  const requestsOfTask = new Map<string, number>();
  for (const [task, requests] of entries) {
    if (ungradedTasks.includes(task)) throw refuseUngraded(file, task);
    if (!tasks.includes(task)) throw invalid(file, describeUnknownName(task, tasks));
    if (requestsOfTask.has(task)) throw invalid(file, `the task "${task}" is listed twice`);
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
    if (index === -1) throw invalid(file, `the column "${name}" is missing`);
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
  if (!isJsonObject(value)) throw invalid(file, 'the file must map each task to a number');
  return Object.entries(value).map(([task, requests]) => [
    task,
    typeof requests === 'number' ? requests : Number.NaN,
  ]);
}

function parseNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function refuseUngraded(file: string, task: string): RoutesmithError {
  const what = `no prompt of the task "${task}" has an outcome of a compared model, so its costs are not known`;
  return new RoutesmithError('insufficient_data', what, {
    where: file,
    fix: 'Sweep or grade its prompts, or leave the task out of the file.',
  });
}

function invalid(where: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where,
    fix: 'Write a line "task: requests" for each task, such as "summarise: 40000".',
    cause,
  });
}
