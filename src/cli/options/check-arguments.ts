import type { Options } from 'yargs';
import { RoutesmithError } from '../../util/errors.js';

/** What a number given on the command line must be. */
export interface NumberLimits {
  /** A whole number. */
  readonly whole?: true;
  readonly minimum?: number;
  /** The number must be greater than this. */
  readonly above?: number;
  readonly maximum?: number;
}

/**
 * Checks parsed arguments against their options: numbers are numbers within their limits, texts are
 * not empty, and what can be given once is not given twice.
 *
 * @throws RoutesmithError `usage`
 */
export function checkArguments(
  args: Readonly<Record<string, unknown>>,
  specs: Readonly<Record<string, Options & NumberLimits>>,
): void {
  for (const [name, spec] of Object.entries(specs)) {
    const value = args[name];
    if (value === undefined) continue;
    const problem = findProblem(value, spec);
    if (problem === undefined) continue;
    const shown = spec.demandOption === true && !('requiresArg' in spec) ? name : `--${name}`;
    throw new RoutesmithError('usage', `${shown} ${problem.what}`, { fix: problem.fix });
  }
}

interface ArgumentProblem {
  readonly what: string;
  readonly fix: string;
}

function findProblem(value: unknown, spec: Options & NumberLimits): ArgumentProblem | undefined {
  const isList = spec.array === true;
  if (Array.isArray(value) && !isList) {
    return { what: 'is given more than once', fix: 'Give it once.' };
  }
  const values: readonly unknown[] = isList && Array.isArray(value) ? value : [value];
  if (spec.type === 'number') {
    return values.map((number) => findNumberProblem(number, spec)).find((problem) => problem);
  }
  if (spec.type === 'string' && values.some((text) => text === '')) {
    return { what: 'is empty', fix: 'Give it a value, or leave it out.' };
  }
  return undefined;
}

function findNumberProblem(value: unknown, limits: NumberLimits): ArgumentProblem | undefined {
  const { whole, minimum = -Infinity, above = -Infinity, maximum = Infinity } = limits;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  const isRightKind = isNumber && (whole !== true || Number.isSafeInteger(value));
  if (isRightKind && value >= minimum && value > above && value <= maximum) {
    return undefined;
  }
  const kind = whole === true ? 'a whole number' : 'a number';
  const wanted = `${kind}${describeRange(minimum, above, maximum)}`;
  // What could not be read as a number has been lost by then.
  const given = isNumber ? `, and ${value} was given` : '';
  return { what: `must be ${wanted}${given}`, fix: `Give ${wanted}.` };
}

function describeRange(minimum: number, above: number, maximum: number): string {
  if (above > -Infinity) {
    return ` above ${above}${maximum < Infinity ? ` and at most ${maximum}` : ''}`;
  }
  if (minimum > -Infinity && maximum < Infinity) return ` from ${minimum} to ${maximum}`;
  if (minimum > -Infinity) return ` of at least ${minimum}`;
  return maximum < Infinity ? ` of at most ${maximum}` : '';
}
