import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { RoutesmithError } from './errors.js';
import { readTextFile } from './read-text-file.js';

/**
 * Reads a JSON file of a known form.
 *
 * @param problem what a damaged file is not, and what to do then
 * @returns undefined where there is no such file
 * @throws RoutesmithError `invalid_input` for a damaged file
 */
export async function readRecord<Value>(
  file: string,
  schema: z.ZodType<Value>,
  problem: { readonly what: string; readonly fix: string },
): Promise<Value | undefined> {
  if (!existsSync(file)) return undefined;
  const text = await readTextFile(file);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const { what, fix } = problem;
    throw new RoutesmithError('invalid_input', what, { where: file, fix, cause });
  }
}
