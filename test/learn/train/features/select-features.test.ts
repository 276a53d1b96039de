import { describe, expect, it } from 'vitest';
import { defaultFeatureSpec } from '../../../../src/policy/features/feature-spec.js';
import { splitPromptFields } from '../../../../src/policy/features/prompt-fields.js';
import { computeCountMatrix } from '../../../../src/learn/train/features/count-matrix.js';
import {
  computeInfluence,
  selectFeatures,
  type SelectionInput,
} from '../../../../src/learn/train/features/select-features.js';
import { createRandom } from '../../../../src/util/random.js';
import { buildFeatureMatrix } from '../../../support/dense-problem.js';
import { listRows } from '../../../support/outcome-table.js';

const spec = { ...defaultFeatureSpec, wordNgrams: 1, longestCharacterNgram: 3 };
const random = createRandom(3);
const fillers = Array.from({ length: 200 }, (_, index) => `filler${index}`);
const rowCount = 400;

/** Half of the prompts are of each task, and say so once among fillers; so they do if they are hard. */
const taskOf = Int32Array.from({ length: rowCount }, (_, row) => row % 2);
const isHard = Array.from({ length: rowCount }, () => random() < 0.5);
const prompts = Array.from(taskOf, (task, row) => {
  const words = Array.from({ length: 12 }, () => fillers[Math.floor(200 * random())]);
  return [task === 0 ? 'translate' : 'calculate', isHard[row] ? 'knotty' : 'easy', ...words].join(
    ' ',
  );
});
const counts = computeCountMatrix(prompts.map(splitPromptFields), spec);

function bucketOf(word: string): number {
  const { vocabulary } = computeCountMatrix([splitPromptFields(word)], spec);
  return vocabulary.buckets[0] as number;
}

function select(changes: Partial<SelectionInput> = {}) {
  return selectFeatures({
    counts,
    rows: listRows(rowCount),
    tasks: {
      targets: { kind: 'classes', classes: taskOf, classCount: 2 },
      options: { dataWeight: 4, seed: 1 },
    },
    heads: {
      targets: {
        kind: 'probabilities',
        probabilities: Float32Array.from(isHard, (hard) => (hard ? 0 : 1)),
        outputCount: 1,
      },
      options: { dataWeight: 0.2, seed: 1 },
    },
    maxFeatures: 40,
    firstFeatures: 16,
    seed: 1,
    ...changes,
  });
}

describe('selectFeatures', () => {
  it('keeps the words that tell tasks apart first, then those that tell hard prompts', () => {
    const { buckets, idf } = select();
    expect(buckets).toHaveLength(40);
    expect(idf).toHaveLength(40);
    const [first, others] = [buckets.slice(0, 16), buckets.slice(16)];
    for (const word of ['translate', 'calculate']) expect(first).toContain(bucketOf(word));
    for (const word of ['knotty', 'easy']) expect(others).toContain(bucketOf(word));
    for (const part of [first, others]) expect(part).toEqual(part.toSorted());
    expect(new Set(buckets).size).toBe(40);
  });

  it('keeps all features where there is room, those of the tasks still first', () => {
    const all = select({ tasks: undefined, firstFeatures: 0, maxFeatures: 10_000 });
    const sorted = select({ maxFeatures: 10_000 });
    expect(sorted.buckets.slice(0, 16)).toEqual(select().buckets.slice(0, 16));
    expect(sorted.buckets.toSorted()).toEqual(all.buckets);
  });

  it('does not look at rows that are not of training', () => {
    const rows = listRows(300);
    const changed = taskOf.map((task, row) => (row < 300 ? task : 1 - task));
    const targets = { kind: 'classes', classes: changed, classCount: 2 } as const;
    const tasks = { targets, options: { dataWeight: 4, seed: 1 } };
    expect(select({ rows, tasks })).toEqual(select({ rows }));
  });

  it('gives the same for the same seed', () => {
    expect(select()).toEqual(select());
  });
});

describe('computeInfluence', () => {
  const matrix = buildFeatureMatrix(
    [
      [1, 0, 2],
      [3, 1, 0],
      [9, 9, 9],
    ],
    3,
  );
  const map = {
    outputCount: 2,
    weights: Float32Array.of(1, 2, 5, 5, 0, 3),
    bias: new Float32Array(2),
  };

  it('is squared values of the rows times squared weights', () => {
    const influence = computeInfluence(matrix, listRows(2), map, false);
    expect([...influence]).toEqual([(1 + 9) * (1 + 4), 1 * (25 + 25), 4 * 9]);
  });

  it('leaves out what all outputs of a softmax share, which changes no share', () => {
    const influence = computeInfluence(matrix, listRows(2), map, true);
    expect([...influence]).toEqual([10 * 0.5, 0, 4 * 4.5]);
  });
});
