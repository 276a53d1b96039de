import { describe, expect, it } from 'vitest';
import { describeValue } from '../../../src/cli/print/print-outcome-review.js';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { estimateValue } from '../../../src/review/estimates/estimate-value.js';

const count = 400;
const zeros = new Float64Array(count);
const ones = zeros.map(() => 1);
const half = zeros.map(() => 0.5);

/** The log tried model 1 on every second request; its policy expects it to be good, and it never is. */
const log = {
  served: zeros.map((_, row) => row % 2),
  propensity: half,
  quality: zeros.map((_, row) => (row % 4 === 0 ? 1 : 0)),
  servedEstimate: zeros.map((_, row) => (row % 2 === 0 ? 0.5 : 0.9)),
  usual: zeros,
  usualEstimate: half,
  groups: indexGroups(zeros.map((_, row) => row)),
};

describe('what outcomes say about another policy', () => {
  it("names whose estimates they are compared with: those of the log's policy", () => {
    const target = { model: ones, estimate: zeros.map(() => 0.9), loggedPropensity: half };
    const text = describeValue(estimateValue(log, target)).join('\n');
    expect(text).toContain("By the estimates of the log's policy alone: 0.900.");
    expect(text).toContain("differ from the estimates of the log's policy by more than two");
  });
});
