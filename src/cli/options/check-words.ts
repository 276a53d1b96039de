import type { Options } from 'yargs';
import { RoutesmithError } from '../../util/errors.js';

/** Options of every command that yargs adds itself. */
const ownSpecs = { help: { type: 'boolean' }, version: { type: 'boolean' } } as const;

/**
 * Checks the words of a command line for what yargs reads as something else than is written: it takes
 * `--dry-run=yes` for false, and a blank number for 0.
 *
 * @param words the command line after the program's name
 * @param specs options of the command that yargs has found in it
 * @throws RoutesmithError `usage`
 */
export function checkWords(
  words: readonly string[],
  specs: Readonly<Record<string, Options>>,
): void {
  const all: Readonly<Record<string, Options>> = { ...specs, ...ownSpecs };
  const end = words.indexOf('--');
  for (const [index, word] of (end < 0 ? words : words.slice(0, end)).entries()) {
    // yargs reads "-h=no" as --help=no.
    const [, written, given] =
      /^--([^=]+)(?:=([^]*))?$/.exec(word.replace(/^-h=/, '--help=')) ?? [];
    if (written === undefined) continue;
    const name = toDashes(written);
    const { type } = all[name] ?? {};
    if (type === 'boolean' && given !== undefined && given !== 'true' && given !== 'false') {
      throw new RoutesmithError(
        'usage',
        `--${name} must be true or false, but is "${given.slice(0, 60)}"`,
        {
          fix: `Write --${name} for true, or leave it out.`,
        },
      );
    }
    const value = given ?? words[index + 1];
    if (type === 'number' && value?.trim() === '') {
      throw new RoutesmithError('usage', `--${name} must be a number, but is blank`, {
        fix: 'Give it a value, or remove it.',
      });
    }
  }
}

/** `dryRun` as `dry-run`: yargs takes both. */
export function toDashes(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
