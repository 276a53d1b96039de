import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computePairMetrics } from '../../../../src/learn/evaluate/diagnose/pair-metrics.js';

interface PairRow {
  readonly score: number;
  readonly weak: number;
  readonly strong: number;
}

function measure(rows: readonly PairRow[]) {
  return computePairMetrics({
    scores: rows.map(({ score }) => score),
    weakQuality: rows.map(({ weak }) => weak),
    strongQuality: rows.map(({ strong }) => strong),
  });
}

/** The definition again, for whole scores: thresholds in tenths, so that nothing is rounded. */
function measureAgain(rows: readonly PairRow[]) {
  const sorted = rows.map(({ score }) => score).sort((a, b) => a - b);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const points = Array.from({ length: 11 }, (_, edge) => {
    const position = edge * (rows.length - 1);
    const below = sorted[Math.floor(position / 10)] ?? 0;
    const above = sorted[Math.ceil(position / 10)] ?? 0;
    const tenths = 10 * below + (above - below) * (position % 10);
    const takesStrong = ({ score }: PairRow): boolean =>
      edge < 10 ? 10 * score >= tenths : 10 * score > tenths;
    return {
      share: mean(rows.map((row) => (takesStrong(row) ? 1 : 0))),
      quality: mean(rows.map((row) => (takesStrong(row) ? row.strong : row.weak))),
    };
  }).reverse();
  const steps = points.slice(1).map((right, index) => ({ left: points[index] ?? right, right }));
  const area = steps.reduce(
    (sum, { left, right }) =>
      sum + ((left.quality + right.quality) / 2) * (right.share - left.share),
    0,
  );
  const weak = mean(rows.map((row) => row.weak));
  const strong = mean(rows.map((row) => row.strong));
  const shareFor = (part: number): number => {
    const wanted = weak + part * (strong - weak);
    const step = steps.find(({ right }) => right.quality >= wanted);
    if (step === undefined) return Number.NaN;
    const { left, right } = step;
    const way = (wanted - left.quality) / (right.quality - left.quality);
    return 100 * (left.share + Math.max(0, way) * (right.share - left.share));
  };
  return { apgr: (area - weak) / (strong - weak), cpt50: shareFor(0.5), cpt80: shareFor(0.8) };
}

describe('computePairMetrics', () => {
  const planted = Array.from({ length: 10 }, (_, score) => ({
    score,
    weak: 0,
    strong: score >= 5 ? 1 : 0,
  }));

  it('recovers the gap by the half of the prompts that need the strong model', () => {
    // Quality grows to .5 at half of the strong share, then stays: area .375 of .5.
    const { apgr, cpt50, cpt80 } = measure(planted);
    expect(apgr).toBeCloseTo(0.75, 10);
    expect(cpt50).toBeCloseTo(25, 10);
    expect(cpt80).toBeCloseTo(40, 10);
  });

  it('does as badly where the scores are upside down', () => {
    const { apgr, cpt50, cpt80 } = measure(planted.map((row) => ({ ...row, score: -row.score })));
    expect(apgr).toBeCloseTo(0.25, 10);
    expect(cpt50).toBeCloseTo(75, 10);
    expect(cpt80).toBeCloseTo(90, 10);
  });

  it('is .5 for scores that say nothing, as for chance', () => {
    const { apgr, cpt50, cpt80 } = measure(planted.map((row) => ({ ...row, score: 1 })));
    expect(apgr).toBeCloseTo(0.5, 10);
    expect(cpt50).toBeCloseTo(50, 10);
    expect(cpt80).toBeCloseTo(80, 10);
  });

  it('exceeds 1 where the weak model is better at some prompts, and the scores know', () => {
    const rows = [
      ...Array.from({ length: 40 }, () => ({ score: 0, weak: 1, strong: 0 })),
      ...Array.from({ length: 60 }, () => ({ score: 1, weak: 0, strong: 1 })),
    ];
    expect(measure(rows).apgr).toBeGreaterThan(1);
  });

  it('is not a number where there is no gap', () => {
    expect(measure([1, 2, 3].map((score) => ({ score, weak: 1, strong: 1 }))).apgr).toBeNaN();
  });

  it('agrees with the definition written again', () => {
    const cell = fc.constantFrom(0, 0.5, 1);
    const row = fc.record({ score: fc.integer({ min: 0, max: 30 }), weak: cell, strong: cell });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), (rows) => {
        const gap = rows.reduce((sum, { weak, strong }) => sum + strong - weak, 0);
        fc.pre(gap > 0);
        const [own, again] = [measure(rows), measureAgain(rows)];
        expect(own.apgr).toBeCloseTo(again.apgr, 8);
        expect(own.cpt50).toBeCloseTo(again.cpt50, 6);
        expect(own.cpt80).toBeCloseTo(again.cpt80, 6);
      }),
      { numRuns: 1000 },
    );
  });
});
