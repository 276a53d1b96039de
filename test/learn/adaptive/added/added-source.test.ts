import { describe, expect, it } from 'vitest';
import { AddedSource } from '../../../../src/learn/adaptive/added/added-source.js';
import { planSweep } from '../../../../src/measure/sweep/plan-sweep.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import { buildExample } from '../../../support/task-set.js';

const examples = Array.from({ length: 80 }, (_, row) =>
  buildExample(`prompt-${row}`, { prompt: `${row} plus ${row * row + 3}` }),
);
const models = [buildPoolModel({ id: 'added', model: 'added' })];
const plan = planSweep({ examples, models, repeats: 1, seed: 1 });
const table = buildOutcomeTable(
  ['one', 'two'],
  examples.map(({ prompt, task }) => ({ prompt, task: task ?? '', quality: [1, 0] })),
);

describe('AddedSource', () => {
  it('counts answers, graded or not, and no failed calls', () => {
    const source = new AddedSource(plan, { table, share: 0.5, seed: 1 });
    const [first, second, third] = source.takeNext().map(({ number }) => number);
    expect(source.cells).toEqual({ learning: 0, heldOut: 0 });
    source.noteEnd(first as number, null);
    source.noteEnd(second as number, { quality: 1, costUsd: 0.01 });
    source.noteEnd(third as number, { quality: Number.NaN, costUsd: 0.01 });
    source.noteEnd(third as number, { quality: Number.NaN, costUsd: 0.01 });
    expect(source.cells).toEqual({ learning: 2, heldOut: 0 });
  });

  it('takes nothing from answers without a grade', () => {
    const source = new AddedSource(plan, { table, share: 0.5, seed: 1 });
    for (let cells = source.takeNext(); cells.length > 0; cells = source.takeNext()) {
      for (const { number } of cells) source.noteEnd(number, { quality: Number.NaN, costUsd: 0 });
    }
    expect(source.ending).toBe('no_outcomes');
  });
});
