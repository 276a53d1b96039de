import { describe, expect, it } from 'vitest';
import { checkDelivery, summarizeDelivery } from '../scripts/check/honesty/check-delivery.js';
import type { DeliveryCase } from '../scripts/check/honesty/delivery/measure-delivery.js';
import { splitFresh } from '../scripts/check/honesty/delivery/split-fresh.js';
import { isHonest } from '../scripts/check/honesty/finding.js';
import { sharedTensorFlowEngine } from '../src/learn/train/solver/tensorflow-backend.js';
import { buildPlantedOutcomes } from './support/planted-outcomes.js';

/** A short form of the part of `npm run check:honesty` that trains policy files. */
describe('training and fresh prompts', () => {
  const table = buildPlantedOutcomes(200, { seed: 1 });
  const groups = table.prompts.map((_, row) => Math.floor(row / 4));
  const { training, fresh } = splitFresh(table, groups, { prompts: 50, seed: 1 });

  it('have every prompt once, with its own outcomes', () => {
    const rowOf = new Map(table.prompts.map(({ id }, row) => [id, row]));
    expect(training.prompts.length).toBe(52);
    expect(fresh.prompts.length).toBe(148);
    for (const part of [training, fresh]) {
      part.prompts.forEach(({ id }, index) => {
        const row = rowOf.get(id) ?? -1;
        expect(part.quality.slice(3 * index, 3 * index + 3)).toEqual(
          table.quality.slice(3 * row, 3 * row + 3),
        );
      });
    }
    expect(new Set([...training.prompts, ...fresh.prompts].map(({ id }) => id)).size).toBe(200);
  });

  it('share no group', () => {
    const rowOf = new Map(table.prompts.map(({ id }, row) => [id, row]));
    const groupsOf = (part: typeof table): Set<number | undefined> =>
      new Set(part.prompts.map(({ id }) => groups[rowOf.get(id) ?? -1]));
    const trained = groupsOf(training);
    expect([...groupsOf(fresh)].some((group) => trained.has(group))).toBe(false);
  });
});

describe('the share of files that deliver', () => {
  const interval = { mean: 0.5, low: 0.4, high: 0.6 };
  const build = (seed: number, quality: number): DeliveryCase => ({
    set: 'a set',
    seed,
    prompts: 600,
    objective: 'cost',
    routes: true,
    promised: {
      quality: interval,
      costUsd: interval,
      costSaved: interval,
      qualityDifference: null,
    },
    fresh: { quality, costUsd: 0.5, costSaved: 0.4, qualityDifference: Number.NaN },
    broken: false,
  });

  it('counts fresh figures outside the interval, and calls too many of them dishonest', () => {
    const findings = summarizeDelivery([build(1, 0.5), build(2, 0.61)]);
    const find = (what: string) => findings.find((finding) => finding.what === what);
    expect(find('file delivers "cost": quality')).toMatchObject({ trials: 2, share: 0.5 });
    expect(find('file delivers "cost": cost saved')).toMatchObject({ trials: 2, share: 1 });
    expect(findings.filter((finding) => !isHonest(finding)).map(({ what }) => what)).toEqual([
      'file delivers "cost": quality',
    ]);
    const many = Array.from({ length: 10 }, (_, index) => build(index, index < 8 ? 0.5 : 0.7));
    expect(
      summarizeDelivery(many)
        .filter((finding) => !isHonest(finding))
        .map(({ what }) => what),
    ).toEqual(['file delivers "cost": quality', '  where it routes: quality']);
  });

  it('leaves out figures that were not promised', () => {
    const findings = summarizeDelivery([build(1, 0.5)]);
    expect(findings.some(({ what }) => what.includes('difference'))).toBe(false);
  });
});

describe('checking the delivery of trained files', () => {
  it('measures every objective of every file', async () => {
    const table = buildPlantedOutcomes(1200, { seed: 3 });
    const set = { name: 'planted', read: async () => table };
    const cases = await checkDelivery(await sharedTensorFlowEngine(), [set], {
      seeds: 1,
      prompts: 300,
    });
    expect(cases.map(({ objective }) => objective)).toEqual([
      'quality',
      'balanced',
      'cost',
      'fast',
    ]);
    for (const { fresh } of cases) {
      expect(fresh.quality).toBeGreaterThan(0.4);
      expect(fresh.quality).toBeLessThan(0.95);
    }
  });
});
