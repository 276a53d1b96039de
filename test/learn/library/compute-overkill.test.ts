import { describe, expect, it } from 'vitest';
import { computeOverkill } from '../../../src/learn/library/compute-overkill.js';
import { trainTable } from '../../../src/learn/library/train-table.js';
import { computeOutcomeTable } from '../../../src/measure/outcomes/compute-outcome-table.js';
import { createRandom } from '../../../src/util/random.js';
import { writePlantedPrompt } from '../../support/planted-outcomes.js';

/** `small` is as good as `large` at sums and useless at code; `rare` has two outcomes. */
function buildTable() {
  const random = createRandom(1);
  const tasks = Array.from({ length: 600 }, (_, row) => (row % 2 === 0 ? 'sums' : 'code'));
  return computeOutcomeTable({
    models: ['small', 'large', 'rare'],
    prompts: tasks.map((task) => writePlantedPrompt(task, random)),
    tasks,
    quality: tasks.map((task, row) => [task === 'sums' ? 1 : 0, 1, row < 2 ? 1 : null]),
    costUsd: tasks.map((_, row) => [0.001, 0.01 + 0.0001 * (row % 3), 0.02]),
  });
}

describe('computeOverkill', () => {
  it('needs nothing but a table: it takes the best model as the one in use', () => {
    const { baseline, tasks, leftOut } = computeOverkill(buildTable());
    expect(baseline).toBe('large');
    expect(tasks.map(({ task, finding, cheaper }) => [task, finding, cheaper?.model])).toEqual([
      ['code', 'needed', undefined],
      ['sums', 'overkill', 'small'],
    ]);
    expect(leftOut).toEqual([expect.stringContaining('rare has outcomes for only 2')]);
  });

  it('takes another baseline and margin', () => {
    const { baseline, margin, tasks } = computeOverkill(buildTable(), {
      baseline: 'small',
      margin: 0.1,
    });
    expect([baseline, margin]).toEqual(['small', 0.1]);
    expect(tasks.every(({ finding }) => finding === 'cheapest')).toBe(true);
  });

  it('takes no model for the one in use that many prompts are too long for, as in training', async () => {
    const random = createRandom(1);
    const isLong = (row: number): boolean => row % 12 === 0;
    const rows = Array.from({ length: 120 }, (_, row) => row);
    const table = computeOutcomeTable({
      models: ['small', 'large'],
      prompts: rows.map((row) =>
        Array.from({ length: isLong(row) ? 200 : 1 }, () =>
          writePlantedPrompt('code', random),
        ).join('\n'),
      ),
      tasks: rows.map(() => 'code'),
      quality: rows.map((row) => [row % 4 === 0 ? 0 : 1, isLong(row) ? 0 : 1]),
      costUsd: rows.map((row) => [0.0005 + 0.0001 * (row % 3), 0.001 + 0.0001 * (row % 3)]),
    });
    const models = [{ id: 'small' }, { id: 'large', contextWindow: 1000 }];
    expect(computeOverkill(table).baseline).toBe('large');
    expect(computeOverkill(table, { models }).baseline).toBe('small');
    const { evaluation } = await trainTable(table, { family: 'task_table', models });
    expect(evaluation.baseline).toBe('small');
    expect(() => computeOverkill(table, { models: [{ id: 'huge' }] })).toThrow('"huge"');
  });

  it.each([
    [{ margin: 5 }, 'margin: must be above 0 and at most 1: write 0.05 for 5 %'],
    [{ margin: 0 }, 'margin: '],
    [{ margin: -1 }, 'margin: '],
    [{ margin: Number.NaN }, 'margin: '],
    [{ margin: '0.2' }, 'margin must be of type number'],
    [{ margn: 0.2 }, 'did you mean "margin"?'],
    [{ error: 5 }, 'error: must be above 0 and below 1: write 0.05 for 5 %'],
    [{ error: 0 }, 'error: '],
    [{ error: 1 }, 'error: '],
    [{ models: { small: {} } }, 'models must be of type list'],
  ])('refuses %j', (wrong, message) => {
    expect(() => computeOverkill(buildTable(), wrong as never)).toThrow(message);
  });

  it('refuses what is no table', () => {
    expect(() => computeOverkill(null as never)).toThrow('table: must be an outcome table');
  });

  it('refuses a baseline that is unknown, or has too few outcomes', () => {
    expect(() => computeOverkill(buildTable(), { baseline: 'huge' })).toThrow(
      'unknown baseline model "huge"\n  Name one of: small, large.',
    );
    expect(() => computeOverkill(buildTable(), { baseline: 'rare' })).toThrow(
      'so it cannot be the baseline',
    );
  });
});
