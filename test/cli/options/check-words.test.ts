import { describe, expect, it } from 'vitest';
import { checkWords } from '../../../src/cli/options/check-words.js';
import { runCommand } from '../../support/run-command.js';

const specs = {
  'dry-run': { type: 'boolean' },
  budget: { type: 'number' },
  out: { type: 'string' },
} as const;
const check = (...words: string[]) => checkWords(['sweep', ...words], specs);

describe('the value of an option that is true or false', () => {
  it.each(['--dry-run=yes', '--dry-run=1', '--dry-run=TRUE', '--dryRun=True', '--dry-run= true'])(
    'is refused as %s, which would be taken for false',
    (word) => {
      expect(() => check(word)).toThrow(/^--dry-run must be true or false, but is "/);
    },
  );

  it.each(['--dry-run', '--dry-run=true', '--dry-run=false', '--out=yes'])(
    'is read as it is written in %s',
    (word) => {
      expect(() => check(word)).not.toThrow();
    },
  );

  it.each(['--help=1', '-h=yes', '--version=no'])('is checked in %s, too', (word) => {
    expect(() => check(word)).toThrow('must be true or false');
  });

  it.each([
    ['sweep', '--tasks', 't', '--pool', 'p', '--out', 'o', '--dry-run=1'],
    ['report', 'run', '--out', 'page.html', '--no-prompts=TRUE'],
    ['serve', '--policy', 'p', '--pool', 'm', '--check=yes'],
    ['--json=yes', 'verify', 'p'],
  ])('is refused before the command begins: %s %s %s', async (...args) => {
    const { exitCode, stdout, stderr } = await runCommand(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('must be true or false');
  });
});

describe('the value of an option that is a number', () => {
  it.each([['--budget', ''], ['--budget', ' \t'], ['--budget= ']])(
    'is refused where it is blank (%j %j), which would be taken for 0',
    (...words) => {
      expect(() => check(...words)).toThrow('--budget must be a number, but is blank');
    },
  );

  it('may be 0, and is not what follows "--"', () => {
    expect(() => check('--budget', '0', '--', '--budget', '')).not.toThrow();
  });

  it('is refused before the command begins', async () => {
    const { exitCode, stderr } = await runCommand(['train', 'run', '--out', 'p', '--seed', ' ']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--seed must be a number, but is blank');
  });
});
