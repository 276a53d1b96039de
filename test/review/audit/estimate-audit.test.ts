import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { computeAuditColumns, prepareCorrection } from '../../../src/review/audit/audit-columns.js';
import type { AuditedRequests } from '../../../src/review/audit/audited-requests.js';
import { estimateAudit, type AuditEstimates } from '../../../src/review/audit/estimate-audit.js';
import { createRandom } from '../../../src/util/random.js';

const models = ['served', 'other', 'third'];
const requests = 300;

/**
 * A log that one of three models served, of which the other is better on a share of the requests. On a
 * fifth of the others, answers are right by chance; the rest are all right.
 *
 * @param chances of the model that served and of the others, where they are right by chance
 */
function simulate(
  betterShare: number,
  repeatCount: number,
  seed: number,
  chances: readonly [number, number] = [0.5, 0.5],
): AuditedRequests {
  const random = createRandom(seed);
  const repeats = Array.from({ length: requests }, () => {
    const isBetter = random() < betterShare;
    const [own, others] = random() < 0.2 ? chances : [1, 1];
    return models.map((model) =>
      Array.from({ length: repeatCount }, () =>
        isBetter
          ? Number(model === 'other')
          : Number(random() < (model === 'served' ? own : others)),
      ),
    );
  }).flat();
  const quality = Float64Array.from(repeats, (grades) => mean(grades));
  return {
    models,
    served: new Int32Array(requests),
    quality,
    repeats,
    costUsd: new Float64Array(quality.length).fill(1),
    human: quality,
    humanRepeats: repeats,
    taskOf: new Int32Array(requests),
    tasks: ['all'],
    groups: Array.from({ length: requests }, (_, request) => request),
    weights: new Float64Array(requests).fill(1),
    labelWeights: undefined,
  };
}

function estimate(audited: AuditedRequests): AuditEstimates {
  const correction = prepareCorrection(audited, { seed: 1 });
  return estimateAudit(audited, computeAuditColumns(audited, 0, correction), 0);
}

const trials = Array.from({ length: 40 }, (_, trial) => trial + 1);

describe.each([2, 3])('an audit with %i answers of each model', (repeatCount) => {
  it('finds nothing better elsewhere and nothing lost where all models are alike', () => {
    const found = trials.map((seed) => estimate(simulate(0, repeatCount, seed)));
    expect(mean(found.map(({ better }) => better.mean))).toBeLessThan(0.006);
    expect(mean(found.map(({ regret }) => regret.mean))).toBeLessThan(0.006);
    expect(found.filter(({ better }) => better.low > 0).length).toBeLessThanOrEqual(4);
    expect(found.every(({ better }) => better.mean >= 0 && better.low >= 0)).toBe(true);
  });

  it.each([0.05, 0.2])('finds a model that is better on %d of the requests', (share) => {
    const found = trials.map((seed) => estimate(simulate(share, repeatCount, seed)));
    expect(Math.abs(mean(found.map(({ better }) => better.mean)) - share)).toBeLessThan(0.008);
    const holding = found.filter(({ regret: { low, high } }) => low <= share && share <= high);
    expect(holding.length).toBeGreaterThanOrEqual(34);
    expect(found.filter(({ better }) => better.low > 0).length).toBeGreaterThanOrEqual(37);
  });
});

describe('an audit of a model that is the better one where answers vary', () => {
  const better = [0.9, 0.4] as const;

  it('has what others answered better inside its interval', () => {
    const found = trials.map((seed) => estimate(simulate(0.05, 2, seed, better)).better);
    const holding = found.filter(({ low, high }) => low <= 0.05 && 0.05 <= high);
    expect(holding.length).toBeGreaterThanOrEqual(36);
  });

  it('does not rule out what it has not found', () => {
    const found = trials.map((seed) => estimate(simulate(0, 3, seed, better)).better);
    expect(Math.max(...found.map(({ low }) => low))).toBe(0);
    expect(Math.min(...found.map(({ high }) => high))).toBeGreaterThan(0.01);
  });
});

describe('an audit that people corrected', () => {
  const label = (audited: AuditedRequests, seed: number): AuditedRequests => {
    const random = createRandom(seed);
    return {
      ...audited,
      labelWeights: Float64Array.from(audited.weights, () => (random() < 0.5 ? 2 : 0)),
    };
  };

  it('finds nothing better elsewhere where all models are alike', () => {
    const found = trials.slice(0, 10).map((seed) => estimate(label(simulate(0, 2, seed), seed)));
    expect(found.filter(({ better }) => better.low > 0).length).toBeLessThanOrEqual(1);
    expect(mean(found.map(({ better }) => better.mean))).toBeLessThan(0.015);
  });

  it('finds a model that is better on a fifth of the requests', () => {
    const found = trials.slice(0, 10).map((seed) => estimate(label(simulate(0.2, 2, seed), seed)));
    expect(Math.abs(mean(found.map(({ better }) => better.mean)) - 0.2)).toBeLessThan(0.03);
    expect(found.every(({ better }) => better.low > 0.05)).toBe(true);
  });
});
