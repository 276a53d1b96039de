import { describe, expect, it } from 'vitest';
import type { OutcomeTable } from '../../../src/measure/outcomes/outcome-table.js';
import { fillAdded } from '../../../src/learn/train/fill-added.js';
import { pick } from '../../../src/util/numeric-arrays.js';
import { buildAddedWorld } from '../../support/added-world.js';

const { problem, grades } = buildAddedWorld(
  [
    [0.7, 0.5, 0.6],
    [0.5, 0.7, 0.3],
  ],
  { promptCount: 400, share: 0.1, seed: 5 },
);
const isHeldOut = (row: number): boolean => row % 7 === 0;
const isAsked = (row: number): boolean => isHeldOut(row) || row % 10 < 2;

function buildTable(design: OutcomeTable['design']): OutcomeTable {
  const quality = Float32Array.from({ length: 3 * 400 }, (_, cell) => {
    const [row, model] = [Math.floor(cell / 3), cell % 3];
    if (model < 2) return problem.known[2 * row + model]!;
    return isAsked(row) ? grades[row]! : Number.NaN;
  });
  const nothing = new Float32Array(1200).fill(Number.NaN);
  return {
    models: ['one', 'two', 'added'],
    prompts: Array.from({ length: 400 }, (_, row) => ({
      id: `p${row}`,
      prompt: `Prompt ${row}`,
      task: `task-${row % 2}`,
      group: undefined,
      ...(isHeldOut(row) && { heldOut: true as const }),
    })),
    quality,
    costUsd: nothing,
    latencyMs: nothing,
    ttftMs: nothing,
    inputTokens: nothing,
    outputTokens: nothing,
    costBasis: 'none',
    simulated: false,
    ...(design && { design }),
  };
}

describe('fillAdded', () => {
  const table = buildTable('adaptive');
  const filled = fillAdded(table, problem.taskOf, 2)!;

  it('fills the prompts that an added model was not asked, and changes no outcome', () => {
    const cells = [...table.quality.keys()];
    const asked = cells.filter((cell) => !Number.isNaN(table.quality[cell]));
    const added = cells.filter((cell) => Number.isNaN(table.quality[cell]));
    expect(added).not.toEqual([]);
    expect(pick(filled.quality, asked)).toEqual(pick(table.quality, asked));
    expect(added.every((cell) => filled.quality[cell]! >= 0)).toBe(true);
    expect(added.some((cell) => isHeldOut(Math.floor(cell / 3)))).toBe(false);
  });

  it('does not read held-out outcomes', () => {
    const other = { ...table, quality: table.quality.slice() };
    for (let row = 0; row < 400; row++) {
      if (isHeldOut(row)) other.quality[3 * row + 2] = 1 - other.quality[3 * row + 2]!;
    }
    const again = fillAdded(other, problem.taskOf, 2)!;
    filled.quality.forEach((value, cell) => {
      if (!isHeldOut(Math.floor(cell / 3))) expect(again.quality[cell]).toBe(value);
    });
    expect(again.margins).toEqual(filled.margins);
  });

  it('lowers the added model only', () => {
    const lowered = Array.from(filled.margins, (margin) => Math.sign(margin));
    expect(lowered).toEqual(Array.from(lowered, (_, cell) => (cell % 3 === 2 ? 1 : 0)));
  });

  it('leaves other tables as they are', () => {
    expect(fillAdded(buildTable(undefined), problem.taskOf, 2)).toBeUndefined();
    const sparse = {
      ...table,
      quality: table.quality.map((value, cell) => (cell % 6 < 3 ? value : Number.NaN)),
    };
    expect(fillAdded(sparse, problem.taskOf, 2)).toBeUndefined();
  });
});
