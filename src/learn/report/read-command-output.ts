import type { z } from 'zod';
import { describeIssues } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';
import { readTextFile } from '../../util/read-text-file.js';

/**
 * Reads a file with what a command printed with `--json`.
 *
 * @param what the file should be, such as `an evaluation`
 * @param fix how to make such a file
 * @throws RoutesmithError `invalid_input` for a damaged file, or the output of another command
 */
export async function readCommandOutput<Schema extends z.ZodObject>(
  file: string,
  schema: Schema,
  { what, fix }: { readonly what: string; readonly fix: string },
): Promise<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(await readTextFile(file));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RoutesmithError('invalid_input', 'the file is not JSON', { where: file, fix, cause });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = describeIssues(checked.error.issues.slice(0, 5), Object.keys(schema.shape));
  throw new RoutesmithError('invalid_input', `this is not ${what}: ${issues}`, {
    where: file,
    fix,
  });
}
