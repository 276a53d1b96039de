import { describe, expect, it } from 'vitest';
import { encodeOutcomeLines } from '../../../src/measure/outcomes/outcome-lines.js';
import { buildPlantedOutcomes } from '../../support/planted-outcomes.js';
import { runCommand } from '../../support/run-command.js';
import { createTemporaryFolder } from '../../support/temporary-folder.js';

const folder = createTemporaryFolder();
const lines = [...encodeOutcomeLines(buildPlantedOutcomes(120, { seed: 1 }))].join('');
const outcomes = folder.write('outcomes.jsonl', lines);

describe('routesmith evaluate', () => {
  it('says of each objective what it does, and whether its promise is shown to be kept', async () => {
    const { exitCode, stdout } = await runCommand([
      'evaluate',
      outcomes,
      '--folds',
      '2',
      '--family',
      'task_table',
      '--no-unseen-tasks',
      '--max-cost-per-request',
      '0.001001',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Objectives:$/m);
    expect(stdout).toMatch(/^ {2}quality\b.*: /m);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /max-cost-0\.001001: .* NOT shown at 95 % confidence/,
    );
  });
});
