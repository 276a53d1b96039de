import { describe, expect, it, vi } from 'vitest';
import { describeValue, printOutcomeReview } from '../../../src/cli/print/print-outcome-review.js';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { estimateValue } from '../../../src/review/estimates/estimate-value.js';

const count = 400;
const zeros = new Float64Array(count);
const ones = zeros.map(() => 1);
const half = zeros.map(() => 0.5);

/** What is printed, as one line. */
function capture(run: () => void): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    run();
    return write.mock.calls
      .map(([text]) => String(text))
      .join('')
      .replaceAll(/\s+/g, ' ');
  } finally {
    write.mockRestore();
  }
}

/** The log tried model 1 on every second request; its policy expects it to be good, and it never is. */
const log = {
  chosen: zeros.map((_, row) => row % 2),
  served: zeros.map((_, row) => row % 2),
  propensity: half,
  quality: zeros.map((_, row) => (row % 4 === 0 ? 1 : 0)),
  servedEstimate: zeros.map((_, row) => (row % 2 === 0 ? 0.5 : 0.9)),
  usual: { model: zeros, estimate: half, loggedPropensity: half, failed: zeros },
  groups: indexGroups(zeros.map((_, row) => row)),
};

describe('what outcomes say about another policy', () => {
  it("names whose estimates they are compared with: those of the log's policy", () => {
    const target = {
      model: ones,
      estimate: zeros.map(() => 0.9),
      loggedPropensity: half,
      failed: zeros,
    };
    const text = describeValue(estimateValue(log, target)).join('\n');
    expect(text).toContain("By the estimates of the log's policy alone: 0.900.");
    expect(text).toContain("differ from the estimates of the log's policy by more than two");
  });

  it('shows no quality above 1, and no difference beyond the share of requests that differ', () => {
    // Seldom tried, and always right where it was: by weight, more often than there are requests.
    const tries = zeros.map((_, row) => (row % 4 === 0 ? 1 : 0));
    const rare = zeros.map(() => 0.2);
    const lucky = {
      ...log,
      chosen: tries,
      served: tries,
      propensity: tries.map((isTried) => (isTried === 1 ? 0.2 : 0.8)),
      quality: tries,
      servedEstimate: tries.map((isTried) => (isTried === 1 ? 0.5 : 0)),
      usual: { ...log.usual, estimate: zeros, loggedPropensity: zeros.map(() => 0.8) },
    };
    const target = { model: ones, estimate: half, loggedPropensity: rare, failed: zeros };
    const review = estimateValue(lucky, target);
    if (review.kind !== 'estimated') throw new Error(review.reason);
    expect(review.value).toMatchObject({ mean: expect.closeTo(1.125, 9), high: 1 });
    expect(review.difference).toMatchObject({ mean: expect.closeTo(1.125, 9), high: 1 });
    const text = describeValue(review).join('\n');
    expect(text).toMatch(/Quality of the policy: 1\.000 \[0\.\d+, 1\.000\]/);
    expect(text).toMatch(/against the log's policy \+1\.000 \[0\.\d+, 1\.000\]/);
  });

  it('does not compare a policy with itself, nor say what would show a difference', () => {
    const text = describeValue(estimateValue(log, log.usual)).join('\n');
    expect(text).toContain("it chooses the same models as the log's policy.");
    expect(text).not.toContain('would take about');
    expect(text).not.toContain('against');
  });

  it('promises no exploration of a model that the policy of the log does not have', () => {
    const unknown = zeros.map(() => Number.NaN);
    const target = { model: ones, estimate: unknown, loggedPropensity: zeros, failed: zeros };
    expect(describeValue(estimateValue(log, target))).toEqual([
      "Undecidable: for 400 of 400 requests routed differently, the log's policy had no chance to try " +
        'the other model, which it does not have for 400 of them. An audit can try it.',
    ]);
  });

  it('says where the log cannot tell how far it is from its own policy', () => {
    const rare = zeros.map(() => 0.02);
    const isUsual = (row: number): boolean => row % 50 === 0;
    const tried = {
      ...log,
      chosen: zeros.map((_, row) => (isUsual(row) ? 0 : 1)),
      served: zeros.map((_, row) => (isUsual(row) ? 0 : 1)),
      propensity: zeros.map((_, row) => (isUsual(row) ? 0.02 : 0.98)),
      usual: { ...log.usual, loggedPropensity: rare },
    };
    const often = zeros.map(() => 0.98);
    const target = { model: ones, estimate: half, loggedPropensity: often, failed: zeros };
    const [quality, difference] = describeValue(estimateValue(tried, target));
    expect(quality).toContain(
      '] (doubly robust, 95 %; 392 of 400 requests routed differently were answered by the other model).',
    );
    expect(quality).not.toContain('against');
    expect(difference).toContain("How far it is from the log's policy is undecidable");
  });

  it('does not count what the other model answered in place of failed calls', () => {
    const few = zeros.map(() => 1 / 64);
    const tookOver = {
      ...log,
      propensity: zeros.map((_, row) => (row === 1 ? 1 / 64 : row % 2 === 1 ? 0 : 63 / 64)),
    };
    const target = { model: ones, estimate: half, loggedPropensity: few, failed: zeros };
    expect(describeValue(estimateValue(tookOver, target))[0]).toBe(
      'Undecidable: only 1 of 400 requests routed differently was answered by the other model, ' +
        'not counting answers in place of a failed call; needs about 1,280 such outcomes.',
    );
  });

  it('says why there is no number, whatever the reason', () => {
    const few = { ...log, groups: indexGroups(zeros.map((_, row) => row % 3)) };
    const target = { model: ones, estimate: half, loggedPropensity: half, failed: zeros };
    expect(describeValue(estimateValue(few, target))[0]).toBe(
      'Undecidable: outcomes of the models that it chooses are from fewer than 20 conversations; ' +
        'needs about 2,667 such outcomes.',
    );
    const down = { ...log.usual, failed: ones };
    expect(describeValue(estimateValue(log, down))[0]).toContain('far fewer outcomes');
  });
});

describe('the review of outcomes', () => {
  it('says which requests were left out, and for how many the chosen model did not answer', () => {
    const target = estimateValue(log, log.usual);
    const overlap = { ...target.overlap, unanswered: 7, takeovers: 5 };
    const ofTask = { ...overlap, task: 'sums', counted: 34, requests: 30, disagreements: 33 };
    const text = capture(() =>
      printOutcomeReview({
        requests: 400,
        unanswered: 12,
        leftOut: { 'no known quality': 1600, 'no choice of the other policy': 3 },
        sources: { human: 400 },
        production: target,
        target: { ...target, overlap },
        byTask: [ofTask],
      }),
    );
    expect(text).toContain(
      'left out: 1,600 (no known quality), 3 (no choice of the other policy).',
    );
    expect(text).toContain(
      "The model that the policy chooses is known not to have answered 7 requests; that of the log's policy, 0. Answers in place of a failed call do not count: 5 by the model that the policy chooses, 0 by that of the log's policy.",
    );
    expect(text).toContain(
      "12 requests that no model of the log's policy answered count, too, as failed: 412 requests in all.",
    );
    expect(text).toMatch(/task requests routed differently .* sums 34 33 /);
  });
});
