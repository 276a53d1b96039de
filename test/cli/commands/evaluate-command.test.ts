import { describe, expect, it } from 'vitest';
import { encodeOutcomeLines } from '../../../src/measure/outcomes/outcome-lines.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const lines = [...encodeOutcomeLines(buildPlantedOutcomes(120, { seed: 1 }))].join('');
const outcomes = folder.write('outcomes.jsonl', lines);

async function evaluate(...options: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await runCommand([
    'evaluate',
    outcomes,
    '--family',
    'task_table',
    '--no-unseen-tasks',
    '--max-cost-per-request',
    '0.001001',
    ...options,
  ]);
  expect(exitCode).toBe(0);
  return stdout;
}

describe('routesmith evaluate', () => {
  it('says of each objective what it does, and whether its promise is shown to be kept', async () => {
    const stdout = await evaluate();
    expect(stdout).toMatch(/^What a policy file trained on this run delivers:$/m);
    expect(stdout).toMatch(/^Objectives:$/m);
    expect(stdout).toMatch(/^ {2}quality\b.*: /m);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /max-cost-0\.001001: .* NOT shown at 95 % confidence/,
    );
  });

  it('says nothing of a file that no training would write, with other folds', async () => {
    const stdout = await evaluate('--folds', '2');
    expect(stdout).not.toMatch(/^What a policy file trained on this run delivers:$/m);
    expect(stdout).not.toMatch(/^Objectives:$/m);
    expect(stdout).not.toContain('what the file delivers');
  });
});
