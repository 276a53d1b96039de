import { describe, expect, it } from 'vitest';
import {
  collectModelOutcomes,
  collectOutcomes,
  collectRandomOutcomes,
} from '../../../../src/learn/evaluate/strategies/chosen-outcomes.js';
import { computeQualityDifference } from '../../../../src/learn/evaluate/strategies/quality-difference.js';
import { indexGroups } from '../../../../src/learn/evaluate/statistics/grouped-mean.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildOutcomeTable, listRows } from '../../../support/outcome-table.js';

const prompts = 1000;
const rows = listRows(prompts);
const seeds = Array.from({ length: 100 }, (_, seed) => seed);

/**
 * Two models, each recorded on about half of the prompts, both on the given share of them. On odd prompts
 * the strategy takes the second model, which is right by 0.9 rather than 0.5.
 */
function simulate(bothShare: number, seed: number) {
  const random = createRandom(seed);
  const table = buildOutcomeTable(
    ['first', 'second'],
    Array.from({ length: prompts }, () => {
      const [isBoth, isFirst] = [random() < bothShare, random() < 0.5];
      const quality = [0.5, 0.9].map((chance) => (random() < chance ? 1 : 0));
      return {
        quality: quality.map((value, model) =>
          isBoth || isFirst === (model === 0) ? value : null,
        ),
      };
    }),
  );
  const choices = Int32Array.from(rows, (row) => row % 2);
  return {
    table,
    own: collectOutcomes(table, rows, choices),
    first: collectModelOutcomes(table, rows, 0),
  };
}

describe('a comparison of strategies with missing outcomes', () => {
  it('says nothing where both are known only where they are the same', () => {
    for (const bothShare of [0, 0.01]) {
      const { table, own, first } = simulate(bothShare, 1);
      expect(computeQualityDifference(own, first, indexGroups(rows))).toBeNull();
      const random = collectRandomOutcomes(table, rows);
      if (bothShare > 0) continue;
      expect(computeQualityDifference(random, first, indexGroups(rows))).toBeNull();
    }
  });

  it('keeps a difference where one of eight prompts that differ lacks an outcome', () => {
    const few = listRows(100);
    const table = buildOutcomeTable(
      ['first', 'second'],
      Array.from(few, (row) => ({ quality: row === 0 ? [0, null] : row < 8 ? [0, 1] : [1, 1] })),
    );
    const own = collectOutcomes(
      table,
      few,
      Int32Array.from(few, (row) => Number(row < 8)),
    );
    const found = computeQualityDifference(
      own,
      collectModelOutcomes(table, few, 0),
      indexGroups(few),
    );
    expect(found?.mean).toBeCloseTo(0.08, 2);
  });

  it.each([0.1, 0.3, 0.6])(
    'finds the difference, also where %d of the prompts have outcomes of both',
    (bothShare) => {
      let [sum, covered] = [0, 0];
      for (const seed of seeds) {
        const { own, first } = simulate(bothShare, seed);
        const found = computeQualityDifference(own, first, indexGroups(rows));
        if (found === null) throw new Error('unknown');
        sum += found.mean;
        covered += found.low <= 0.2 && 0.2 <= found.high ? 1 : 0;
      }
      expect(Math.abs(sum / seeds.length - 0.2)).toBeLessThan(0.02);
      expect(covered / seeds.length).toBeGreaterThan(0.862);
    },
  );
});
