import { describe, expect, it } from 'vitest';
import { indexGroups } from '../../../src/learn/evaluate/statistics/grouped-mean.js';
import { estimateValue, type ValueReview } from '../../../src/review/estimates/estimate-value.js';
import { minExpectedHits } from '../../../src/review/estimates/find-refusal.js';
import type { LoggedChoices, PolicyChoices } from '../../../src/review/estimates/logged-choices.js';
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
  readonly target: PolicyChoices;
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
      chosen: rows.map(({ served }) => served),
      served: rows.map(({ served }) => served),
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map((row) => row.quality),
      servedEstimate: rows.map(({ served }) => estimateOf(served)),
      usual: {
        model: rows.map(() => 0),
        estimate: rows.map(() => estimateOf(0)),
        loggedPropensity: rows.map(({ wants }) => (wants === 1 ? 1 - share : 1)),
        failed: rows.map(() => 0),
      },
      groups: indexGroups(rows.map((_, row) => Math.floor(row / conversationSize))),
    },
    target: {
      model: rows.map(({ wants }) => wants),
      estimate: rows.map(({ wants }) => estimateOf(wants)),
      loggedPropensity: rows.map(({ wants }) => (wants === 1 ? share : 1)),
      failed: rows.map(() => 0),
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
    const fourOf = (choices: PolicyChoices): PolicyChoices => ({
      model: four(choices.model),
      estimate: four(choices.estimate),
      loggedPropensity: four(choices.loggedPropensity),
      failed: four(choices.failed),
    });
    const repeated = estimateValue(
      {
        chosen: four(log.chosen),
        served: four(log.served),
        propensity: four(log.propensity),
        quality: four(log.quality),
        servedEstimate: four(log.servedEstimate),
        usual: fourOf(log.usual),
        groups: indexGroups(four(log.groups.groupOf)),
      },
      fourOf(target),
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
    const { standardError = Number.NaN } = whole.difference ?? {};
    expect(whole.requestsForOnePoint).toBeCloseTo(1000 * (2.8016 * standardError * 100) ** 2, -2);
  });
});

/**
 * Production and the target agree on the first half of the records, which stand for one request each.
 * They differ on the others, which stand for 20, where model 1 is better by 0.6; both are tried there.
 */
function simulateKeeps(seed: number): { log: LoggedChoices; target: PolicyChoices } {
  const random = createRandom(seed);
  const differs = (row: number): boolean => row >= 500;
  const rows = Array.from({ length: 1000 }, (_, row) => {
    const served = differs(row) && random() < 0.5 ? 1 : 0;
    const isRight = random() < (served === 1 ? 0.9 : 0.3);
    return { served, propensity: differs(row) ? 0.5 : 1, quality: isRight ? 1 : 0 };
  });
  const choicesOf = (model: (row: number) => number): PolicyChoices => ({
    model: rows.map((_, row) => model(row)),
    estimate: rows.map((_, row) => (model(row) === 1 ? 0.9 : 0.3)),
    loggedPropensity: rows.map(({ propensity }) => propensity),
    failed: rows.map(() => 0),
  });
  const served = rows.map((row) => row.served);
  const groups = indexGroups(
    rows.map((_, row) => row),
    rows.map((_, row) => (differs(row) ? 20 : 1)),
  );
  return {
    log: {
      chosen: served,
      served,
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map(({ quality }) => quality),
      servedEstimate: served.map((model) => (model === 1 ? 0.9 : 0.3)),
      usual: choicesOf(() => 0),
      groups,
    },
    target: choicesOf((row) => (differs(row) ? 1 : 0)),
  };
}

describe('a log that keeps two shares of its requests', () => {
  it('bounds the difference by the share of requests that differ, not of records', () => {
    const truth = (0.6 * 20) / 21;
    let covered = 0;
    for (const seed of seeds) {
      const { log, target } = simulateKeeps(seed);
      const found = estimateValue(log, target);
      if (found.kind !== 'estimated' || found.difference === null) throw new Error('undecidable');
      const { mean, low, high } = found.difference;
      expect(low < mean && mean < high).toBe(true);
      covered += low <= truth && truth <= high ? 1 : 0;
    }
    expect(covered / seeds.length).toBeGreaterThan(0.862);
  });
});

/**
 * Production uses model 0 and tries model 1 on 30 % of the requests. Model 1 is down for a third of
 * them, the hard ones, where model 0 serves in its place. Both are better than estimated.
 */
function simulateOutage(seed: number): { log: LoggedChoices; target: PolicyChoices } {
  const random = createRandom(seed);
  const share = 0.3;
  const rows = Array.from({ length: 1000 }, (_, row) => {
    const isHard = row % 3 === 0;
    const isTried = random() < share;
    const served = isTried && !isHard ? 1 : 0;
    const quality = random() < (isHard ? 0.5 : 0.9) ? 1 : 0;
    const failed = isTried && isHard ? 1 : 0;
    // Where model 0 takes over from a failed call, its answer counts for nothing.
    const propensity = failed === 1 ? 0 : served === 1 ? share : 1 - share;
    return { chosen: isTried ? 1 : 0, served, quality, failed, propensity };
  });
  const all = (value: number): number[] => rows.map(() => value);
  return {
    log: {
      chosen: rows.map(({ chosen }) => chosen),
      served: rows.map(({ served }) => served),
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map(({ quality }) => quality),
      servedEstimate: all(0.5),
      usual: {
        model: all(0),
        estimate: all(0.5),
        loggedPropensity: all(1 - share),
        failed: all(0),
      },
      groups: indexGroups(rows.map((_, row) => row)),
    },
    target: {
      model: all(1),
      estimate: all(0.5),
      loggedPropensity: all(share),
      failed: rows.map(({ failed }) => failed),
    },
  };
}

describe('a model that was down at times', () => {
  it('is measured on the requests that it could answer, also where nobody called it', () => {
    const reviews = seeds.map((seed) => {
      const { log, target } = simulateOutage(seed);
      const found = estimateValue(log, target);
      if (found.kind !== 'estimated') throw new Error(found.reason);
      return found;
    });
    const mean = reviews.reduce((sum, { value }) => sum + value.mean / reviews.length, 0);
    // Its estimate is 0.5 throughout; leaving out only the known failures would end at 0.80.
    expect(Math.abs(mean - 0.9)).toBeLessThan(0.015);
    const covered = reviews.filter(({ value }) => value.low <= 0.9 && 0.9 <= value.high).length;
    expect(covered).toBeGreaterThan(86);
    expect(reviews[0]?.overlap.unanswered).toBeGreaterThan(50);
  });
});

/** Production uses model 0, which fails at times; then model 1 takes over. */
interface TakeoverSettings {
  readonly requests: number;
  /** Share of exploration toward model 1. */
  readonly share: number;
  readonly failureRate: number;
  /** Share of right answers of a model, also by whether model 0 fails on the request. */
  readonly quality: (model: number, fails: boolean) => number;
  /** Number of requests for which the target chooses as production does; model 1 for the others. */
  readonly agreements?: number;
}

function simulateTakeovers(
  { requests, share, failureRate, quality, agreements = 0 }: TakeoverSettings,
  seed: number,
): { log: LoggedChoices; target: PolicyChoices } {
  const random = createRandom(seed);
  const chanceOf = (model: number): number => (model === 1 ? share : 1 - share);
  const rows = Array.from({ length: requests }, (_, row) => {
    const fails = random() < failureRate;
    const chosen = random() < share ? 1 : 0;
    const failed = chosen === 0 && fails;
    const served = failed ? 1 : chosen;
    return {
      wants: row < agreements ? 0 : 1,
      chosen,
      served,
      failed,
      propensity: failed ? 0 : chanceOf(chosen),
      quality: random() < quality(served, fails) ? 1 : 0,
    };
  });
  const choicesOf = (models: number[]): PolicyChoices => ({
    model: models,
    estimate: models.map(() => 0.9),
    loggedPropensity: models.map(chanceOf),
    failed: models.map((model, row) => (model === 0 && rows[row]?.failed === true ? 1 : 0)),
  });
  return {
    log: {
      chosen: rows.map(({ chosen }) => chosen),
      served: rows.map(({ served }) => served),
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map((row) => row.quality),
      servedEstimate: rows.map(() => 0.9),
      usual: choicesOf(rows.map(() => 0)),
      groups: indexGroups(rows.map((_, row) => row)),
    },
    target: choicesOf(rows.map(({ wants }) => wants)),
  };
}

describe('a model that takes over where another one fails', () => {
  const failing = {
    failureRate: 0.15,
    quality: (model: number, fails: boolean) => (model === 1 && fails ? 0.4 : 0.9),
  };

  it('is measured where it was chosen, whether or not the other would have failed', () => {
    const truth = 0.85 * 0.9 + 0.15 * 0.4;
    const reviews = seeds.map((seed) => {
      const { log, target } = simulateTakeovers({ requests: 2000, share: 0.3, ...failing }, seed);
      const found = estimateValue(log, target);
      if (found.kind !== 'estimated') throw new Error(found.reason);
      return found;
    });
    const meanOf = (of: 'value' | 'ips'): number =>
      reviews.reduce((sum, review) => sum + review[of].mean / reviews.length, 0);
    expect(Math.abs(meanOf('value') - truth)).toBeLessThan(0.008);
    expect(Math.abs(meanOf('ips') - truth)).toBeLessThan(0.012);
    const covered = reviews.filter(({ value }) => value.low <= truth && truth <= value.high).length;
    expect(covered).toBeGreaterThan(86);
  });

  it('was not tried by that', () => {
    for (const seed of seeds) {
      const { log, target } = simulateTakeovers({ requests: 300, share: 0.01, ...failing }, seed);
      const found = estimateValue(log, target);
      expect(found).toMatchObject({ kind: 'undecidable', reason: 'few_hits' });
      expect(found.overlap.expectedHits).toBeCloseTo(3, 9);
      const { hits, takeovers } = found.overlap;
      expect(hits).toBe(Array.from(log.chosen).filter((model) => model === 1).length);
      expect(hits + takeovers).toBe(Array.from(log.served).filter((model) => model === 1).length);
    }
  });

  it('does not hide by that how often it failed itself', () => {
    const { log, target } = simulateTakeovers({ requests: 400, share: 0.1, ...failing }, 1);
    // Whenever it was chosen it failed, and model 0 answered.
    const isDown = (row: number): boolean => log.chosen[row] === 1;
    const down = {
      ...log,
      served: Array.from(log.served, (model, row) => (isDown(row) ? 0 : model)),
      propensity: Array.from(log.propensity, (chance, row) => (isDown(row) ? 0 : chance)),
    };
    const failed = Array.from(log.served, (_, row) => (isDown(row) ? 1 : 0));
    const found = estimateValue(down, { ...target, failed });
    expect(found).toMatchObject({ kind: 'undecidable', reason: 'few_answers' });
  });
});

describe('a few requests on which policies agree', () => {
  it('do not leave all others undecided, where the choice failed or was not drawn by chance', () => {
    const world = { requests: 600, share: 0.5, failureRate: 0.05, quality: () => 0.8 };
    for (const agreements of [1, 4]) {
      for (const seed of seeds) {
        const { log, target } = simulateTakeovers({ ...world, agreements }, seed);
        expect(estimateValue(log, target).kind).toBe('estimated');
      }
    }
    for (const seed of seeds) {
      const rare = { ...world, requests: 1000, share: 0.05, agreements: 1 };
      const { log, target } = simulateTakeovers(rare, seed);
      expect(estimateValue(log, target).kind).toBe('estimated');
    }
  });

  it('leave them undecided where it failed more often than chance explains', () => {
    const { log, target } = simulateTakeovers(
      { requests: 600, share: 0.5, failureRate: 0.05, quality: () => 0.8, agreements: 36 },
      1,
    );
    const isDown = (row: number): boolean => row < 36 && log.chosen[row] === 0;
    const failed = Array.from(log.served, (_, row) => (isDown(row) ? 1 : 0));
    const down = {
      ...log,
      served: Array.from(log.served, (model, row) => (isDown(row) ? 1 : model)),
      propensity: Array.from(log.propensity, (chance, row) => (isDown(row) ? 0 : chance)),
      usual: { ...log.usual, failed },
    };
    const found = estimateValue(down, { ...target, failed });
    expect(found).toMatchObject({ kind: 'undecidable', reason: 'few_answers' });
  });
});

describe("a log that hardly tried its own policy's choices", () => {
  const world = {
    requests: 300,
    failureRate: 0,
    quality: (model: number) => (model === 1 ? 0.9 : 0.75),
  };

  it('gives the quality of the other policy, and no difference', () => {
    for (const seed of seeds) {
      const { log, target } = simulateTakeovers({ ...world, share: 0.98 }, seed);
      expect(estimateValue(log, log.usual).kind).toBe('undecidable');
      expect(estimateValue(log, target)).toMatchObject({
        kind: 'estimated',
        difference: null,
        requestsForOnePoint: null,
      });
    }
  });

  it('gives none either where it tried them only on what both choose', () => {
    const { log, target } = simulateTakeovers({ ...world, share: 0.98, agreements: 150 }, 1);
    const agreed = (value: number) => (other: number, row: number) => (row < 150 ? value : other);
    const sure = (values: ArrayLike<number>, value: number): number[] =>
      Array.from(values, agreed(value));
    const usual = { ...log.usual, loggedPropensity: sure(log.usual.loggedPropensity, 1) };
    const found = estimateValue(
      {
        ...log,
        chosen: sure(log.chosen, 0),
        served: sure(log.served, 0),
        propensity: sure(log.propensity, 1),
        usual,
      },
      { ...target, loggedPropensity: sure(target.loggedPropensity, 1) },
    );
    expect(found).toMatchObject({ kind: 'estimated', difference: null });
  });

  it('guards the difference by the policy that was tried less', () => {
    const { log, target } = simulateTakeovers({ ...world, share: 0.9 }, 3);
    const equal = { ...log, quality: Array.from(log.quality, () => 0.9) };
    const found = estimateValue(equal, target);
    if (found.kind !== 'estimated' || found.difference === null) throw new Error('undecidable');
    const tries = Array.from(log.served).filter((model) => model === 0).length;
    expect(found.overlap.hits).toBeGreaterThan(5 * tries);
    // As one more try of the usual model with another outcome would move it.
    expect(found.difference.low).toBeLessThan(-2 / (tries + 1));
  });
});

/**
 * Production uses model 0, which the target replaces by model 1 on 300 of 1,300 requests. There the log
 * tries both, and model 0 mostly fails. Both are right equally often, less often where it fails.
 */
function simulateFailingOwn(seed: number): { log: LoggedChoices; target: PolicyChoices } {
  const random = createRandom(seed);
  const rows = Array.from({ length: 1300 }, (_, row) => {
    const differs = row >= 1000;
    const fails = differs && random() < 0.8;
    const chosen = differs && random() < 0.5 ? 1 : 0;
    const failed = chosen === 0 && fails;
    return {
      differs,
      chosen,
      served: failed ? 1 : chosen,
      failed,
      propensity: failed ? 0 : differs ? 0.5 : 1,
      quality: random() < (fails ? 0.4 : 0.9) ? 1 : 0,
    };
  });
  const choicesOf = (models: number[]): PolicyChoices => ({
    model: models,
    estimate: rows.map(() => 0.8),
    loggedPropensity: rows.map(({ differs }) => (differs ? 0.5 : 1)),
    failed: models.map((model, row) => (model === 0 && rows[row]?.failed === true ? 1 : 0)),
  });
  return {
    log: {
      chosen: rows.map(({ chosen }) => chosen),
      served: rows.map(({ served }) => served),
      propensity: rows.map(({ propensity }) => propensity),
      quality: rows.map(({ quality }) => quality),
      servedEstimate: rows.map(() => 0.8),
      usual: choicesOf(rows.map(() => 0)),
      groups: indexGroups(rows.map((_, row) => row)),
    },
    target: choicesOf(rows.map(({ differs }) => (differs ? 1 : 0))),
  };
}

describe("a log whose own policy's choice mostly failed where the other one differs", () => {
  it('gives the quality of the other policy, and no difference', () => {
    for (const seed of seeds) {
      const { log, target } = simulateFailingOwn(seed);
      expect(estimateValue(log, target)).toMatchObject({ kind: 'estimated', difference: null });
    }
  });

  it('gives neither where the policies change places', () => {
    const { log, target } = simulateFailingOwn(1);
    const swapped = estimateValue({ ...log, usual: target }, log.usual);
    expect(swapped).toMatchObject({ kind: 'undecidable', reason: 'few_answers' });
  });
});

/** Everybody is content with model 0, which is all that the log and the target use. */
function buildEqual(requests: number, quality = 1): LoggedChoices {
  const all = (value: number): number[] => Array<number>(requests).fill(value);
  return {
    chosen: all(0),
    served: all(0),
    propensity: all(1),
    quality: all(quality),
    servedEstimate: all(0.9),
    usual: { model: all(0), estimate: all(0.9), loggedPropensity: all(1), failed: all(0) },
    groups: indexGroups(all(0).map((_, row) => row)),
  };
}

describe('outcomes that are all equal', () => {
  it('leave room for others', () => {
    const log = buildEqual(25);
    const found = estimateValue(log, log.usual);
    if (found.kind !== 'estimated') throw new Error(found.reason);
    expect(found.drift).toBe(false);
    for (const { mean, low, high } of [found.value, found.ips, found.snips]) {
      expect(mean).toBeCloseTo(1, 12);
      // Of 25 requests none is bad with 5 % probability where 11 % are.
      expect(low).toBeLessThan(0.89);
      expect(low).toBeGreaterThan(0.85);
      expect(high).toBeCloseTo(1, 12);
    }
  });

  it('raise the alarm where there are enough of them', () => {
    const log = buildEqual(25, 0);
    expect(estimateValue(log, log.usual)).toMatchObject({ kind: 'estimated', drift: true });
    const many = buildEqual(200);
    expect(estimateValue(many, many.usual)).toMatchObject({ kind: 'estimated', drift: true });
  });

  it('of a few conversations are no measurement', () => {
    const log = buildEqual(3);
    const found = estimateValue(log, log.usual);
    expect(found).toMatchObject({
      kind: 'undecidable',
      reason: 'few_outcomes',
      requestsNeeded: 20,
    });
    expect(found).not.toHaveProperty('drift');
  });

  it('say nothing of how many would show a difference between equal policies', () => {
    const log = buildEqual(100);
    const found = estimateValue(log, log.usual);
    expect(found).toMatchObject({
      requestsForOnePoint: null,
      difference: { mean: 0, low: 0, high: 0 },
    });
  });

  it('leave room for a difference where policies differ', () => {
    const { log, target } = simulate({ requests: 800, share: 0.2, seed: 1 });
    const ones = { ...log, quality: log.groups.groupOf.map(() => 1) };
    const same = (choices: PolicyChoices): PolicyChoices => ({
      ...choices,
      estimate: ones.quality,
    });
    const found = estimateValue(
      { ...ones, servedEstimate: ones.quality, usual: same(log.usual) },
      same(target),
    );
    if (found.kind !== 'estimated') throw new Error(found.reason);
    const { difference, requestsForOnePoint } = found;
    if (difference === null) throw new Error('no difference');
    expect(difference.mean).toBeCloseTo(0, 12);
    // About 40 tries of the quarter on which they differ.
    expect(difference.low).toBeLessThan(-0.015);
    expect(difference.high).toBeGreaterThan(0.015);
    expect(requestsForOnePoint).toBeNull();
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

  it('gives no number where tries are missing that exploration must have made', () => {
    const { log, target } = simulate({ requests: 2000, share: 0.2, seed: 1 });
    // No outcome of model 1 is reported, and nothing says that it failed.
    const rows = Array.from(log.served, (_, row) => row).filter((row) => log.served[row] === 0);
    const only = (values: ArrayLike<number>): number[] => rows.map((row) => values[row] as number);
    const onlyOf = (choices: PolicyChoices): PolicyChoices => ({
      model: only(choices.model),
      estimate: only(choices.estimate),
      loggedPropensity: only(choices.loggedPropensity),
      failed: only(choices.failed),
    });
    const found = estimateValue(
      {
        chosen: only(log.chosen),
        served: only(log.served),
        propensity: only(log.propensity),
        quality: only(log.quality),
        servedEstimate: only(log.servedEstimate),
        usual: onlyOf(log.usual),
        groups: indexGroups(rows),
      },
      onlyOf(target),
    );
    expect(found).toMatchObject({ kind: 'undecidable', reason: 'few_answers' });
  });

  it('gives no number where exploration leaves the usual choice no chance', () => {
    const { log, target } = simulate({ requests: 2000, share: 1, seed: 1 });
    expect(estimateValue(log, target)).toMatchObject({
      kind: 'undecidable',
      reason: 'no_support',
      overlap: { unsupported: 0 },
      requestsNeeded: null,
    });
  });
});
