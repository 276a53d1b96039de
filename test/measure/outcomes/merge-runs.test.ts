import { describe, expect, it } from 'vitest';
import { mergeRuns } from '../../../src/measure/outcomes/merge-runs.js';
import type { Run } from '../../../src/measure/outcomes/run.js';
import { buildOutcomeTable, type OutcomeTableRow } from '../../support/outcome-table.js';

function buildRun(name: string, models: readonly string[], rows: readonly OutcomeTableRow[]): Run {
  const table = buildOutcomeTable(models, rows);
  return {
    directory: name,
    info: {
      version: 1,
      kind: 'import',
      name,
      createdAt: '2026-01-01T00:00:00.000Z',
      simulated: false,
      models: models.map((id) => ({ id })),
      costBasis: table.costBasis,
      sources: [{ file: name, sha256: '0' }],
    },
    table,
    leftOut: new Map([['bad row', 1]]),
    ungraded: [{ reason: 'no judge', lacks: 'judge', answers: 3 }],
  };
}

const training = buildRun(
  'training',
  ['a', 'b'],
  [
    { quality: [1, 0], costUsd: [2, 1] },
    { quality: [0, 1], costUsd: [2, 1] },
  ],
);
const audit = buildRun(
  'audit',
  ['b', 'c'],
  [{ quality: [0.5, 0.25], costUsd: [3, 4], weight: 1.5 }],
);

describe('adding runs to a run', () => {
  it('keeps every outcome in its column, and leaves missing what was not asked', () => {
    const { table } = mergeRuns(training, [audit]);
    expect(table.models).toEqual(['a', 'b', 'c']);
    expect([...table.quality]).toEqual([1, 0, NaN, 0, 1, NaN, NaN, 0.5, 0.25]);
    expect([...table.costUsd]).toEqual([2, 1, NaN, 2, 1, NaN, NaN, 3, 4]);
  });

  it('gives a prompt that another run asked other models one row', () => {
    const rows = (quality: number): OutcomeTableRow[] => [
      { quality: [quality], costUsd: [3] },
      { quality: [NaN], costUsd: [4] },
      { prompt: 'a new one', quality: [1] },
    ];
    const { table } = mergeRuns(training, [
      buildRun('other', ['c'], rows(0.5)),
      buildRun('again', ['c'], rows(0.25).slice(0, 1)),
    ]);
    expect(table.prompts.map(({ id }) => id)).toEqual([
      'prompt-0',
      'prompt-1',
      'prompt-2',
      'prompt-0 (again)',
    ]);
    const first = [1, 0, 0.5, 0, 1, NaN];
    expect([...table.quality]).toEqual([...first, NaN, NaN, 1, NaN, NaN, 0.25]);
    expect(Array.from(table.costUsd.slice(0, 6))).toEqual([2, 1, 3, 2, 1, 4]);
  });

  it('lets a prompt of each run count alike on average, whatever its weights are of', () => {
    const counts = buildRun(
      'counts',
      ['a'],
      [
        { quality: [1], weight: 3000 },
        { quality: [0], weight: 1000 },
      ],
    );
    const shares = buildRun(
      'shares',
      ['a'],
      [
        { quality: [1], weight: 0.2 },
        { quality: [0], weight: 0.8 },
      ],
    );
    const { prompts } = mergeRuns(training, [counts, shares]).table;
    expect(prompts.map(({ weight = 1 }) => weight)).toEqual([1, 1, 1.5, 0.5, 0.4, 1.6]);
  });

  it('tells apart prompts with the same id', () => {
    const { prompts } = mergeRuns(training, [audit, audit]).table;
    expect(prompts.map(({ id }) => id)).toEqual([
      'prompt-0',
      'prompt-1',
      'prompt-0 (audit)',
      'prompt-0 (audit) (audit)',
    ]);
  });

  it('names all sources and counts what each run left out', () => {
    const merged = mergeRuns(training, [audit]);
    expect(merged.info.sources.map(({ file }) => file)).toEqual(['training', 'audit']);
    expect(merged.leftOut.get('bad row')).toBe(2);
    expect(merged.ungraded).toEqual([{ reason: 'no judge', lacks: 'judge', answers: 6 }]);
  });

  it('trusts costs no more than those of the least certain run', () => {
    const free = buildRun('free', ['a'], [{ quality: [1] }]);
    expect(mergeRuns(training, [free]).table.costBasis).toBe('none');
    expect(mergeRuns(training, []).table).toBe(training.table);
  });
});
