import { describe, expect, it } from 'vitest';
import {
  computeGroupedMean,
  indexGroups,
} from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { assignLabelFolds, correctValues } from '../../../src/review/audit/correct-values.js';
import { drawSample } from '../../../src/review/audit/draw-sample.js';
import { weighLabels } from '../../../src/review/audit/weigh-labels.js';
import { createRandom } from '../../../src/util/random.js';

const drawn = (count: number): { readonly id: string }[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));

describe('the weights of labeled requests', () => {
  const weights = Float64Array.of(1, 2, 3, 4);
  const requests = { drawn: drawn(4), weights };
  const picked = [
    { id: 'r1', probability: 0.25 },
    { id: 'r3', probability: 0.5 },
  ];

  it('make them stand for all that the complete requests stand for', () => {
    const found = weighLabels({ picked }, requests, () => true);
    expect([found[0], found[2]]).toEqual([0, 0]);
    expect(found.reduce((sum, weight, row) => sum + weight * weights[row]!, 0)).toBeCloseTo(10, 12);
    expect(found[1]! / found[3]!).toBeCloseTo(2, 12);
  });

  it('are 0 for requests that were not picked, or not labeled', () => {
    expect([...weighLabels({ picked }, requests, (row) => row !== 3)]).toEqual([0, 5, 0, 0]);
    expect([...weighLabels({ picked: null }, requests, () => true)]).toEqual([0, 0, 0, 0]);
  });
});

/** Requests are labeled while a part of them is complete, and corrected when all are. */
function simulate(seed: number, complete: number): { readonly isInside: boolean } {
  const [count, labels, share] = [400, 20, 0.8];
  const random = createRandom(seed);
  const truth = Float64Array.from({ length: count }, () => (random() < share ? 1 : 0));
  const { members, probability } = drawSample(new Float64Array(complete), labels, random);
  const picked = Array.from(members, (row, place) => ({
    id: `r${row}`,
    probability: probability[place]!,
  }));
  const weights = new Float64Array(count).fill(1);
  const labelWeights = weighLabels({ picked }, { drawn: drawn(count), weights }, () => true);
  const folds = assignLabelFolds(labelWeights, seed);
  const { values } = correctValues(truth, undefined, { weights, labelWeights }, folds);
  const rows = values.map((_, row) => row);
  const { mean, standardError } = computeGroupedMean(values, indexGroups(rows, weights));
  // Student's t of 19 degrees of freedom, at 95 %.
  return { isInside: Math.abs(mean - share) <= 2.09 * standardError };
}

describe('labels that were picked before the audit was complete', () => {
  it.each([400, 60])('state their error where %i of 400 requests were complete', (complete) => {
    const found = Array.from({ length: 200 }, (_, seed) => simulate(seed, complete));
    const inside = found.filter(({ isInside }) => isInside).length;
    expect(inside / found.length).toBeGreaterThan(0.88);
  });
});
