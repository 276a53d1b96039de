import { describe, expect, it } from 'vitest';
import { describeAddedModel } from '../../../../src/learn/adaptive/added/added-record.js';
import { AddedSource } from '../../../../src/learn/adaptive/added/added-source.js';
import { planSweep } from '../../../../src/measure/sweep/plan-sweep.js';
import { buildOutcomeTable } from '../../../support/outcome-table.js';
import { buildPoolModel } from '../../../support/pool-model.js';
import { failWith, say } from '../../../support/scripted-server.js';
import { setUpSweepBench } from '../../../support/sweep-run.js';
import { buildExample, buildTaskSet } from '../../../support/task-set.js';

const bench = setUpSweepBench();

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

  /** Adds a model that is right on words only to two that are right on sums only. */
  const addToRun = (weights: { readonly words?: number; readonly sums?: number } = {}) => {
    const weighted = examples.map((example, row) => {
      const task = row < 8 ? ('words' as const) : ('sums' as const);
      const weight = weights[task];
      return { ...example, task, ...(weight !== undefined && { weight }) };
    });
    const run = planSweep({ examples: weighted, models, repeats: 1, seed: 1 });
    const known = buildOutcomeTable(
      ['one', 'two'],
      weighted.map(({ prompt, task }) => {
        const grade = Number(task === 'sums');
        return { prompt, task, quality: [grade, grade] };
      }),
    );
    const source = new AddedSource(run, { table: known, share: 0.5, seed: 1 });
    for (let cells = source.takeNext(); cells.length > 0; cells = source.takeNext()) {
      for (const { number } of cells) {
        const quality = Number(run.prompts[number]?.example.task === 'words');
        source.noteEnd(number, { quality, costUsd: 0 });
      }
    }
    return {
      source,
      added: describeAddedModel(source, { model: 'added', spentUsd: 0, unpriced: 0 }),
    };
  };

  it('expects of a model what it adds to a prompt by weight, scaled to a mean of 1', () => {
    const plain = addToRun().added;
    const { source, added } = addToRun({ words: 900, sums: 100 });
    const weights = source.task.weights ?? new Float64Array();
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(weights.length, 9);
    // A tenth of the prompts stands for half of the traffic.
    expect(plain.expectedGain).toBeLessThan(0.2);
    expect(added.expectedGain).toBeGreaterThan(0.4);
    expect(added.tasks.map(({ prompts }) => prompts)).toEqual([72, 8]);
  });

  it('is stopped, and not of no use, where calls to the model had to stop', async () => {
    let calls = 0;
    const server = await bench.serve((response, request) => {
      calls += 1;
      return (calls > 20 ? failWith(401, {}) : say('I do not know.'))(response, request);
    });
    let source: AddedSource | undefined;
    await bench.sweep(bench.buildModels(server, ['added']), {
      taskSet: buildTaskSet(examples),
      createSource: (made) => (source = new AddedSource(made, { table, share: 0.5, seed: 1 })),
    });
    expect(source?.cells.learning).toBe(20);
    expect(source?.ending).toBeUndefined();
  });

  it('takes nothing from answers without a grade', () => {
    const source = new AddedSource(plan, { table, share: 0.5, seed: 1 });
    for (let cells = source.takeNext(); cells.length > 0; cells = source.takeNext()) {
      for (const { number } of cells) source.noteEnd(number, { quality: Number.NaN, costUsd: 0 });
    }
    expect(source.ending).toBe('no_outcomes');
  });
});
