import type { Options } from 'yargs';
import { isVariableName } from '../../measure/models/secret-shape.js';
import { describeUnknownName } from '../../util/describe-issues.js';
import { RoutesmithError } from '../../util/errors.js';

/** The limits of a number on the command line. */
export interface NumberLimits {
  /** Requires an integer. */
  readonly whole?: true;
  readonly minimum?: number;
  /** An exclusive lower limit. */
  readonly above?: number;
  readonly maximum?: number;
}

/** What an option's text has to be. */
export interface TextLimits {
  /** Requires the name of an environment variable, and never shows the text: it may be a key. */
  readonly variable?: true;
}

/**
 * Checks parsed arguments against their options: the limits of numbers, empty texts, and options
 * that are given twice.
 *
 * @param prefix of names in messages; empty for positional arguments
 * @throws RoutesmithError `usage`
 */
export function checkArguments(
  args: Readonly<Record<string, unknown>>,
  specs: Readonly<Record<string, Options & NumberLimits & TextLimits>>,
  prefix: '--' | '' = '--',
): void {
  for (const [name, spec] of Object.entries(specs)) {
    const value = args[name];
    if (value === undefined) continue;
    const problem = findProblem(value, spec);
    if (problem === undefined) continue;
    throw new RoutesmithError('usage', `${prefix}${name} ${problem.message}`, { fix: problem.fix });
  }
}

/**
 * Checks a name against the known ones.
 *
 * @param option the option that gave the name, such as `--baseline`
 * @throws RoutesmithError `usage`, with the known names and the nearest one
 */
export function checkOptionValue(option: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new RoutesmithError('usage', `${option}: ${describeUnknownName(name, known)}`, {
    fix: 'Use one of the known names.',
  });
}

/**
 * Reads a list of names that are separated by commas, each once.
 *
 * @param known refuses other names; any are good where it is missing
 * @throws RoutesmithError `usage` for an unknown name, or where there is none
 */
export function parseNames(option: string, list: string, known?: readonly string[]): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unique = [...new Set(names.filter((name) => name !== ''))];
  if (unique.length === 0) {
    throw new RoutesmithError('usage', `${option} names nothing`, {
      fix: 'Give one or more names, separated by commas, or leave the option out.',
    });
  }
  if (known !== undefined) for (const name of unique) checkOptionValue(option, name, known);
  return unique;
}

/**
 * Refuses options that another option makes meaningless.
 *
 * @param options values by name without dashes; undefined or false where not given
 * @param other name of the other option, without dashes
 * @param reason why they cannot be combined, as a sentence
 * @throws RoutesmithError `usage` for the first one that is given
 */
export function checkCombination(
  options: Readonly<Record<string, unknown>>,
  other: string,
  reason: string,
): void {
  const given = findGiven(options);
  if (given === undefined) return;
  throw new RoutesmithError('usage', `--${given} cannot be combined with --${other}`, {
    fix: `${reason} Remove one of the two options.`,
  });
}

/**
 * Refuses options that have no meaning without another one.
 *
 * @param options values by name without dashes; undefined or false where not given
 * @param other name of the other option, without dashes
 * @throws RoutesmithError `usage` for the first one that is given
 */
export function checkNeeds(options: Readonly<Record<string, unknown>>, other: string): void {
  const given = findGiven(options);
  if (given === undefined) return;
  throw new RoutesmithError('usage', `--${given} needs --${other}`, {
    fix: `Add --${other}, or leave the option out.`,
  });
}

function findGiven(options: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(options).find(([, value]) => value !== undefined && value !== false)?.[0];
}

interface ArgumentProblem {
  readonly message: string;
  readonly fix: string;
}

function findProblem(
  value: unknown,
  spec: Options & NumberLimits & TextLimits,
): ArgumentProblem | undefined {
  const isList = spec.array === true;
  if (Array.isArray(value) && !isList) {
    return { message: 'is given more than once', fix: 'Give it once.' };
  }
  const values: readonly unknown[] = isList && Array.isArray(value) ? value : [value];
  if (spec.type === 'number') {
    return values.map((number) => findNumberProblem(number, spec)).find((problem) => problem);
  }
  if (spec.type === 'string' && values.some((text) => text === '')) {
    return { message: 'is empty', fix: 'Give it a value, or remove it.' };
  }
  if (spec.variable === true && !values.every((text) => isVariableName(String(text)))) {
    return {
      message:
        'must be the NAME of an environment variable; the value is not a valid name and may be an API key',
      fix: 'Put the key into the environment, and name its variable, such as OPENROUTER_API_KEY.',
    };
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
  // yargs turns anything that is not a number into NaN, so the original text is lost.
  if (isNumber) return { message: `must be ${wanted}, but is ${value}`, fix: 'Change its value.' };
  const form = whole === true ? 'digits only, such as 20' : 'a point for decimals, such as 2.50';
  return { message: `must be ${wanted}`, fix: `The value is not a number. Write ${form}.` };
}

function describeRange(minimum: number, above: number, maximum: number): string {
  if (above > -Infinity) {
    return ` above ${above}${maximum < Infinity ? ` and at most ${maximum}` : ''}`;
  }
  if (minimum > -Infinity && maximum < Infinity) return ` from ${minimum} to ${maximum}`;
  if (minimum > -Infinity) return ` of at least ${minimum}`;
  return maximum < Infinity ? ` of at most ${maximum}` : '';
}
