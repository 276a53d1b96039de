import { describe, expect, it } from 'vitest';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import {
  estimateValue,
  minExpectedHits,
  type ValueReview,
} from '../../../src/review/estimates/estimate-value.js';
import type { LoggedChoices, TargetChoices } from '../../../src/review/estimates/logged-choices.js';
import { createRandom } from '../../../src/util/random.js';

/** Production uses model 0; the target uses model 1 on a quarter of the requests. */
interface Settings {
  readonly requests: number;
  readonly share: number;
  readonly seed: number;
  /** True quality of model 1 where the target uses it; estimated are 0.7 and 0.6. */
  readonly quality?: number;
  readonly conversationSize?: number;
}

function simulate({ requests, share, seed, quality = 0.7, conversationSize = 1 }: Settings): {
  readonly log: LoggedChoices;
  readonly target: TargetChoices;
} {
  const random = createRandom(seed);
  const rows = Array.from({ length: requests }, (_, row) => {
    const wants = row % 4 === 0 ? 1 : 0;
    const served = wants === 1 && random() < share ? 1 : 0;
    return {
      wants,
      served,
      propensity: wants === 0 ? 1 : served === 1 ? share : 1 - share,
      quality: random() < (served === 1 ? quality : 0.6) ? 1 : 0,
    };
  });
  const estimateOf = (model: number): number => (model === 1 ? 0.7 : 0.6);
  return {
    log: {
      served: rows.map(({ served }) => served),
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map((row) => row.quality),
      servedEstimate: rows.map(({ served }) => estimateOf(served)),
      usual: rows.map(() => 0),
      usualEstimate: rows.map(() => estimateOf(0)),
      groups: indexGroups(rows.map((_, row) => Math.floor(row / conversationSize))),
    },
    target: {
      model: rows.map(({ wants }) => wants),
      estimate: rows.map(({ wants }) => estimateOf(wants)),
      loggedPropensity: rows.map(({ wants }) => (wants === 1 ? share : 1)),
    },
  };
}

function review(settings: Settings): ValueReview {
  const { log, target } = simulate(settings);
  return estimateValue(log, target);
}

function estimated(settings: Settings): Extract<ValueReview, { kind: 'estimated' }> {
  const found = review(settings);
  if (found.kind !== 'estimated') throw new Error(found.reason);
  return found;
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed);

describe('estimating the value of another policy', () => {
  it('covers the truth about as often as it says, and errs less than inverse propensities', () => {
    const truth = 0.75 * 0.6 + 0.25 * 0.7;
    const errors = { dr: 0, ips: 0 };
    let covered = 0;
    for (const seed of seeds) {
      const { value, ips } = estimated({ requests: 1000, share: 0.2, seed });
      covered += value.low <= truth && truth <= value.high ? 1 : 0;
      errors.dr += (value.mean - truth) ** 2;
      errors.ips += (ips.mean - truth) ** 2;
    }
    // Four standard deviations of a share of .95.
    expect(covered / seeds.length).toBeGreaterThan(0.862);
    expect(Math.sqrt(errors.dr / errors.ips)).toBeLessThan(0.8);
  });

  it('is right on average even where the trained estimates are wrong', () => {
    const truth = 0.75 * 0.6 + 0.25 * 0.3;
    const means = seeds.map(
      (seed) => estimated({ requests: 1000, share: 0.2, seed, quality: 0.3 }).value.mean,
    );
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    expect(Math.abs(mean - truth)).toBeLessThan(0.02);
    expect(review({ requests: 2000, share: 0.2, seed: 1 }).modelBased?.value).toBeCloseTo(0.625, 9);
  });

  it('raises the alarm where a model is worse than its estimates', () => {
    const alarms = (quality: number): number =>
      seeds.filter((seed) => estimated({ requests: 2000, share: 0.3, seed, quality }).drift).length;
    expect(alarms(0.7)).toBeLessThan(0.12 * seeds.length);
    expect(alarms(0.4)).toBeGreaterThan(0.95 * seeds.length);
  });

  it('is less certain where conversations say the same again', () => {
    const single = estimated({ requests: 4000, share: 0.2, seed: 1 });
    const { log, target } = simulate({ requests: 1000, share: 0.2, seed: 1 });
    const four = <Values extends ArrayLike<number>>(values: Values): number[] =>
      Array.from(values).flatMap((value) => [value, value, value, value]);
    const repeated = estimateValue(
      {
        served: four(log.served),
        propensity: four(log.propensity),
        quality: four(log.quality),
        servedEstimate: four(log.servedEstimate),
        usual: four(log.usual),
        usualEstimate: four(log.usualEstimate),
        groups: indexGroups(four(log.groups.groupOf)),
      },
      {
        model: four(target.model),
        estimate: four(target.estimate),
        loggedPropensity: four(target.loggedPropensity),
      },
    );
    if (repeated.kind !== 'estimated') throw new Error(repeated.reason);
    expect(repeated.value.standardError).toBeGreaterThan(1.5 * single.value.standardError);
  });

  it('counts recorded requests, whatever share of them the log keeps', () => {
    const { log, target } = simulate({ requests: 1000, share: 0.2, seed: 1 });
    const kept = { ...log, groups: indexGroups([...log.groups.groupOf], Array(1000).fill(10)) };
    const [whole, tenth] = [estimateValue(log, target), estimateValue(kept, target)];
    if (whole.kind !== 'estimated' || tenth.kind !== 'estimated') throw new Error('undecidable');
    expect(tenth.requestsForOnePoint).toBe(whole.requestsForOnePoint);
    const { standardError } = whole.difference;
    expect(whole.requestsForOnePoint).toBeCloseTo(1000 * (2.8016 * standardError * 100) ** 2, -2);
  });
});

describe('a log that cannot say', () => {
  it('gives no number where exploration never tries what the other policy wants', () => {
    const found = review({ requests: 2000, share: 0, seed: 1 });
    expect(found).toMatchObject({
      kind: 'undecidable',
      reason: 'no_support',
      overlap: { disagreements: 500, unsupported: 500, hits: 0, effectiveSampleSize: 0 },
    });
    expect(found).not.toHaveProperty('value');
    // A tenth of the disagreements, a quarter of the requests.
    expect(found).toMatchObject({ requestsNeeded: minExpectedHits / 0.1 / 0.25 });
  });

  it('says how many requests it would take where too few were tried', () => {
    const found = review({ requests: 100, share: 0.2, seed: 1 });
    expect(found).toMatchObject({ kind: 'undecidable', reason: 'few_hits', requestsNeeded: 400 });
    expect(review({ requests: 400, share: 0.2, seed: 1 }).kind).toBe('estimated');
  });

  it('says so without any outcome', () => {
    expect(review({ requests: 0, share: 0.2, seed: 1 })).toMatchObject({
      kind: 'undecidable',
      reason: 'no_outcomes',
      requestsNeeded: null,
      modelBased: null,
    });
  });
});
