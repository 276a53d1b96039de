import { describe, expect, it } from 'vitest';
import { runCommand } from '../../support/run-command.js';

const addition = ['sweep', 'runs/mine', '--pool', 'models.yaml', '--add-model', 'one'];

describe('sweep --add-model', () => {
  it.each([
    [['--tasks', 'tasks.jsonl']],
    [['--models', 'two']],
    [['--limit', '5']],
    [['--repeats', '2']],
    [['--retry-failed']],
    [['--ungraded']],
    [['--adaptive']],
    [['--max-calls', '20']],
    [['--worth', '5']],
    [['--for', 'save']],
    [['--keep-going']],
    [['--batch']],
    [['--poll', '5']],
    [['--queue', 'postgres://db/sweeps']],
    [['--queue-schema', 'mine']],
    [['--lease', '60']],
  ])('refuses %j, which it would not heed', async (options) => {
    const { exitCode, stderr } = await runCommand([...addition, ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${options[0]} cannot be combined with --add-model`);
  });
});
