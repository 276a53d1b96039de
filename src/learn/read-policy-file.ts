import { readFile } from 'node:fs/promises';
import { loadPolicy, type LoadedPolicy, type LoadOptions } from '../policy/decide/load-policy.js';
import type { Policy } from '../policy/file/policy.js';
import { RoutesmithError } from '../util/errors.js';
import { isPlainName, plainNameProblem } from '../util/escape-controls.js';

/**
 * Reads and checks a policy file. Imports nothing heavy, so that a decision starts at once.
 *
 * @throws RoutesmithError `invalid_input` where it cannot be read, `invalid_policy` where it is
 * damaged; both name the file
 */
export async function readPolicyFile(
  file: string,
  options: LoadOptions = {},
): Promise<LoadedPolicy> {
  return (await readPolicyBytes(file, options)).loaded;
}

/**
 * Reads and checks a policy file, and keeps the bytes that were checked, for a copy of them.
 *
 * @throws RoutesmithError as `readPolicyFile` does
 */
export async function readPolicyBytes(
  file: string,
  options: LoadOptions = {},
): Promise<{ readonly loaded: LoadedPolicy; readonly bytes: Buffer }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const what =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder, not a policy file'
          : `the file cannot be read (${code ?? String(cause)})`;
    throw new RoutesmithError('invalid_input', what, {
      where: file,
      fix: nameAnother,
      cause,
    });
  }
  try {
    const loaded = await loadPolicy(bytes, options);
    checkNames(loaded.policy);
    return { loaded, bytes };
  } catch (error) {
    if (!RoutesmithError.isInstance(error) || error.code !== 'invalid_policy') throw error;
    const [what = ''] = error.message.split('\n', 1);
    // The advice about content is for callers of the library, who may pass a path for it.
    const fix = looksLikeJson(bytes) ? error.fix : nameAnother;
    throw new RoutesmithError('invalid_policy', what, {
      where: file,
      ...(fix !== undefined && { fix }),
      cause: error,
    });
  }
}

/** Refuses a policy with a name or sentence that would be printed as something else. */
function checkNames(policy: Policy): void {
  // Nothing of the scorer is printed, and it is large.
  const path = findUnplainText({ ...policy, scorer: null });
  if (path === undefined) return;
  throw new RoutesmithError('invalid_policy', `the text of ${path} ${plainNameProblem}`, {
    fix: 'Ask whoever exported the policy. In a terminal, this text could look like a verdict.',
  });
}

/** @returns the path to the first text that is not a plain name */
function findUnplainText(value: unknown): string | undefined {
  if (typeof value === 'string') return isPlainName(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const within = findUnplainText(member);
    if (within !== undefined) return within === '' ? key : `${key}.${within}`;
  }
  return undefined;
}

const nameAnother = 'Name a policy file that "routesmith train" wrote.';

/** Whether a file begins like JSON, in UTF-8 or, with a byte between, UTF-16. */
function looksLikeJson(bytes: Buffer): boolean {
  return /^[\0\s\ufeff\ufffd]*\{/.test(bytes.subarray(0, 64).toString());
}
