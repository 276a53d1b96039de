import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkGrader } from '../../../src/measure/graders/check-grader.js';
import { readTaskSet } from '../../../src/measure/tasks/read-task-set.js';
import type { Example } from '../../../src/measure/tasks/example.js';
import { RoutesmithError } from '../../../src/util/errors.js';

/** A folder for this test file's task sets. */
export const folder = mkdtempSync(join(tmpdir(), 'read-task-set-'));

let fileNumber = 0;
/** Writes a file whose name is unique but for its end. */
export async function write(name: string, content: string | Uint8Array): Promise<string> {
  fileNumber++;
  const file = join(folder, `${fileNumber}-${name}`);
  await writeFile(file, content);
  return file;
}

export async function readTasks(
  name: string,
  content: string | Uint8Array,
): Promise<readonly Example[]> {
  return (await readTaskSet(await write(name, content), { checkGrader })).examples;
}

/** The error's message, with the file's path shortened to `FILE`. */
export async function readFailure(name: string, content: string): Promise<string> {
  const file = await write(name, content);
  return readFailureOf(file);
}

export async function readFailureOf(file: string): Promise<string> {
  const error: unknown = await readTaskSet(file, { checkGrader }).catch((cause: unknown) => cause);
  if (!RoutesmithError.isInstance(error))
    throw new Error(`expected a failure, got ${String(error)}`);
  expect(error.code).toBe('invalid_task_set');
  return error.message.replaceAll(file, 'FILE');
}

export const jsonl = (...rows: unknown[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n');
