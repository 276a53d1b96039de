import type { HeldOut } from '../../src/learn/evaluate/verdict/held-out.js';
import { buildHeldOut, buildPlan } from './held-out.js';
import { buildOutcomeTable } from './outcome-table.js';
import { buildObjective } from './routing-policy.js';

/**
 * A baseline ("strong") without outcomes of most of the hard prompts, which cost four times as much.
 * Routing sends every fifth easy prompt to "cheap", which is worse, and two of the hard ones.
 */
export function buildMissingOutcomes(): HeldOut {
  const count = 1000;
  const rows = Array.from({ length: count }, (_, row) => {
    const isHard = row % 10 === 0;
    const isMissing = isHard && row % 40 !== 0;
    const strong = isHard ? 0.3 : 0.9;
    return {
      quality: [isHard ? 0.1 : 0.7, isMissing ? null : strong],
      costUsd: [isHard ? 0.004 : 0.001, isMissing ? null : isHard ? 0.04 : 0.01],
    };
  });
  const table = buildOutcomeTable(['cheap', 'strong'], rows);
  const held = buildHeldOut(table);
  const isCheap = (row: number): boolean => row % 10 !== 0 && row % 5 === 1;
  const quality = Float32Array.from({ length: 2 * count }, (_, cell) => {
    const row = Math.floor(cell / 2);
    return cell % 2 === 1 ? 0.7 : isCheap(row) || row === 20 || row === 60 ? 0.9 : 0.5;
  });
  return {
    ...held,
    estimates: {
      ...held.estimates,
      quality,
      costUsd: quality.map((_, cell) => (cell % 2 === 1 ? 0.01 : 0.001)),
    },
    folds: [
      {
        rows: held.folds[0]?.rows ?? new Int32Array(0),
        plan: buildPlan({
          baseline: 1,
          constants: [1],
          objectives: [buildObjective(), buildObjective({ name: 'cost', costWeightPerUsd: 1e-6 })],
        }),
      },
    ],
  };
}
