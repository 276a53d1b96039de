import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { structuralFeatureCount } from '../../../../src/policy/features/structural-features.js';
import { computeCountMatrix } from '../../../../src/learn/train/features/count-matrix.js';
import {
  computeFeatureMatrix,
  narrowFeatureMatrix,
  type FeatureMatrix,
} from '../../../../src/learn/train/features/feature-matrix.js';
import { fitFeatures } from '../../../../src/learn/train/features/fit-features.js';
import { createRandom } from '../../../../src/util/random.js';
import { listRows } from '../../../support/outcome-table.js';
import { plantedTasks, writePlantedPrompt } from '../../../support/planted-outcomes.js';

/** Rows of the matrix as lists of column and value. */
function listEntries(matrix: FeatureMatrix): (readonly [number, number])[][] {
  return Array.from({ length: matrix.rowCount }, (_, row) => {
    const [start, end] = [matrix.rowStarts[row] as number, matrix.rowStarts[row + 1] as number];
    return Array.from(
      matrix.columns.subarray(start, end),
      (column, index) => [column, matrix.values[start + index] as number] as const,
    );
  });
}

const random = createRandom(3);
const prompts = Array.from({ length: 40 }, (_, index) =>
  writePlantedPrompt(plantedTasks[index % plantedTasks.length] as string, random),
);
const counts = computeCountMatrix(
  prompts.map((prompt) => splitPromptFields(prompt)),
  defaultFeatureSpec,
);
const features = fitFeatures(counts, listRows(prompts.length), { firstFeatures: 100 });
const all = computeFeatureMatrix(counts, features);
const featureCount = features.buckets.length;

describe('computeFeatureMatrix', () => {
  it('has room for its entries and no more', () => {
    expect(featureCount).toBeGreaterThan(200);
    expect(all.columns).toHaveLength(all.rowStarts.at(-1) as number);
    expect(all.values).toHaveLength(all.rowStarts.at(-1) as number);
    expect(all.columns.buffer.byteLength).toBe(2 * all.columns.length);
    expect(all.columnCount).toBe(featureCount + structuralFeatureCount);
    expect(all.values.every((value) => value !== 0)).toBe(true);
  });

  it('leaves rows empty that are not asked for', () => {
    const some = computeFeatureMatrix(counts, features, Int32Array.of(1, 3));
    expect(listEntries(some)).toEqual(
      listEntries(all).map((row, index) => (index === 1 || index === 3 ? row : [])),
    );
  });
});

describe('narrowFeatureMatrix', () => {
  it.each([0, 100])('keeps the first %i n-gram features as they are in all', (kept) => {
    const first = narrowFeatureMatrix(all, kept);
    expect(first.columnCount).toBe(kept + structuralFeatureCount);
    expect(listEntries(first)).toEqual(
      listEntries(all).map((row) =>
        row
          .filter(([column]) => column < kept || column >= featureCount)
          .map(([column, value]) => [column < kept ? column : column - featureCount + kept, value]),
      ),
    );
  });

  it('keeps all where more are asked for than there are', () => {
    expect(narrowFeatureMatrix(all, featureCount + 1)).toBe(all);
  });
});
