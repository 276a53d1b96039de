import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/run-command-line.js';
import { runCommand } from '../support/run-command.js';

const verbs = commands.map(({ command }) => String(command).split(' ', 1)[0] as string);

describe('the help', () => {
  it('lists every command in a group, with what it does', async () => {
    const { stdout } = await runCommand(['--help']);
    for (const { command, summary } of commands) {
      expect(stdout).toContain(`\n  ${String(command).split(' ', 1)[0]}`);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(summary);
    }
    expect(stdout.match(/^\S.*:$/gm)).toHaveLength(8);
  });

  it.each(['', ...verbs])('of "%s" fits 80 columns and names the exit codes', async (verb) => {
    const { stdout } = await runCommand([...(verb === '' ? [] : [verb]), '--help']);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toContain('Exit codes: 0 success');
  });

  it.each(verbs)('of "%s" says what it does before its options', async (verb) => {
    const { stdout } = await runCommand([verb, '--help']);
    const summary = commands[verbs.indexOf(verb)]?.summary as string;
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${summary}.`);
    expect(stdout.indexOf('\nCommon options:')).toBeGreaterThan(stdout.indexOf('\nOptions:'));
  });
});

describe('a mistyped name', () => {
  it.each([
    [['tran', 'runs/x'], 'unknown command "tran", did you mean train?'],
    [['train', 'runs/x', '--modle', 'a'], 'unknown option --modle, did you mean --models?'],
    [['sweep', '--dryrun'], 'unknown option --dryrun, did you mean --dry-run?'],
    [['route', 'p.json', '--zzzzzzzz', 'x'], 'unknown option --zzzzzzzz'],
  ])('of %j is answered with the nearest one', async (args, message) => {
    const { exitCode, stderr } = await runCommand(args);
    expect(exitCode).toBe(2);
    expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
  });

  it('is an option only before "--"', async () => {
    const { stderr } = await runCommand(['route', 'no-such.policy.json', '--', '--modle']);
    expect(stderr).not.toContain('unknown option');
  });

  it('is no option that is written in camel case', async () => {
    const { stderr } = await runCommand(['route', 'no-such.policy.json', '--onlyModel', 'hi']);
    expect(stderr).not.toContain('unknown option');
  });
});

describe('completion', () => {
  it('prints a script for the shell', async () => {
    const { exitCode, stdout } = await runCommand(['completion']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--get-yargs-completions');
  });

  it('offers the commands, and the options of the one that is named', async () => {
    const complete = async (...words: readonly string[]): Promise<string[]> => {
      const args = ['--get-yargs-completions', 'routesmith', ...words];
      const { stdout } = await runCommand(args, { environment: { SHELL: '/bin/bash' } });
      return stdout.trim().split('\n');
    };
    expect(await complete('sw')).toEqual(expect.arrayContaining(verbs));
    expect(await complete('sweep', '--dr')).toContain('--dry-run');
  });
});
