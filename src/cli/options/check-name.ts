import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';

/**
 * Checks a name that was given for something known.
 *
 * @param option the option it was given with, such as `--baseline`
 * @throws RoutesmithError `usage`, with the known names and the nearest one
 */
export function checkName(option: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new RoutesmithError('usage', `${option}: ${describeUnknownName(name, known)}`, {
    fix: 'Give one of the known names, as it is written here.',
  });
}
