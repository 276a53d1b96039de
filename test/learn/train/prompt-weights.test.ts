import { describe, expect, it } from 'vitest';
import { checkRequests } from '../../../src/learn/evaluate/plan/check-requests.js';
import { computeBaseRates } from '../../../src/learn/train/solver/linear-map.js';
import { fitEstimates } from '../../../src/learn/train/fit-estimates.js';
import { fitMixtureHeads } from '../../../src/learn/train/heads/fit-mixture-heads.js';
import { fitTemperature } from '../../../src/learn/train/projection/fit-temperature.js';
import { collectHeadsInput } from '../../../src/learn/train/heads/mixture-heads.js';
import { shrinkTaskQuality } from '../../../src/learn/train/heads/shrink-task-quality.js';
import { sharedTensorFlowEngine } from '../../../src/learn/train/solver/tensorflow-backend.js';
import { computeOutcomesDigest } from '../../../src/learn/train/outcomes-digest.js';
import { computeTrainingData, type TrainingData } from '../../../src/learn/train/training-data.js';
import { createRandom } from '../../../src/util/random.js';
import { buildOutcomeTable, listRows, type OutcomeTableRow } from '../../support/outcome-table.js';

const random = createRandom(4);
const weights = Array.from({ length: 80 }, (_, row) => (row % 3 === 0 ? 3 : (row % 2) + 1));
const rows: OutcomeTableRow[] = weights.map((_, row) => ({
  prompt: `${row} `.padEnd(5 + 3 * row, 'x'),
  task: row % 4 === 0 ? 'a' : 'b',
  quality: [random(), row % 5 === 0 ? null : Math.round(random())],
  costUsd: [0.001 * random(), 0.002 * random()],
  latencyMs: [500 * random(), 900 * random()],
  inputTokens: [row + 5 * random(), 2 * row],
  outputTokens: [100 * random(), 50 * random()],
}));
const copies = weights.flatMap((weight, row) => Array<number>(weight).fill(row));
const models = ['m', 'n'];
const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 4, date: '2025-01-01' };

function prepare(scale: number): TrainingData {
  const own = rows.map((row, index) => ({ ...row, weight: scale * (weights[index] as number) }));
  return computeTrainingData(buildOutcomeTable(models, own));
}

/** With the weights as they were given, as copies have them. */
const weighted: TrainingData = { ...prepare(1), weights: Float64Array.from(weights) };
const copied = computeTrainingData(
  buildOutcomeTable(
    models,
    copies.map((row) => rows[row] as OutcomeTableRow),
  ),
);
const allRows = ({ counts }: TrainingData): Int32Array => listRows(counts.rowCount);

/** Numbers rounded, so that the order of sums does not matter. */
function round(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'number' ? Number(member.toPrecision(4)) : member,
    ),
  );
}

function expectClose(own: Float32Array, other: Float32Array, digits = 5): void {
  expect(own).toHaveLength(other.length);
  other.forEach((value, index) => expect(own[index]).toBeCloseTo(value, digits));
}

describe('in fits, a prompt of weight 3 counts as three', () => {
  it('in the shrunken means of tasks', () => {
    const shrink = (data: TrainingData): Float32Array =>
      shrinkTaskQuality(
        { ...data, quality: data.table.quality, taskCount: 2, modelCount: 2 },
        allRows(data),
      );
    expectClose(shrink(weighted), shrink(copied), 6);
  });

  it('in base rates', () => {
    const ofQuality = ({ table, weights }: TrainingData) =>
      ({ kind: 'probabilities', probabilities: table.quality, outputCount: 2, weights }) as const;
    const ofTasks = ({ taskOf, weights }: TrainingData) =>
      ({ kind: 'classes', classes: taskOf, classCount: 2, weights }) as const;
    for (const targetsOf of [ofQuality, ofTasks]) {
      const own = computeBaseRates(targetsOf(weighted), allRows(weighted));
      expectClose(own, computeBaseRates(targetsOf(copied), allRows(copied)));
    }
  });

  it.each([price, undefined])('in the estimates of cost and latency, with price %j', (own) => {
    for (const model of models.keys()) {
      expect(round(fitEstimates(weighted, allRows(weighted), model, own))).toEqual(
        round(fitEstimates(copied, allRows(copied), model, own)),
      );
    }
  });

  it('in the temperature of the task posterior', () => {
    const scores = Float32Array.from({ length: 2 * rows.length }, () => 4 * random() - 2);
    const copiedScores = Float32Array.from(
      copies.flatMap((row) => [...scores.subarray(2 * row, 2 * row + 2)]),
    );
    expect(fitTemperature(scores, weighted, allRows(weighted))).toBeCloseTo(
      fitTemperature(copiedScores, copied, allRows(copied)),
      4,
    );
  });

  it('in the dense heads', async () => {
    const engine = await sharedTensorFlowEngine();
    const head = weights.map(() => 2 * random() - 1);
    const fit = (data: TrainingData, some: readonly number[]) =>
      fitMixtureHeads(
        engine,
        collectHeadsInput(data, allRows(data), {
          taskPosterior: Float32Array.from(some.flatMap((row) => [row % 2, 1 - (row % 2)])),
          headScores: Float32Array.from(some.flatMap((row) => [head[row] as number, 0.5])),
          novelty: new Float32Array(some.length),
          familiarity: new Float32Array(some.length),
        }),
      );
    const own = fit(weighted, [...rows.keys()]);
    const other = fit(copied, copies);
    for (const key of ['bias', 'taskQuality', 'headWeight'] as const) {
      expectClose(own[key], other[key], 3);
    }
  });
});

describe('only the ratios of weights matter', () => {
  const fit = (data: TrainingData): unknown =>
    round({
      weights: [...data.weights],
      estimates: models.map((_, model) => fitEstimates(data, allRows(data), model, price)),
      quality: [
        ...shrinkTaskQuality(
          { ...data, quality: data.table.quality, taskCount: 2, modelCount: 2 },
          allRows(data),
        ),
      ],
    });

  it.each([1e-6, 1 / 144, 1, 1e5])('to estimates and priors: weights times %d', (scale) => {
    expect(fit(prepare(scale))).toEqual(fit(prepare(2)));
  });

  it('so equal weights are no weights', () => {
    const same = buildOutcomeTable(
      models,
      rows.map((row) => ({ ...row, weight: 1 / rows.length })),
    );
    expect(fit(computeTrainingData(same))).toEqual(
      fit(computeTrainingData(buildOutcomeTable(models, rows))),
    );
  });

  it('to the latency that a limit allows', () => {
    const limit = (maxLatencyP95Ms: number) =>
      ({ kind: 'limit_latency', name: 'quick', maxLatencyP95Ms }) as const;
    // Nine answers of ten are slower than the limit.
    const slow = (weight: number) =>
      computeTrainingData(
        buildOutcomeTable(
          models,
          rows.map((row, index) => {
            const latencyMs = index % 10 === 0 ? 100 : 5000;
            return { ...row, latencyMs: [latencyMs, latencyMs], weight };
          }),
        ),
      ).table;
    for (const weight of [1 / rows.length, 1, 1000]) {
      expect(() => checkRequests(slow(weight), [limit(1000)])).toThrow('95 %');
    }
  });
});

describe('the digest of outcomes', () => {
  it('covers weights, and is the same where all are 1', () => {
    const digest = (weight: number | undefined): string =>
      computeOutcomesDigest(
        buildOutcomeTable(
          models,
          rows.map((row, index) => (index === 3 && weight ? { ...row, weight } : row)),
        ),
      );
    expect(digest(2)).not.toBe(digest(undefined));
    expect(digest(2)).not.toBe(digest(2.5));
  });
});
